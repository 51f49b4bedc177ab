/**
 * Writes what programs can read of PROTOCOL.md into protocol/: `bun scripts/protocol.ts`. The document is
 * the one source of it. A test fails while the files are not as the document says.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codesOf } from './protocol/codes.ts'
import { conversationsOf, grammarOf, slugOf } from './protocol/document.ts'
import { vectorOf } from './protocol/vector.ts'

export const root = join(import.meta.dir, '..')
export const protocolText = readFileSync(join(root, 'PROTOCOL.md'), 'utf8')
const vectors = 'protocol/vectors'

/** Each file that is made of the document, by its path. */
export function filesOf(document: string): Map<string, string> {
  const files = new Map([
    ['protocol/codes.json', json(codesOf(document))],
    ['protocol/encontro.abnf', `${abnfHead}${grammarOf(document)}`],
  ])
  const before = new Map<string, number>()
  for (const { section, text } of conversationsOf(document)) {
    const count = (before.get(section) ?? 0) + 1
    before.set(section, count)
    const number = count === 1 ? '' : ` ${count}`
    const name = `${slugOf(section)}${number.replace(' ', '-')}`
    files.set(`${vectors}/${name}.json`, json(vectorOf(`${section}${number}`, text)))
  }
  return files
}

/** The files of this kind that are there. */
export const presentFiles = (): string[] => {
  const folder = join(root, vectors)
  const names = existsSync(folder) ? readdirSync(folder) : []
  return ['protocol/codes.json', 'protocol/encontro.abnf', ...names.map((n) => `${vectors}/${n}`)]
}

const abnfHead = `; The protocol of Encontro's registry (RFC 5234, RFC 7405). Made of PROTOCOL.md by scripts/protocol.ts.\n\n`

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`

if (import.meta.main) {
  const files = filesOf(protocolText)
  for (const path of presentFiles()) if (!files.has(path)) rmSync(join(root, path), { force: true })
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  console.log(`${files.size} files in protocol/`)
}
