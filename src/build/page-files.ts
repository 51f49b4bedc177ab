import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode, endings, isDense } from './coding.ts'

/** The root of this repository, where it runs from its source. */
export const root: string = join(import.meta.dir, '..', '..')

/** The files that pages refer to, each by its name, and what of ours they were made from. */
export type PageFiles = {
  files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
  /** Paths from the root. */
  inputs: readonly string[]
}

/** The icons are drawn by `scripts/icons.ts`. */
const asTheyAre = [
  'icon.svg',
  'icon-192.png',
  'icon-512.png',
  'icon-maskable.png',
  'apple-touch-icon.png',
  'manifest.webmanifest',
]

/** Makes them of `public`, `src/browser` and htmx. `sourceMaps` are for who works on them. */
export async function buildPageFiles({ sourceMaps = false } = {}): Promise<PageFiles> {
  const inputs: string[] = []
  const bundle = async (
    entry: string,
    format: 'iife' | 'esm' = 'iife',
  ): Promise<Uint8Array<ArrayBuffer>> => {
    const built = await Bun.build({
      entrypoints: [join(root, entry)],
      root,
      target: 'browser',
      format,
      minify: true,
      sourcemap: sourceMaps ? 'inline' : 'none',
      metafile: true,
    })
    const [output] = built.outputs
    if (!output) throw new Error(`bug: ${entry} gave no bundle`)
    inputs.push(...Object.keys(built.metafile?.inputs ?? {}))
    return new Uint8Array(await output.arrayBuffer())
  }
  const files = new Map([
    ['style.css', await bundle('public/style.css')],
    ['calls.css', await bundle('public/calls.css')],
    ['operator.css', await bundle('public/operator.css')],
    ['page.js', await bundle('src/browser/page.ts')],
    ['htmx.js', await htmx()],
    // Loaded by the page's script, so modules.
    ['calls-pt.js', await bundle('src/browser/call/calls-pt.ts', 'esm')],
    ['calls-en.js', await bundle('src/browser/call/calls-en.ts', 'esm')],
  ])
  for (const name of asTheyAre) files.set(name, await Bun.file(join(root, 'public', name)).bytes())
  return { files, inputs: [...inputs, ...asTheyAre.map((name) => `public/${name}`)] }
}

/**
 * In one file: htmx takes over the page as soon as it has run, and an extension that arrives later
 * finds a page whose socket was never opened.
 */
async function htmx(): Promise<Uint8Array<ArrayBuffer>> {
  const paths = ['htmx.org/dist/htmx.min.js', 'htmx.org/dist/ext/hx-ws.min.js']
  const texts = paths.map((path) => Bun.file(Bun.resolveSync(path, import.meta.dir)).text())
  return new TextEncoder().encode((await Promise.all(texts)).join('\n;'))
}

/** Writes each into that folder as it is and in every coding; gives their paths. */
export function writePageFiles(folder: string, { files }: PageFiles): string[] {
  mkdirSync(folder, { recursive: true })
  const bodies = [...files].flatMap(([name, body]) => [
    [name, body] as const,
    ...(isDense(name) ? [] : (['br', 'gzip'] as const)).map(
      (coding) => [name + endings[coding], encode(coding, body, 'small')] as const,
    ),
  ])
  return bodies.map(([name, body]) => {
    const path = join(folder, name)
    writeFileSync(path, body)
    return path
  })
}
