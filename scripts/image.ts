/**
 * Puts executables of a release into images for containers: `bun run image [FOLDER]`, after `bun run release [FOLDER]`.
 * Each image is one file that `docker load` and `podman load` read, beside its executable and in SHA256SUMS. Needs
 * root, mmdebstrap and buildah, and no container engine.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { root } from '../src/build/page-files.ts'
import { version } from '../src/version.ts'
import { makeImage } from './image/image.ts'
import { run } from './release/run.ts'
import { writeSums } from './release/sums.ts'

const release = resolve(process.argv[2] ?? 'release')
const work = mkdtempSync(join(tmpdir(), 'encontro-image-'))
try {
  const madeAt = Number(await run(['git', 'log', '-1', '--format=%ct'], root))
  for (const name of ['linux-x64', 'linux-arm64']) {
    const executable = join(release, `encontro-${version}-${name}`)
    if (!existsSync(executable)) continue
    await makeImage({
      executable,
      architecture: name === 'linux-x64' ? 'amd64' : 'arm64',
      version,
      madeAt,
      archive: `${executable}-image.tar`,
      work: join(work, name),
    })
  }
  await writeSums(release)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(work, { recursive: true, force: true })
}
