import { renameSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes the SHA-256 of every file in that folder into `SHA256SUMS` there, as `sha256sum --check` reads it; and prints
 * them, each with its size in bytes.
 */
export async function writeSums(release: string): Promise<void> {
  const names = [...new Bun.Glob('*').scanSync(release)].filter((name) => name !== 'SHA256SUMS')
  const lines: string[] = []
  for (const name of names.sort()) {
    const hash = new Bun.CryptoHasher('sha256')
    for await (const chunk of Bun.file(join(release, name)).stream()) hash.update(chunk)
    lines.push(`${hash.digest('hex')}  ${name}`)
    console.log(`${lines.at(-1)}  ${Bun.file(join(release, name)).size}`)
  }
  await Bun.write(join(release, 'SHA256SUMS.new'), lines.map((line) => `${line}\n`).join(''))
  renameSync(join(release, 'SHA256SUMS.new'), join(release, 'SHA256SUMS'))
}
