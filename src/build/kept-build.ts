import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The root of this repository. */
const root = join(import.meta.dir, '..', '..')

/**
 * Where builds are kept: beside the libraries, which whoever may write there could change as well. Trees
 * that share them, each with a place of its own.
 */
export const builds: string = join(root, 'node_modules', '.encontro', Bun.hash(root).toString(36))

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
    if (!Bun.deepEquals(made, madeBy) || !inputs.every(isUnchanged)) return undefined
    return filesOf(build)
  } catch {
    // There is none, or it is of another time, or its source is gone.
    return undefined
  }
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
