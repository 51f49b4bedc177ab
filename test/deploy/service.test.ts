import { expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const unit = readFileSync(join(import.meta.dir, '../../deploy/encontro.service'), 'utf8')
const hasSystemd = Bun.which('systemd-analyze') !== null

/** What systemd says of the unit, with an executable that is there. */
function analyze(...words: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'encontro-'))
  const path = join(folder, 'encontro.service')
  writeFileSync(
    path,
    unit.replace('ExecStart=/opt/encontro/encontro', `ExecStart=${process.execPath}`),
  )
  const { stdout, stderr } = Bun.spawnSync(['systemd-analyze', ...words, path])
  rmSync(folder, { recursive: true })
  return { output: stdout.toString(), errors: stderr.toString() }
}

test('the service lets in as many as it says', () => {
  expect(unit).toMatch(/^LimitNOFILE=65536$/m)
  // The compiler of JavaScript, and calls of the system's library, need such memory.
  expect(unit).not.toMatch(/^MemoryDenyWriteExecute=/m)
})

test.skipIf(!hasSystemd)('the service is one that systemd understands', () => {
  const { errors } = analyze('verify', '--man=no')
  expect(errors.split('\n').filter((line) => line.includes('encontro'))).toEqual([])
})

test.skipIf(!hasSystemd)('the service may do little', () => {
  const { output } = analyze('security', '--offline=true', '--no-pager')
  const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(output)?.[1])
  expect(exposure).toBeLessThanOrEqual(2)
})
