import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import manifest from '../../package.json' with { type: 'json' }
import { inventory } from '../../scripts/release/inventory.ts'
import { librariesIn } from '../../scripts/release/libraries.ts'
import { bunVersion, type Platform, platforms } from '../../scripts/release/platforms.ts'
import { fetchRuntime } from '../../scripts/release/runtimes.ts'
import { exportSource } from '../../scripts/release/source.ts'

const root = join(import.meta.dir, '..', '..')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'encontro-release-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs to its end, and fails where that fails. */
async function run(command: string[], cwd: string): Promise<string> {
  const child = Bun.spawn(command, { cwd, stdout: 'pipe', stderr: 'pipe' })
  const [output, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  if ((await child.exited) !== 0) throw new Error(`${command.join(' ')}: ${errors}`)
  return output
}

/** The files of this tree as they are now, as the one commit of a repository of its own. */
async function commitOfThisTree(at: string): Promise<void> {
  const names = await run(
    ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    root,
  )
  const list = join(folder, 'names')
  const there = names.split('\0').filter((name) => name && Bun.file(join(root, name)).size > 0)
  writeFileSync(list, there.join('\0'))
  await run(['git', 'init', '--quiet', at], root)
  await run(['sh', '-c', `tar c --null -T "${list}" | tar x -C "${at}"`], root)
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.org']
  await run(['git', 'add', '--all'], at)
  await run(['git', ...who, 'commit', '--quiet', '--message=all'], at)
}

const sha256 = async (path: string) =>
  new Bun.CryptoHasher('sha256').update(await Bun.file(path).bytes()).digest('hex')

test('Bun for the executables is the Bun that the tests run with', () => {
  expect([bunVersion, manifest.devDependencies['bun-types']]).toEqual([
    manifest.engines.bun,
    manifest.engines.bun,
  ])
  expect(new Set(platforms.map(({ name }) => name)).size).toBe(platforms.length)
  expect(new Set(platforms.map(({ integrity }) => integrity)).size).toBe(platforms.length)
  for (const { integrity } of platforms) {
    expect(Buffer.from(integrity, 'base64')).toHaveLength(64)
  }
})

describe('from a commit', () => {
  let one: string
  let other: string
  beforeAll(async () => {
    one = join(folder, 'one')
    other = join(folder, 'elsewhere', 'another')
    await commitOfThisTree(one)
    await run(['git', 'clone', '--quiet', one, other], folder)
  }, 60_000)

  test('come the same bytes twice, wherever it lies', async () => {
    const sums = await Promise.all(
      [one, other].map(async (repository, at) => {
        const source = await exportSource(repository, join(folder, `source-${at}`.repeat(at + 1)))
        // Without a target it is made from this very Bun, which is no other than the one that is fetched.
        const made = join(folder, `made-${at}`, 'encontro')
        await run([process.execPath, 'scripts/compile.ts', made], source.folder)
        return { executable: await sha256(made), inventory: inventoryOf(source) }
      }),
    )
    expect(sums[0]).toEqual(sums[1] as (typeof sums)[0])
    expect(await run([join(folder, 'made-0', 'encontro'), '--version'], folder)).toBe(
      `encontro ${manifest.version}\n`,
    )
  }, 60_000)

  test('the inventory is CycloneDX, and has what is in the executable', async () => {
    const source = await exportSource(one, join(folder, 'source'))
    const text = inventoryOf(source)
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
    expect(await validator.validate(text)).toBeNull()
    const { components, dependencies, metadata } = JSON.parse(text)
    const byPurl = new Map(components.map((each: { purl: string }) => [each.purl, each]))
    for (const [name, version] of Object.entries(manifest.dependencies)) {
      const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
      expect(byPurl.get(purl)).toMatchObject({ version, hashes: [{ alg: 'SHA-512' }] })
    }
    // Of development, and so of no executable.
    expect(text).not.toContain('typescript')
    // There are two of them, and each is with whom it is for.
    const tslib = ['library:tslib', 'library:tsyringe/tslib']
    const refs = components.map((each: { 'bom-ref': string }) => each['bom-ref'])
    expect(refs).toEqual(expect.arrayContaining(tslib))
    const needs = (ref: string) =>
      dependencies.find((each: { ref: string }) => each.ref === ref)?.dependsOn
    expect(needs('library:tsyringe')).toEqual(['library:tsyringe/tslib'])
    expect(needs('encontro')).toHaveLength(
      Object.keys(manifest.dependencies).length + platforms.length,
    )
    expect(metadata.component).toMatchObject({ name: 'encontro', version: manifest.version })
    const { all } = librariesIn(source.folder)
    expect(all.get('hono')?.notice).toContain('Permission is hereby granted')
  }, 30_000)

  test('a checkout with a change in it is refused, and so is one with a file too many', async () => {
    for (const name of ['README.md', 'src/unknown.ts']) {
      const before = await Bun.file(join(other, name))
        .text()
        .catch(() => undefined)
      await Bun.write(join(other, name), 'changed')
      await expect(exportSource(other, join(folder, 'refused'))).rejects.toThrow(
        `not a clean checkout:\n${before === undefined ? '??' : ' M'} ${name}`,
      )
      if (before === undefined) rmSync(join(other, name))
      else await Bun.write(join(other, name), before)
    }
  })
})

const inventoryOf = (source: Awaited<ReturnType<typeof exportSource>>) =>
  inventory(source, librariesIn(source.folder), platforms)

test('Bun is fetched for another platform, and another Bun than the known one is not taken', async () => {
  // The smallest of them.
  const platform = platforms.find(({ name }) => name === 'macos-arm64') as Platform
  const kept = join(folder, 'runtimes')
  const runtime = await fetchRuntime(platform, kept)
  expect(Buffer.from(await Bun.file(runtime).slice(0, 4).bytes()).toString('hex')).toBe('cffaedfe')
  const wrong = { ...platform, integrity: platform.integrity.replace(/^./, 'x') }
  await expect(fetchRuntime(wrong, kept)).rejects.toThrow(`and is to have ${wrong.integrity}`)
}, 120_000)
