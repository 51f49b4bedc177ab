import { constants } from 'node:fs'
import {
  access,
  type FileHandle,
  lstat,
  mkdir,
  open,
  readlink,
  rename,
  rm,
  stat,
} from 'node:fs/promises'
import { dirname, join, parse, relative, resolve, sep } from 'node:path'

/** More symbolic links than this are taken for a circle, as on Linux. */
const mostLinks = 40
const writableByOthers = 0o022
const writableByAnybody = 0o002
const sticky = 0o1000

/**
 * The text of a file in `directory`, or `undefined` if there is no such file. The file, its directory
 * and all links in its path must belong to this user or root, and nobody else may be able to change
 * them: with a secret of their own there, another user could sign our cookies. Rejects with an error
 * that says what is wrong.
 */
export async function readKept(directory: string, name: string): Promise<string | undefined> {
  if (!(await isThere(directory))) return undefined
  await checkDirectory(directory)
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  let file: FileHandle
  try {
    file = await open(join(directory, name), flags)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    if (isCode(error, 'ELOOP')) throw new Error(`${name} is a link`)
    throw error
  }
  try {
    const { uid, mode } = await checkedFile(file, name)
    if (uid === ownUid() && (mode & 0o777) !== 0o600) await file.chmod(0o600)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/**
 * Writes `text` to a file in `directory` that only this user can read, and replaces the old file. If
 * the process ends meanwhile, the file is the old one or the new one, never a part. Creates the
 * directory if there is none.
 */
export async function keep(directory: string, name: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await checkDirectory(directory)
  const path = join(directory, name)
  const next = `${path}.new`
  await rm(next, { force: true })
  const file = await open(next, 'wx', 0o600)
  try {
    await file.writeFile(text)
  } finally {
    await file.close()
  }
  await rename(next, path)
}

/**
 * Whether `keep` could write in `directory`, without writing anything. Rejects with an error that says why
 * not.
 */
export async function checkKept(directory: string): Promise<void> {
  const there = await isThere(directory)
  if (there) await checkDirectory(directory)
  await access(there ? directory : await nearest(dirname(resolve(directory))), writable)
}

const writable = constants.W_OK | constants.X_OK

/** The innermost folder of that path that is there. */
async function nearest(path: string): Promise<string> {
  return (await isThere(path)) ? path : nearest(dirname(path))
}

async function checkedFile(file: FileHandle, name: string) {
  const facts = await file.stat()
  if (!facts.isFile()) throw new Error(`${name} is not a file`)
  if (!isTrusted(facts.uid)) throw new Error(`${name} ${belongsTo(facts.uid)}`)
  if (facts.mode & writableByOthers) throw new Error(`${name} can be written by others`)
  return facts
}

async function checkDirectory(directory: string): Promise<void> {
  await checkWay(resolve(directory))
  const { uid, mode } = await stat(directory)
  if (!isTrusted(uid)) throw new Error(`the directory ${belongsTo(uid)}`)
  if (mode & writableByOthers) {
    throw new Error('others can write in the directory (chmod go-w takes that away)')
  }
}

/**
 * Checks each directory from the root to `path`. A link of this user or of root is followed (systemd
 * makes one for `DynamicUser`). A directory where everybody can write must have the sticky bit, so that
 * users cannot rename the files of others.
 */
async function checkWay(path: string): Promise<void> {
  const { root } = parse(path)
  let steps = stepsOf(path)
  let at = root
  let links = 0
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    const next = join(at, step)
    const facts = await lstat(next)
    if (!facts.isSymbolicLink()) {
      const isShared = (facts.mode & writableByAnybody) !== 0 && (facts.mode & sticky) === 0
      if (isShared && steps.length > 0) throw new Error(`anybody can write in ${next}`)
      at = next
      continue
    }
    if (!isTrusted(facts.uid)) throw new Error(`the link ${next} ${belongsTo(facts.uid)}`)
    links += 1
    if (links > mostLinks) throw new Error(`${path}: too many links`)
    steps = [...stepsOf(resolve(at, await readlink(next))), ...steps]
    at = root
  }
}

const stepsOf = (path: string): string[] =>
  relative(parse(path).root, path)
    .split(sep)
    .filter((step) => step !== '')

/** The user id of this process; `undefined` on a system without user ids. */
const ownUid = (): number | undefined => process.geteuid?.()

const isTrusted = (uid: number): boolean => ownUid() === undefined || uid === 0 || uid === ownUid()

const belongsTo = (uid: number): string =>
  `belongs to the user with the id ${uid}, this process to ${ownUid()}`

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false
    throw error
  }
}
