/**
 * Makes what a release consists of, from the checked-out commit: `bun run release [FOLDER]` (`./release` where none is
 * named; it is emptied first). With `--only=NAME,NAME` for these platforms alone. The same commit gives the
 * same bytes, wherever it lies (decisions/054).
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../src/build/page-files.ts'
import { bunLicense, inventory } from './release/inventory.ts'
import { librariesIn } from './release/libraries.ts'
import { notices } from './release/notices.ts'
import { bunVersion, isWindows, type Platform, platforms } from './release/platforms.ts'
import { run } from './release/run.ts'
import { fetchRuntime } from './release/runtimes.ts'
import { exportSource, type Source } from './release/source.ts'
import { writeSums } from './release/sums.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' } },
})
const release = resolve(positionals[0] ?? 'release')
const kept = join(root, 'node_modules', '.encontro', 'runtimes')

async function makeRelease(work: string): Promise<void> {
  if (Bun.version !== bunVersion) {
    throw new Error(`Bun ${Bun.version} runs this; a release is made with ${bunVersion}`)
  }
  const wanted = chosen(values.only)
  const source = await exportSource(root, join(work, 'source'))
  rmSync(release, { recursive: true, force: true })
  mkdirSync(release, { recursive: true })
  for (const platform of wanted) await makeExecutable(platform, source, work)
  const name = (what: string) => join(release, `encontro-${source.version}${what}`)
  const libraries = librariesIn(source.folder)
  const license = readFileSync(join(source.folder, 'LICENSE'), 'utf8')
  await Bun.write(name('.cdx.json'), inventory(source, libraries, wanted))
  await Bun.write(name('-licenses.txt'), notices(license, libraries.all, bunLicense))
  await writeSums(release)
}

function chosen(only: string | undefined): readonly Platform[] {
  if (only === undefined) return platforms
  return only.split(',').map((name) => {
    const platform = platforms.find((each) => each.name === name)
    if (platform) return platform
    throw new Error(`${name}: none of ${platforms.map((each) => each.name).join(', ')}`)
  })
}

async function makeExecutable(platform: Platform, source: Source, work: string): Promise<void> {
  const runtime = await fetchRuntime(platform, kept)
  const ending = isWindows(platform) ? '.exe' : ''
  const folder = join(work, platform.name)
  mkdirSync(folder)
  // Its name is among its bytes.
  const made = join(folder, `encontro${ending}`)
  const compile = [process.execPath, 'scripts/compile.ts', made]
  await run([...compile, `--target=${platform.target}`, `--runtime=${runtime}`], source.folder)
  const path = join(release, `encontro-${source.version}-${platform.name}${ending}`)
  await Bun.write(path, Bun.file(made))
  chmodSync(path, 0o755)
  rmSync(folder, { recursive: true })
}

const work = mkdtempSync(join(tmpdir(), 'encontro-release-'))
try {
  await makeRelease(work)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(work, { recursive: true, force: true })
}
