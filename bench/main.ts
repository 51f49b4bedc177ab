/**
 * Measures Encontro beside others that do the same or less: `bun run bench [NAME…] [--short]
 * [--json FILE]`. Prints a table in Markdown, writes all samples to a file, and ends with status 1
 * where a work could not be done. Whether a target is met is for the reader: on a machine that
 * others use as well, nothing is proved by one run.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { machine } from './machine.ts'
import { report, verdictsOf } from './report.ts'
import type { Pace, Row, Work } from './work.ts'
import { cycles } from './works/cycles.ts'
import { details } from './works/details.ts'
import { directory } from './works/directory.ts'
import { engine } from './works/engine.ts'
import { herd } from './works/herd.ts'
import { list } from './works/list.ts'
import { memory } from './works/memory.ts'
import { networks } from './works/networks.ts'
import { pages } from './works/pages.ts'
import { presence } from './works/presence.ts'
import { registering } from './works/registering.ts'
import { several } from './works/several.ts'
import { startUp } from './works/start-up.ts'
import { tabs } from './works/tabs.ts'
import { visits } from './works/visits.ts'

const works: Work[] = [
  details,
  list,
  cycles,
  registering,
  directory,
  memory,
  pages,
  presence,
  tabs,
  startUp,
  visits,
  networks,
  several,
  herd,
  engine,
]

const full: Pace = { rounds: 9, seconds: 1, size: 'full' }
const short: Pace = { rounds: 2, seconds: 0.2, size: 'short' }

const { chosen, pace, path } = readArguments()
// By `exit`, every process that was started ends as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

const rows: Row[] = []
for (const { name, measure } of chosen) {
  process.stderr.write(`${name} …\n`)
  try {
    rows.push(...(await measure(pace)))
  } catch (error) {
    // The others are worth having all the same.
    console.error(`${name}:`, error)
    process.exitCode = 1
  }
}
writeFileSync(path, `${JSON.stringify(resultsOf(rows), undefined, 2)}\n`)
process.stdout.write(report(rows))

function readArguments(): { chosen: Work[]; pace: Pace; path: string } {
  try {
    if (process.platform !== 'linux') throw new Error('it measures on Linux alone')
    const { values, positionals } = parseArgs({
      options: { short: { type: 'boolean' }, json: { type: 'string' } },
      allowPositionals: true,
    })
    const chosen = positionals.length === 0 ? works : positionals.map(workOf)
    return { chosen, pace: values.short ? short : full, path: values.json ?? 'bench-results.json' }
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`)
    process.exit(2)
  }
}

function workOf(name: string): Work {
  const work = works.find((each) => each.name === name)
  if (work) return work
  throw new Error(`no work ${name}; there are ${works.map((each) => each.name).join(', ')}`)
}

function resultsOf(rows: Row[]) {
  const measured = rows.map((row) => ({ ...row, ...verdictsOf(row) }))
  return { date: new Date().toISOString(), machine: machine(), pace, rows: measured }
}
