import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A library that is in the executable. */
export type Library = {
  /** With its scope, if it has one. */
  name: string
  version: string
  /** SHA-512 of its package, in hexadecimal digits. */
  sha512: string
  license: string
  /** What its authors want to be said with it; empty where they ship nothing of that kind. */
  notice: string
  /** Where the lock has the libraries that it needs. */
  needs: readonly string[]
}

type Needed = {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}
/** A package as Bun's lock describes it. */
type Locked = [nameAndVersion: string, registry: string, needed: Needed, integrity: string]
type Lock = { workspaces: { '': Needed }; packages: Record<string, Locked> }

/** The libraries that the program in `folder` needs, by where its lock has them, and which of them it names itself. */
export function librariesIn(folder: string): { all: Map<string, Library>; own: string[] } {
  const lock = Bun.JSONC.parse(readFileSync(join(folder, 'bun.lock'), 'utf8')) as Lock
  const all = new Map<string, Library>()
  const add = (place: string): void => {
    const locked = lock.packages[place]
    if (!locked || all.has(place)) return
    const library = describe(folder, place, locked, lock)
    all.set(place, library)
    for (const needed of library.needs) add(needed)
  }
  const own = neededBy(lock, '', lock.workspaces[''])
  for (const place of own) add(place)
  return { all, own }
}

function describe(folder: string, place: string, locked: Locked, lock: Lock): Library {
  const [nameAndVersion, , needed, integrity] = locked
  const [, name = '', version = ''] = /^(.+)@(.+)$/.exec(nameAndVersion) ?? []
  const installed = join(folder, ...partsOf(place).flatMap((part) => ['node_modules', part]))
  const { license } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  const sha512 = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex')
  if (!license || sha512.length !== 128) throw new Error(`${place}: without license or SHA-512`)
  const needs = neededBy(lock, place, needed)
  return { name, version, sha512, license, notice: noticeIn(installed), needs }
}

/** A library is looked for beside the one that needs it first, then further up. */
function neededBy({ packages }: Lock, place: string, needed: Needed): string[] {
  const names = Object.keys({ ...needed.dependencies, ...needed.optionalDependencies })
  return names.map((name) => {
    const parts = partsOf(place)
    for (; parts.length > 0; parts.pop()) {
      const nested = [...parts, name].join('/')
      if (packages[nested]) return nested
    }
    return name
  })
}

/** `a/@b/c` is of `a` and, in it, of `@b/c`. */
const partsOf = (place: string): string[] => place.match(/@[^/]+\/[^/]+|[^/]+/g) ?? []

function noticeIn(installed: string): string {
  const names = existsSync(installed) ? readdirSync(installed) : []
  return names
    .filter((name) => /^(licen[cs]e|notice|copying)/i.test(name))
    .sort()
    .map((name) => readFileSync(join(installed, name), 'utf8').trim())
    .join('\n\n')
}
