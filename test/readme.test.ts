import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
