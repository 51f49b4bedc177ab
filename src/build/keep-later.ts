import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { isGuarded, wayToBuilds } from './kept-build.ts'

/**
 * Has another process build what the next start finds. Not where there is no folder for it, or not
 * for us to write in, or others may write there, too: then every start builds what it needs. That is 60 ms
 * and nothing to be told; `bun run build` says why. Tells whether it has begun.
 */
export function keepLater(): boolean {
  if (!mayKeep()) return false
  const path = join(import.meta.dir, 'keep.ts')
  const options = ['--no-env-file', '--no-install']
  Bun.spawn([process.execPath, ...options, path], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH ?? '' },
  }).unref()
  return true
}

function mayKeep(): boolean {
  const there = wayToBuilds.filter((folder) => existsSync(folder))
  const [innermost] = there.slice(-1)
  if (innermost === undefined || !there.every(isGuarded)) return false
  try {
    accessSync(innermost, constants.W_OK)
    return true
  } catch {
    return false
  }
}
