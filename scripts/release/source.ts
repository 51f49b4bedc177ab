import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'

/** A commit of this repository, as a folder that has nothing else in it. */
export type Source = {
  folder: string
  commit: string
  /** When it was made, in seconds since 1970. */
  madeAt: number
  version: string
}

/**
 * Puts the checked-out commit of the repository at `root` into `folder`, with the libraries that its lock names and
 * without those of development. Throws where the checkout is not that commit: a release must be
 * something that others can make as well.
 */
export async function exportSource(root: string, folder: string): Promise<Source> {
  const changed = await run(['git', 'status', '--porcelain'], root)
  if (changed !== '') throw new Error(`not a clean checkout:\n${changed.trimEnd()}`)
  mkdirSync(folder, { recursive: true })
  const archive = `${folder}.tar`
  await run(['git', 'archive', '--format=tar', `--output=${archive}`, 'HEAD'], root)
  await run(['tar', 'xf', archive, '-C', folder], root)
  const install = ['install', '--frozen-lockfile', '--production', '--ignore-scripts']
  await run([process.execPath, ...install], folder)
  const [commit = '', seconds] = (await run(['git', 'log', '-1', '--format=%H %ct'], root)).split(
    ' ',
  )
  const { version } = await Bun.file(join(folder, 'package.json')).json()
  return { folder, commit, madeAt: Number(seconds), version }
}
