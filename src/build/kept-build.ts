import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The root of this repository. */
const root = join(import.meta.dir, '..', '..')

const libraries = join(root, 'node_modules')

/**
 * Where builds are kept: beside the libraries, which whoever may write there could change as well. Trees
 * that share them, each with a place of its own.
 */
export const builds: string = join(libraries, '.encontro', Bun.hash(root).toString(36))

/** From the folder of the libraries to that of the builds. */
export const wayToBuilds: readonly string[] = [libraries, join(builds, '..'), builds]

/** What a build was made of and for. It is true as long as all of that is still the same. */
export type Manifest = Made & {
  /** The folder of the build, in `builds`. */
  build: string
  inputs: readonly Input[]
}

/** A file by its path from the root; its length in bytes, and when it was changed, in milliseconds. */
type Input = readonly [path: string, size: number, changed: number]

type Made = { root: string; bun: string; platform: string }

/** Paths of the source are in a build, and parsed code is for one version of the engine. */
export const madeBy: Made = {
  root,
  bun: `${Bun.version} ${Bun.revision}`,
  platform: `${process.platform} ${process.arch}`,
}

export type KeptBuild = {
  /** The path of the whole program as one module, parsed ahead. */
  program: string
  /** The folder of the files of the pages. */
  pageFiles: string
}

export const manifestPath: string = join(builds, 'current.json')

/** The build of this very source, if one is kept. */
export function keptBuild(): KeptBuild | undefined {
  try {
    const { build, inputs, ...made }: Manifest = JSON.parse(readFileSync(manifestPath, 'utf8'))
    if (![...wayToBuilds, join(builds, build)].every(isGuarded)) return undefined
    return Bun.deepEquals(made, madeBy) && inputs.every(isUnchanged) ? filesOf(build) : undefined
  } catch {
    // There is none, or it is of another time, or its source is gone.
    return undefined
  }
}

const writableByOthers = 0o022

/**
 * Whether nobody may write in that folder but this user, root, and whoever may write among the libraries: a
 * build is run as we are. Throws where there is no such folder.
 */
export function isGuarded(folder: string): boolean {
  const [{ uid, gid, mode }, known] = [statSync(folder), statSync(libraries)]
  const isOwned = uid === 0 || uid === process.geteuid?.() || uid === known.uid
  const itsGroup = gid === known.gid ? known.mode : known.mode & ~0o020
  return isOwned && (mode & writableByOthers & ~itsGroup) === 0
}

export function filesOf(build: string): KeptBuild {
  const folder = join(builds, build)
  return { program: join(folder, 'program.js'), pageFiles: join(folder, 'pages') }
}

function isUnchanged([path, size, changed]: Input): boolean {
  const now = statSync(join(root, path), { throwIfNoEntry: false })
  return now?.size === size && now.mtimeMs === changed
}

export function inputOf(path: string): Input {
  const { size, mtimeMs } = statSync(join(root, path))
  return [path, size, mtimeMs]
}
