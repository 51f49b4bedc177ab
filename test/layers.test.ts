import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { Glob } from 'bun'

/**
 * The arrows between the folders (ARCHITECTURE.md): which folder may know which, by value or by type.
 * `leaf` is every file of `src` itself but `main.ts` and `program.ts`, and of the folders in `leafFolders`; `pure` those
 * of them without I/O.
 */
const arrows: Record<string, string[]> = {
  main: ['start', 'registry', 'terminal', 'build', 'leaf'],
  build: ['leaf'],
  start: ['registry', 'engine', 'web', 'limits', 'leaf'],
  registry: ['wire', 'limits', 'leaf'],
  client: ['wire', 'leaf'],
  engine: ['registry', 'wire', 'limits', 'leaf'],
  web: ['client', 'views', 'wire', 'text', 'limits', 'build', 'leaf'],
  views: ['text', 'pure'],
  browser: ['text', 'pure'],
  terminal: ['leaf'],
  wire: ['pure'],
  text: [],
  limits: ['wire', 'leaf'],
  leaf: ['leaf', 'limits'],
}

/** Layers that do no I/O, and what of the world they may know all the same: functions of values. */
const pureWorld: Record<string, Record<string, RegExp>> = {
  wire: {
    'node:net': /^isIP(v[46])?$/,
    'node:buffer': /^isUtf8$/,
    'node:util': /^isDeepStrictEqual$/,
    'ipaddr.js': /./,
  },
  views: { 'hono/jsx': /./, 'hono/html': /./, 'hono/css': /./ },
  text: {},
}

/** Settings, limits and the machine: for whoever needs them. */
const leafFolders = ['config', 'tls', 'host', 'log', 'metrics', 'operator']

const pureLeaves = [
  'src/endpoint.ts',
  'src/result.ts',
  'src/page-protocol.ts',
  'src/unseen.ts',
  'src/register-command.ts',
  'src/operator/view.ts',
]

/** The globals through which a module could act on the world without importing anything. */
const actions =
  /\bBun\.(?!stringWidth\b|escapeHTML\b)\w+|\b(fetch|setTimeout|setInterval|setImmediate|queueMicrotask)\(|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\b(console|process|globalThis)\./

/** What the compiler adds to a file with JSX in it, before it reads tsconfig.json. */
const fromJsx = /^react(\/jsx-(dev-)?runtime)?$/

type Import = { path: string; names: string[] }

function importsOf(source: string, loader: 'ts' | 'tsx'): Import[] {
  const statements = source.matchAll(
    /^\s*(?:import|export)\b(?:([^'"`;]*?)\bfrom)?\s*['"]([^'"]+)['"]/gm,
  )
  const written = Array.from(statements, ([, clause = '', path = '']) => ({
    path,
    names: clause
      .replace(/\btype\b|[{}]/g, ' ')
      .split(',')
      .map((name) => name.trim().split(/\s/)[0] ?? '')
      .filter((name) => name !== ''),
  }))
  // What the compiler sees and the pattern may not: `import()` and `require()`, for example.
  const missed = new Bun.Transpiler({ loader })
    .scanImports(source)
    .filter(({ path }) => !fromJsx.test(path) && !written.some((each) => each.path === path))
  return [...written, ...missed.map(({ path }) => ({ path, names: ['*'] }))]
}

function layerOf(file: string): string {
  const [top = '', folder = '', ...deeper] = file.split('/')
  if (top !== 'src') return top
  if (deeper.length > 0) return leafFolders.includes(folder) ? 'leaf' : folder
  return ['main.ts', 'program.ts'].includes(folder) ? 'main' : 'leaf'
}

/** What a file imports or does that its layer may not. */
function trespasses(file: string, source: string): string[] {
  const layer = layerOf(file)
  const world = pureWorld[layer]
  const loader = file.endsWith('x') ? 'tsx' : 'ts'
  const found: string[] = []
  for (const { path, names } of importsOf(source, loader)) {
    if (path.startsWith('.')) {
      const target = normalize(join(dirname(file), path))
      if (!mayKnow(layer, target)) found.push(`${layer} imports ${target}`)
    } else if (world) {
      const strange = names.filter((name) => !world[path]?.test(name))
      if (strange.length > 0) found.push(`${layer} imports ${strange} of ${path}`)
    }
  }
  const code = world ? new Bun.Transpiler({ loader }).transformSync(source) : ''
  const act = actions.exec(code)
  return act ? [...found, `${layer} uses ${act[0]}`] : found
}

function mayKnow(layer: string, target: string): boolean {
  const other = layerOf(target)
  const known = arrows[layer] ?? []
  // `main.ts` loads the program; nobody else does.
  if (other === 'main') return layer === 'main' && target === 'src/program.ts'
  // The version is written in one place.
  if (target === 'package.json') return layer === 'leaf'
  if (other === layer && layer !== 'leaf') return true
  return known.includes(other) || (known.includes('pure') && pureLeaves.includes(target))
}

const root = join(import.meta.dir, '..')
const files = [...new Glob('{src,views}/**/*.{ts,tsx}').scanSync(root)].filter(
  (file) => !file.endsWith('.d.ts'),
)

describe('imports point one way', () => {
  test.each(files.sort())('%s', (file) => {
    expect(trespasses(file, readFileSync(join(root, file), 'utf8'))).toEqual([])
  })

  test('there is something to hold them to', () => {
    const layers = new Set(files.map(layerOf))
    expect([...layers]).toEqual(expect.arrayContaining(['wire', 'registry', 'leaf']))
    expect([...layers].filter((layer) => !arrows[layer])).toEqual([])
  })

  test.each([
    ['src/web/app.tsx', "import { Directory } from '../registry/directory.ts'"],
    ['src/web/app.tsx', "import type { Registration } from '../registry/directory.ts'"],
    ['src/web/app.tsx', "import {\n  a,\n  type Registration,\n} from '../registry/directory.ts'"],
    ['src/web/app.tsx', "export type { Registration } from '../registry/directory.ts'"],
    ['src/web/app.tsx', "export * from '../registry/directory.ts'"],
    ['src/web/app.tsx', "import '../registry/directory.ts'"],
    ['src/web/app.tsx', "const directory = await import('../registry/directory.ts')"],
    ['src/web/pages/deep.ts', "import '../../registry/directory.ts'"],
    ['src/registry/server.ts', "import type { Session } from '../web/sessions.ts'"],
    ['src/registry/server.ts', "import type { Client } from '../client/registry-client.ts'"],
    ['src/registry/server.ts', "import type { Config } from '../program.ts'"],
    ['src/terminal/table.ts', "import { Directory } from '../registry/directory.ts'"],
    ['src/client/registry-client.ts', "import { Directory } from '../registry/directory.ts'"],
    ['src/browser/calls.ts', "import type { Push } from '../wire/message.ts'"],
    ['src/text/pt.ts', "import { byeText } from '../wire/refusal.ts'"],
    ['src/text/pt.ts', "import { readFileSync } from 'node:fs'"],
    ['src/wire/bytes/lines.ts', "import { log } from '../../log.ts'"],
    ['src/wire/bytes/lines.ts', "import { createServer } from 'node:net'"],
    ['src/wire/bytes/lines.ts', "import net from 'node:net'"],
    ['src/wire/bytes/lines.ts', "import * as net from 'node:net'"],
    ['src/wire/bytes/lines.ts', "const net = require('node:net')"],
    ['src/wire/bytes/lines.ts', "import { isIP, connect } from 'node:net'"],
    ['src/wire/bytes/lines.ts', 'export const start = Bun.listen'],
    ['src/wire/bytes/lines.ts', 'export const now = () => Date.now()'],
    ['views/people.tsx', "import { log } from '../src/log/log.ts'"],
    ['views/people.tsx', "import type { Session } from '../src/web/session/sessions.ts'"],
    ['views/people.tsx', 'export const View = () => <p>{new Date().getFullYear()}</p>'],
    ['src/log/log.ts', "import { parseIp } from '../wire/address.ts'"],
    ['src/config/config.ts', "import { main } from '../program.ts'"],
  ])('%s may not say %j', (file, source) => {
    expect(trespasses(file, `${source}\nexport const x = 1\n`)).toHaveLength(1)
  })

  test.each([
    ['src/start/servers.ts', "import { startRegistry } from '../registry/server.ts'"],
    ['src/web/app.tsx', "import { People } from '../../views/people.tsx'\nimport './live.ts'"],
    ['src/registry/server.ts', "import { log } from '../log.ts'\nimport net from 'node:net'"],
    ['src/wire/bytes/lines.ts', "import { isIP } from 'node:net'\n// Bun.listen is for others\n"],
    ['views/people.tsx', "import type { FC } from 'hono/jsx'\nexport const A: FC = () => <p>a</p>"],
    ['src/config/config.ts', "import * as v from 'valibot'\nimport { log } from '../log/log.ts'"],
  ])('%s may say %j', (file, source) => {
    expect(trespasses(file, source)).toEqual([])
  })
})

/** Every import of a file of ours, also of a type alone. */
const graph = new Map(
  files.map((file) => {
    const loader = file.endsWith('x') ? 'tsx' : 'ts'
    const paths = importsOf(readFileSync(join(root, file), 'utf8'), loader)
      .filter(({ path }) => path.startsWith('.'))
      .map(({ path }) => normalize(join(dirname(file), path)))
    return [file, new Set(paths)] as const
  }),
)

/** The first way found that leads from a file back to itself. */
function circleFrom(
  start: string,
  at = start,
  way: readonly string[] = [],
  seen = new Set<string>(),
): string[] | undefined {
  for (const next of graph.get(at) ?? []) {
    if (next === start) return [...way, at]
    if (seen.has(next)) continue
    seen.add(next)
    const found = circleFrom(start, next, [...way, at], seen)
    if (found) return found
  }
  return undefined
}

test('no file imports itself by way of others, not even a type', () => {
  expect(files.flatMap((file) => circleFrom(file) ?? [])).toEqual([])
})

/** More than this and nobody sees at a look what a folder is for. */
const mostFiles = 13

test('no folder holds more than can be seen at a look', () => {
  const counts = new Map<string, number>()
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
  expect([...counts].filter(([, count]) => count > mostFiles)).toEqual([])
})

/** More than this has two ideas, or says why it has one. */
const mostLines = 250

test('no file has more than 250 lines without saying why', () => {
  const long = files.filter((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return text.split('\n').length - 1 > mostLines && !text.includes('Longer than other files')
  })
  expect(long).toEqual([])
})
