import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The secret that signs the cookies, kept so that browsers are known again after a restart.
 * Made at the first start; readable by the operator alone.
 */
export async function keptSessionSecret(directory: string): Promise<string> {
  const path = join(directory, 'session-secret')
  const kept = Bun.file(path)
  if (await kept.exists()) {
    const secret = (await kept.text()).trim()
    if (secret.length >= 32) {
      await chmod(path, 0o600)
      return secret
    }
  }
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(path, `${secret}\n`, { mode: 0o600 })
  // The mode above is for a new file only.
  await chmod(path, 0o600)
  return secret
}
