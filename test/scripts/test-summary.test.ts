import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const script = join(import.meta.dir, '..', '..', 'scripts', 'test-summary.ts')

async function summarise(...reports: (string | undefined)[]) {
  const directory = mkdtempSync(join(tmpdir(), 'encontro-'))
  const paths = reports.map((_, number) => join(directory, `report-${number}.xml`))
  for (const [number, path] of paths.entries()) {
    const report = reports[number]
    if (report !== undefined) await Bun.write(path, report)
  }
  const child = Bun.spawn([process.execPath, script, ...paths], { stdout: 'pipe', stderr: 'pipe' })
  const output = await new Response(child.stdout).text()
  const status = await child.exited
  rmSync(directory, { recursive: true })
  return { output, status }
}

const report =
  '<?xml version="1.0"?>\n<testsuites name="bun test" tests="12" assertions="30" failures="2" skipped="3" time="1.5">\n' +
  '  <testsuite name="a" tests="99" failures="99" skipped="99"></testsuite>\n</testsuites>\n'

test('a report is summed up in one line', async () => {
  expect(await summarise(report)).toEqual({
    output: '7 passed, 2 failed, 3 skipped\n',
    status: 0,
  })
})

test('several reports are summed up together', async () => {
  expect(await summarise(report, report)).toEqual({
    output: '14 passed, 4 failed, 6 skipped\n',
    status: 0,
  })
})

test('a report that is not there is no success', async () => {
  expect(await summarise(undefined)).toEqual({ output: '', status: 1 })
})

test('nor is one of several that is not there', async () => {
  expect(await summarise(report, undefined)).toEqual({ output: '', status: 1 })
})
