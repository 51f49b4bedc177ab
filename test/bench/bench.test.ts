import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Contest = { row: string; contestants: string[] }

const directory = mkdtempSync(join(tmpdir(), 'encontro-bench-'))
afterAll(() => rmSync(directory, { recursive: true }))

const mayHave = (name: string, program: string): string[] => {
  if (Bun.which(program)) return [name]
  console.warn(`without ${name}: ${program} is not installed`)
  return []
}

const redis = mayHave('redis', 'redis-server')
const python = mayHave('python', 'python3')

const works: { work: string; rows: Contest[] }[] = [
  {
    work: 'details',
    rows: [
      { row: 'details, depth 1', contestants: ['encontro', 'echo', ...redis, ...python] },
      { row: 'details, depth 16', contestants: ['encontro', 'echo', ...redis] },
    ],
  },
  {
    work: 'list',
    rows: [{ row: 'list of 60 names', contestants: ['encontro', 'prepared', ...python] }],
  },
  {
    work: 'cycles',
    rows: [
      { row: 'connect, register, quit', contestants: ['encontro', 'closing', ...python] },
      { row: 'cost of connect, register, quit', contestants: ['encontro', 'closing', ...python] },
    ],
  },
  {
    work: 'registering',
    rows: [
      {
        row: 'cost of a cycle with so many registered',
        contestants: ['100 registered', '200 registered'],
      },
    ],
  },
  {
    work: 'directory',
    rows: [
      {
        row: 'directory: register, unregister',
        contestants: ['100 registered', '1000 registered', '100 in C', '1000 in C'],
      },
    ],
  },
  {
    work: 'memory',
    rows: [{ row: 'memory of each of 200 registered', contestants: ['encontro', 'echo'] }],
  },
]

const onLinux = test.skipIf(process.platform !== 'linux')

// No figure is looked at but for being one: how fast this machine is, is not the test's concern.
onLinux.each(works)(
  'measures $work with all who can be there',
  async ({ work, rows }) => {
    const { status, errors, contests, figures } = await bench(work)
    expect(errors).toBe(`${work} …\n`)
    expect(status).toBe(0)
    expect(contests).toEqual(rows)
    expect(figures.filter((figure) => !(figure > 0))).toEqual([])
  },
  60_000,
)

onLinux('says which works there are', async () => {
  const { status, errors } = await bench('detials')
  expect(status).toBe(2)
  expect(errors).toStartWith('bench: no work detials; there are details, list, cycles')
})

/** Runs it as people do, but short. */
async function bench(work: string) {
  const path = join(directory, `${work}.json`)
  await using child = Bun.spawn(
    [process.execPath, 'bench/main.ts', work, '--short', '--json', path],
    { cwd: join(import.meta.dir, '..', '..'), stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const errors = await new Response(child.stderr).text()
  const status = await child.exited
  const rows: { work: string; samples: Record<string, number[]> }[] =
    status === 0 ? (await Bun.file(path).json()).rows : []
  return {
    status,
    errors,
    contests: rows.map((row): Contest => {
      return { row: row.work, contestants: Object.keys(row.samples) }
    }),
    figures: rows.flatMap(({ samples }) => Object.values(samples).flat()),
  }
}
