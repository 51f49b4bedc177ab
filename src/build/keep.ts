/**
 * Builds the program and the files of its pages, and keeps them for the next start: `bun src/build/keep.ts`.
 * A start that finds no build of its source begins this by itself (`keep-later.ts`).
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join, relative } from 'node:path'
import {
  builds,
  filesOf,
  inputOf,
  isGuarded,
  type Manifest,
  madeBy,
  manifestPath,
  wayToBuilds,
} from './kept-build.ts'
import { buildPageFiles, root, writePageFiles } from './page-files.ts'

/** Milliseconds after which who builds has ended in the middle of it. */
const patienceMs = 60_000

/** What is in no build, and makes it. */
const builders = ['src/build/keep.ts', 'src/build/kept-build.ts']

const lock = join(builds, 'building')

// The bundler names its inputs from the folder that it runs in.
process.chdir(root)
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
// Nobody else may change what the next start runs, whatever the shell allows that began this.
process.umask(process.umask() | 0o022)
mkdirSync(builds, { recursive: true })
const open = wayToBuilds.find((folder) => !isGuarded(folder))
if (open !== undefined) throw new Error(`others may write in ${open}: no build is kept there`)
if (takeLock()) {
  try {
    await keep()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** Whether nobody else builds. */
function takeLock(): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    // Where nobody may write, or no room is left, another try would end like this one, and so on for ever.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
    if (since !== undefined && Date.now() - since < patienceMs) return false
    rmSync(lock, { recursive: true, force: true })
    return takeLock()
  }
}

async function keep(): Promise<void> {
  const began = Date.now()
  const build = began.toString(36)
  const { program, pageFiles } = filesOf(build)
  const pages = await buildPageFiles()
  const sources = await buildProgram(program)
  writePageFiles(pageFiles, pages)
  const paths = [...new Set([...sources, ...pages.inputs].map(inputPath))]
  const inputs = ['bun.lock', 'package.json', 'tsconfig.json', ...builders, ...paths].map(inputOf)
  // Changed while it was read: it may be of neither state.
  if (inputs.some(([, , changed]) => changed >= began)) {
    return rmSync(join(builds, build), { recursive: true })
  }
  const manifest: Manifest = { ...madeBy, build, inputs }
  writeFileSync(`${manifestPath}.new`, JSON.stringify(manifest))
  renameSync(`${manifestPath}.new`, manifestPath)
  removeBefore(build)
}

/** As one module, with what the engine would otherwise parse at every start. Gives what it is made of. */
async function buildProgram(path: string): Promise<string[]> {
  const built = await Bun.build({
    entrypoints: [join(root, 'src', 'program.ts')],
    outdir: join(path, '..'),
    target: 'bun',
    // The only format that can be parsed ahead.
    format: 'cjs',
    bytecode: true,
    minify: { whitespace: true, syntax: true },
    // Stacks in the log name lines of the source.
    sourcemap: 'external',
    metafile: true,
  })
  return Object.keys(built.metafile?.inputs ?? {}).map((input) =>
    // From the folder that this runs in.
    relative(root, join(process.cwd(), input)),
  )
}

/** Libraries change with the lock, and with their version. */
function inputPath(path: string): string {
  const library = path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+\//)?.[0]
  return library === undefined ? path : `${library}package.json`
}

/** But the one before, which a process may be about to read. */
function removeBefore(build: string): void {
  const all = readdirSync(builds, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && join(builds, entry.name) !== lock)
    .map(({ name }) => name)
    .sort((a, b) => Number.parseInt(a, 36) - Number.parseInt(b, 36))
  for (const old of all.slice(0, Math.max(0, all.indexOf(build) - 1))) {
    rmSync(join(builds, old), { recursive: true, force: true })
  }
}
