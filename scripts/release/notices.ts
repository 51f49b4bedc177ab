import type { Library } from './libraries.ts'

/** What the authors of the libraries want to be said wherever these are, in one text. */
export function notices(own: string, libraries: ReadonlyMap<string, Library>, bun: string): string {
  const parts = [
    `Encontro\n\n${own.trim()}`,
    `Bun, and what it is made of\n\n${bun}`,
    ...[...libraries.values()]
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
      .map(({ name, version, license, notice }) => {
        return `${name} ${version} (${license})\n\n${notice || 'No text comes with it.'}`
      }),
  ]
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}
