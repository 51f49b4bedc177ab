import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../src/build/page-files.ts'
import { run } from '../release/run.ts'

export type ImageParts = {
  executable: string
  /** As Debian and container engines call it. */
  architecture: 'amd64' | 'arm64'
  version: string
  /** The time of all its files, in seconds since 1970. */
  madeAt: number
  /** Where the image is written, as a file that `docker load` reads. */
  archive: string
  /** A folder for this alone, which stays as it is afterwards: buildah's storage is in it. */
  work: string
}

/** How buildah is called where no container engine can run: no namespaces, no overlay, a storage of its own. */
export const buildah = (work: string): string[] => [
  'buildah',
  '--storage-driver=vfs',
  `--root=${join(work, 'storage')}`,
  `--runroot=${join(work, 'run')}`,
]

/** Builds the image that `Containerfile` describes. */
export async function makeImage(parts: ImageParts): Promise<void> {
  const { executable, architecture, version, madeAt, archive, work } = parts
  const context = join(work, 'context')
  mkdirSync(context, { recursive: true })
  copyFileSync(executable, join(context, 'encontro'))
  const makeRoot = join(root, 'scripts', 'image', 'make-root.sh')
  const time = { SOURCE_DATE_EPOCH: String(madeAt) }
  await run([makeRoot, architecture, join(context, 'root.tar')], root, time)
  const name = `encontro:${version}`
  await run(
    [
      ...buildah(work),
      'bud',
      '--isolation=chroot',
      // That of OCI knows no HEALTHCHECK.
      '--format=docker',
      `--arch=${architecture}`,
      `--timestamp=${madeAt}`,
      `--build-arg=VERSION=${version}`,
      `--file=${join(root, 'Containerfile')}`,
      `--tag=${name}`,
      context,
    ],
    root,
  )
  const folder = join(work, 'image')
  await run([...buildah(work), 'push', '--quiet', name, `docker-archive:${folder}.tar`], root)
  mkdirSync(folder)
  await run(['tar', 'xf', `${folder}.tar`, '-C', folder], root)
  const files = await withoutChance(folder, name)
  const order = ['--sort=name', `--mtime=@${madeAt}`, '--owner=0', '--group=0', '--numeric-owner']
  await run(['tar', 'c', ...order, '-f', archive, '-C', folder, ...files], root)
}

/**
 * Takes out of an unpacked image what buildah draws by lot: the id and the host name of the container in which it was
 * built. Gives the files that belong to it.
 */
async function withoutChance(folder: string, name: string): Promise<string[]> {
  const [image] = await Bun.file(join(folder, 'manifest.json')).json()
  const config = await Bun.file(join(folder, image.Config)).json()
  delete config.container
  for (const part of [config.config, config.container_config]) delete part?.Hostname
  const text = JSON.stringify(config)
  // An image is called by the hash of this.
  const called = `${new Bun.CryptoHasher('sha256').update(text).digest('hex')}.json`
  await Bun.write(join(folder, called), text)
  const manifest = [{ Config: called, RepoTags: [name], Layers: image.Layers }]
  await Bun.write(join(folder, 'manifest.json'), JSON.stringify(manifest))
  return ['manifest.json', called, ...image.Layers]
}
