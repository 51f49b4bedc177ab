import { describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Glob } from 'bun'
import { settingsHelp } from '../src/config/config.ts'

const read = (name: string) => Bun.file(join(import.meta.dir, '..', name)).text()
const unitOf = (readme: string) => /```ini\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''

describe.each(['README.md', 'README.pt-BR.md'])('%s', (name) => {
  test('has every setting in its table, with its default', async () => {
    const rows = [...(await read(name)).matchAll(/^\| `([A-Z_]+)` \| (?:`(.*?)`)? ?\|/gm)]
    const listed = rows.map(([, setting, value]) => `${setting} ${value ?? 'empty'}`)
    const helped = [...settingsHelp().matchAll(/^ {2}([A-Z_]+) .*\((.*?)\)$/gm)]
    expect(listed.sort()).toEqual(helped.map(([, setting, value]) => `${setting} ${value}`).sort())
  })

  test('has a service that systemd understands', async () => {
    const unit = unitOf(await read(name))
    expect(unit).toMatch(/^LimitNOFILE=\d{5,}$/m)
    expect(unit).toBe(unitOf(await read('README.md')))
    // The compiler of JavaScript, and calls of the system's library, need such memory.
    expect(unit).not.toContain('MemoryDenyWriteExecute=yes')
    if (!Bun.which('systemd-analyze')) return
    const folder = mkdtempSync(join(tmpdir(), 'encontro-'))
    const path = join(folder, 'encontro.service')
    await Bun.write(path, unit.replace('/usr/local/bin/bun', process.execPath))
    const { stderr } = Bun.spawnSync(['systemd-analyze', 'verify', '--man=no', path])
    rmSync(folder, { recursive: true })
    const complaints = stderr
      .toString()
      .split('\n')
      .filter((line) => line.includes('encontro'))
    expect(complaints).toEqual([])
  })
})

const documents = ['*.md', '{decisions,bench}/*.md'].flatMap((pattern) => [
  ...new Glob(pattern).scanSync(join(import.meta.dir, '..')),
])

test('documents are found', () => {
  expect(documents).toEqual(expect.arrayContaining(['ARCHITECTURE.md', 'bench/README.md']))
})

describe.each(documents.sort())('%s', (name) => {
  test('names files and folders that exist', async () => {
    const named = [...(await read(name)).matchAll(/`((?:src|test|views|bench)\/[\w./-]*)`/g)]
    const missing = named.filter(([, path = '']) => !existsSync(join(import.meta.dir, '..', path)))
    expect(missing.map(([, path]) => path)).toEqual([])
  })
})

test('ARCHITECTURE.md explains each word once', async () => {
  const table = /## Words\n([\s\S]*?)\n## /.exec(await read('ARCHITECTURE.md'))?.[1] ?? ''
  const words = [...table.matchAll(/^\| ([a-z, ]+) \|/gm)]
    .flatMap(([, row = '']) => row.split(', '))
    .filter((word) => word !== 'word')
  expect(words.length).toBeGreaterThan(20)
  expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([])
})
