import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bunVersion, isWindows, type Platform } from './platforms.ts'
import { run } from './run.ts'

/**
 * Fetches Bun for that platform into `folder`, where it is not there yet, and gives the path of its executable.
 * Throws where the package is another than the one that `platforms.ts` names.
 */
export async function fetchRuntime(platform: Platform, folder: string): Promise<string> {
  const { runtime, integrity } = platform
  const own = join(folder, `${platform.name}-${bunVersion}`)
  mkdirSync(own, { recursive: true })
  const archive = join(own, 'package.tgz')
  // Its npm fetches what it does not have.
  if (!(await Bun.file(archive).exists())) {
    const pack = ['npm', 'pack', '--silent', `--pack-destination=${own}`]
    const name = (await run([...pack, `${runtime}@${bunVersion}`], own)).trim()
    renameSync(join(own, name), archive)
  }
  const found = await sha512(archive)
  if (found !== integrity) {
    rmSync(archive)
    throw new Error(`${runtime}@${bunVersion} has SHA-512 ${found}, and is to have ${integrity}`)
  }
  const path = join('package', 'bin', isWindows(platform) ? 'bun.exe' : 'bun')
  // Anew each time: the archive is what was compared.
  await run(['tar', 'xzf', archive, '-C', own, path], own)
  return join(own, path)
}

/** Of a file, in base64. */
async function sha512(path: string): Promise<string> {
  const hash = new Bun.CryptoHasher('sha512')
  for await (const chunk of Bun.file(path).stream()) hash.update(chunk)
  return hash.digest('base64')
}
