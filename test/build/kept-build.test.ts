import { afterAll, beforeAll, expect, test } from 'bun:test'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../support/eventually.ts'
import { collect, portuguese } from '../support/process.ts'

const root = join(import.meta.dir, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'encontro-kept-'))
let program = join(folder, 'program')

// A copy, as its source is changed below. Libraries are the same.
beforeAll(() => {
  mkdirSync(join(program, 'node_modules'), { recursive: true })
  chmodSync(join(program, 'node_modules'), 0o755)
  for (const part of ['src', 'views', 'public', 'package.json', 'bun.lock', 'tsconfig.json']) {
    cpSync(join(root, part), join(program, part), { recursive: true })
  }
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.')) continue
    symlinkSync(join(root, 'node_modules', name), join(program, 'node_modules', name))
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const kept = (): { path: string; manifest: { build: string } } | undefined => {
  const [place] = [
    ...new Bun.Glob('node_modules/.encontro/*/current.json').scanSync({ cwd: program, dot: true }),
  ]
  if (place === undefined) return undefined
  const path = join(program, place)
  return { path: join(path, '..'), manifest: JSON.parse(readFileSync(path, 'utf8')) }
}

/** Starts it, looks at a page, and ends it. */
async function start(options: string[] = [], also = '') {
  const child = Bun.spawn([process.execPath, ...options, join(program, 'src', 'main.ts')], {
    env: { PATH: process.env.PATH ?? '', ...portuguese, REGISTRY_PORT: '0', HTTP_PORT: '0' },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [output, errors] = [collect(child.stdout), collect(child.stderr)]
  try {
    await eventually(`it started: ${errors()}`, () => output().includes('Para experimentar'))
    const url = /Página web em (\S+)\//.exec(output())?.[1] ?? ''
    const html = await (await fetch(url)).text()
    const style = /"(\/assets\/style[^"]+)"/.exec(html)?.[1] ?? ''
    const answer = await fetch(url + style, { headers: { 'Accept-Encoding': 'br' } })
    expect([answer.status, (await answer.text()).includes('--paper')]).toEqual([200, true])
    if (also !== '') {
      expect((await fetch(`${url}${also}`)).status).toBe(500)
      await eventually('the log has it', () => output().includes('sign-in.tsx'))
    }
    return { errors: errors(), html, log: output() }
  } finally {
    child.kill()
    await child.exited
  }
}

const anotherBuild = (before: string | undefined) =>
  eventually(
    'another build is kept',
    () => {
      const build = kept()?.manifest.build
      return (
        build !== undefined && build !== before && !existsSync(join(kept()?.path ?? '', 'building'))
      )
    },
    60_000,
  )

/** Makes the kept program say that it runs. */
function mark(): void {
  const { path, manifest } = kept() ?? { path: '', manifest: { build: '' } }
  const built = join(path, manifest.build, 'program.js')
  const text = readFileSync(built, 'utf8')
  // Its parsed code is not of this text any more, so the text is read.
  writeFileSync(built, text.replace('{', '{process.stderr.write("kept ");'))
}

test('the first start runs the source; the next what was kept of it, as long as it is the same', async () => {
  expect(kept()).toBeUndefined()
  // What the builder makes is for nobody else to change, whatever it inherits.
  const mask = process.umask(0)
  try {
    expect((await start()).errors).toBe('')
  } finally {
    process.umask(mask)
  }
  await anotherBuild(undefined)
  mark()
  expect((await start()).errors).toStartWith('kept ')
  // Who works on the source sees the source.
  expect((await start(['--watch'])).errors).not.toContain('kept')
}, 90_000)

/** Writes into a file of the source. */
function change(path: string, from: string, to: string): void {
  const text = readFileSync(join(program, path), 'utf8')
  expect(text).toContain(from)
  writeFileSync(join(program, path), text.replace(from, to))
}

test('a change of the source is there at the next start, and kept for the one after', async () => {
  const before = kept()?.manifest.build
  change('src/text/pt.ts', "appName: 'Encontro'", "appName: 'Encontre'")
  const fault = "if (c.req.query('fault')) throw new Error('here')"
  const there = "const refused = c.req.query('refused') ?? ''"
  change('src/web/pages/sign-in.tsx', there, `${there}\n${fault}`)
  const first = await start()
  expect([first.errors, first.html.includes('Encontre')]).toEqual(['', true])
  await anotherBuild(before)
  const { html, log } = await start([], '/?fault=1')
  expect(html).toContain('Encontre')
  const line = readFileSync(join(program, 'src/web/pages/sign-in.tsx'), 'utf8')
    .split('\n')
    .indexOf(fault)
  // As whoever reads the log needs it: of the source, whatever runs.
  expect(log).toContain(`/src/web/pages/sign-in.tsx:${line + 1}:`)
  mark()
  expect((await start()).errors).toStartWith('kept ')
}, 90_000)

test('a style or a script of the pages that changed is another build', async () => {
  for (const path of ['public/people.css', 'src/browser/copy.ts']) {
    const before = kept()?.manifest.build
    appendFileSync(join(program, path), '\n/* another */\n')
    expect((await start()).errors).toBe('')
    await anotherBuild(before)
    mark()
  }
  // The last and the one before; a process might still be reading that.
  const { path = '' } = kept() ?? {}
  const builds = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(builds.length).toBe(2)
}, 90_000)

/** Whether a start would run what is kept. */
async function isBelieved(): Promise<boolean> {
  const asks = "console.log(require('./src/build/kept-build.ts').keptBuild() !== undefined)"
  return (await runIn(['--eval', asks])).said === 'true\n'
}

/** Runs something of the program's. */
async function runIn(what: string[]) {
  const child = Bun.spawn([process.execPath, ...what], {
    cwd: program,
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: 20_000,
  })
  const [said, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { said, errors, code: await child.exited }
}

test('what was kept is run for this Bun, platform, folder, and moment of the source alone', async () => {
  const path = join(kept()?.path ?? '', 'current.json')
  const written = readFileSync(path, 'utf8')
  const manifest = JSON.parse(written)
  const [[input, size, changed], ...others] = manifest.inputs
  for (const other of [
    { bun: '1.0.0 a' },
    { platform: 'linux riscv64' },
    { root: '/elsewhere' },
    { inputs: [[input, size, changed - 1], ...others] },
    { inputs: [[input, size + 1, changed], ...others] },
  ]) {
    writeFileSync(path, JSON.stringify({ ...manifest, ...other }))
    expect([Object.keys(other), await isBelieved()]).toEqual([Object.keys(other), false])
  }
  writeFileSync(path, written)
  expect(await isBelieved()).toBe(true)
}, 20_000)

test('and not where others than those who may change the libraries can write', async () => {
  const { path = '', manifest } = kept() ?? {}
  const way = [join(path, '..'), path, join(path, manifest?.build ?? '')]
  for (const each of way) {
    const { uid, gid, mode } = statSync(each)
    for (const open of [0o777, 0o775]) {
      chmodSync(each, open)
      expect([each, open, await isBelieved()]).toEqual([each, open, false])
    }
    chmodSync(each, mode)
    // Root alone can give it to somebody else.
    if (process.geteuid?.() !== 0) continue
    chownSync(each, 65_534, gid)
    expect([each, await isBelieved()]).toEqual([each, false])
    chownSync(each, uid, gid)
  }
  expect(await isBelieved()).toBe(true)
  // A group that may change the libraries may change this; no other.
  const libraries = join(program, 'node_modules')
  chmodSync(libraries, 0o775)
  chmodSync(path, 0o775)
  expect(await isBelieved()).toBe(true)
  if (process.geteuid?.() === 0) {
    const { uid, gid } = statSync(path)
    chownSync(path, uid, 65_534)
    expect(await isBelieved()).toBe(false)
    chownSync(path, uid, gid)
  }
  chmodSync(libraries, 0o755)
  // Nor is any built there: a start does not begin it, and who asks for it is told.
  chmodSync(path, 0o777)
  const begins = "console.log(require('./src/build/keep-later.ts').keepLater())"
  expect(await runIn(['--eval', begins])).toEqual({ said: 'false\n', errors: '', code: 0 })
  const { code, errors } = await runIn(['src/build/keep.ts'])
  expect([code, errors.includes(`others may write in ${path}`)]).toEqual([1, true])
  chmodSync(path, 0o755)
}, 30_000)

test('a source that is written during a build is not kept', async () => {
  const before = kept()?.manifest.build
  const path = join(program, 'public', 'people.css')
  const { atime, mtime } = statSync(path)
  utimesSync(path, atime, new Date(Date.now() + 60_000))
  expect((await runIn(['src/build/keep.ts'])).code).toBe(0)
  expect(kept()?.manifest.build).toBe(before)
  utimesSync(path, atime, mtime)
}, 30_000)

test('a tree that was moved does not run what was built elsewhere', async () => {
  const elsewhere = join(folder, 'elsewhere')
  renameSync(program, elsewhere)
  program = elsewhere
  expect((await start()).errors).toBe('')
}, 90_000)

test('who may not write where builds are kept ends at once, and says so', async () => {
  const place = join(program, 'node_modules', '.encontro', Bun.hash(program).toString(36))
  rmSync(place, { recursive: true, force: true })
  mkdirSync(join(place, '..'), { recursive: true })
  // Not even root makes a folder there.
  symlinkSync('/proc/self', place)
  try {
    const child = Bun.spawn([process.execPath, join(program, 'src', 'build', 'keep.ts')], {
      stdout: 'ignore',
      stderr: 'pipe',
      timeout: 10_000,
    })
    expect(await new Response(child.stderr).text()).toContain('mkdir')
    expect(await child.exited).toBe(1)
  } finally {
    rmSync(place)
  }
}, 20_000)
