import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { builds } from './kept-build.ts'

/**
 * Has another process build what the next start finds. Not where there is no folder for it, or not
 * for us to write in: then every start builds what it needs.
 */
export function keepLater(): void {
  try {
    accessSync(join(builds, '..', '..'), constants.W_OK)
  } catch {
    return
  }
  const path = join(import.meta.dir, 'keep.ts')
  const options = ['--no-env-file', '--no-install']
  Bun.spawn([process.execPath, ...options, path], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH ?? '' },
  }).unref()
}
