import { descriptorLimit } from '../../src/host/descriptors.ts'
import { startEncontro } from '../encontro.ts'
import { pingEvery } from '../presence/neighbour.ts'
import { type Performance, setStage } from '../presence/stage.ts'
import { residentBytes } from '../proc.ts'
import { type Pace, type Row, spread, type Work } from '../work.ts'

const changesPerSecond = 5
/** Milliseconds after which what came and went is out of memory: the engine collects it when nothing happens. */
const quietMs = 25_000

/**
 * Ten thousand open pages at one process: what they take of its memory, how late they hear of a change,
 * and how long a neighbour waits meanwhile. A browser takes two descriptors at the registry and one for
 * each page; where the system allows too few, each browser has several pages.
 */
export const tabs: Work = {
  name: 'tabs',
  async measure(pace) {
    await using stack = new AsyncDisposableStack()
    const { browsers, pages } = audienceOf(pace)
    const all = browsers * pages
    const encontro = await startEncontro({ LIST_ROWS_PER_SECOND: '1000000' })
    const quiet = () => Bun.sleep(pace.size === 'full' ? quietMs : 100)
    // What the process needs once, whoever comes.
    const before = residentBytes(encontro.pid)
    const stage = await setStage('browsers', browsers, pages, encontro)
    stack.defer(stage.stop)
    await quiet()
    const after = residentBytes(encontro.pid)

    const passed: Performance[] = []
    const pings: number[] = []
    for (let round = 0; round <= Math.min(pace.rounds, 3); round += 1) {
      const joins = pace.size === 'full' ? 25 : 3
      await stage.give({ order: 'gather', joins })
      const neighbour = await pingEvery(stage.registryPort, 20)
      const performance = await stage.give({ order: 'pass', joins, changesPerSecond })
      const waited = await neighbour.stop()
      await stage.give({ order: 'clear' })
      // The first is to warm up.
      if (round === 0) continue
      passed.push(performance)
      pings.push(...waited)
    }
    return rowsOf({ browsers, all, megabytes: (after - before) / 1e6, passed, pings })
  },
}

/** How many browsers there are, with how many pages each: ten thousand in all. */
function audienceOf({ size }: Pace): { browsers: number; pages: number } {
  const all = size === 'full' ? 10_000 : 40
  // The rest is for requests.
  const descriptors = 0.7 * Math.min(descriptorLimit() ?? 4_096, 1_000_000)
  const most = Math.max(1, Math.floor((descriptors - all) / 2))
  const pages = Math.ceil(all / Math.min(most, all))
  return { browsers: Math.floor(all / pages), pages }
}

type Measured = {
  browsers: number
  all: number
  megabytes: number
  passed: Performance[]
  pings: number[]
}

function rowsOf({ browsers, all, megabytes, passed, pings }: Measured): Row[] {
  const delays = passed.map(({ delays = { p50: Number.NaN, p99: Number.NaN } }) => delays)
  const sorted = pings.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN
  const bytes = passed.map((each) => each.bytes / each.messages)
  const busy = spread(passed.map((each) => each.server / each.seconds)).median
  return [
    {
      work: `memory of ${browsers} browsers with ${all} open pages`,
      unit: 'MB',
      samples: { encontro: [megabytes] },
      ratios: [],
      bounds: [{ of: 'encontro', target: { atMost: 400 } }],
      notes: [`${((megabytes * 1e3) / all).toFixed(1)} KB for each page`],
    },
    {
      work: `change to arrival at ${all} pages`,
      unit: 'ms',
      samples: { p50: delays.map(({ p50 }) => p50), p99: delays.map(({ p99 }) => p99) },
      ratios: [],
      bounds: [{ of: 'p99', target: { atMost: 500 } }],
      notes: [
        `at ${changesPerSecond} changes/s, ${Math.round(spread(bytes).median)} bytes each; the server took ${Math.round(100 * busy)} % of a core`,
      ],
    },
    {
      work: 'a ping of a neighbour meanwhile',
      unit: 'ms',
      samples: { p50: [at(0.5)], p99: [at(0.99)], longest: [at(1)] },
      ratios: [],
      bounds: [{ of: 'p99', target: { atMost: 50 } }],
      notes: [],
    },
  ]
}
