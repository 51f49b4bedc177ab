import { dlopen, FFIType } from 'bun:ffi'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { BadSetting } from './shapes.ts'

export type Environment = Record<string, string | undefined>

/** The folder of this program: that of `package.json`, or where its executable lies. */
export const programFolder: string =
  Bun.embeddedFiles.length > 0 ? dirname(process.execPath) : join(import.meta.dir, '..', '..')

/**
 * The settings that were given to this process, and those in `.env` of the program's own folder for
 * the rest. Bun also reads `.env` of the folder that one happens to be in, which may be anybody's: that
 * one is not heard (decisions/019). The options of Bun that name such a file, or none, are.
 */
export function readEnvironment(
  names: readonly string[],
  { folder = programFolder, options = process.execArgv } = {},
): Environment {
  const defaults = { STATE_DIRECTORY: join(folder, '.encontro') }
  if (options.some((option) => option.startsWith('--env-file'))) {
    return { ...defaults, ...process.env }
  }
  const own = options.includes('--no-env-file') ? {} : readEnvFile(join(folder, '.env'))
  return { ...defaults, ...own, ...given(names) }
}

function readEnvFile(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return {}
    throw new BadSetting(`${path}: ${message}`)
  }
}

/** What the process was started with, of these names. */
function given(names: readonly string[]): Environment {
  const get = loadGet()
  const read = get ?? ((name: string) => process.env[name])
  return Object.fromEntries(
    names.map((name) => [name, read(name)]).filter(([, value]) => value !== undefined),
  )
}

/**
 * `getenv(3)`: what Bun read from files is in `process.env` alone. `undefined` where there is neither
 * Linux with glibc nor macOS: then both are heard.
 */
function loadGet(): ((name: string) => string | undefined) | undefined {
  const library = { linux: 'libc.so.6', darwin: 'libSystem.B.dylib' }[process.platform as string]
  if (!library) return undefined
  try {
    const { cstring } = FFIType
    const { symbols } = dlopen(library, { getenv: { args: [cstring], returns: cstring } })
    return (name) => {
      const found = symbols.getenv(Buffer.from(`${name}\0`))
      return found === null ? undefined : String(found)
    }
  } catch {
    return undefined
  }
}
