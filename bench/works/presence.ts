import { type Performance, type Stage, setStage } from '../presence/stage.ts'
import { inTurn, type Pace, type Row, spread, type Work } from '../work.ts'

const changesPerSecond = 20

/** Milliseconds within which 99 of 100 pages are to show a change. */
const shownWithinMs = 150

/** A round is at least so long: of fewer changes the slowest hundredth would be one. */
const longEnoughSeconds = 3

/** Changes to watchers and to open pages: how late they come, what they cost, and how many go. */
export const presence: Work = {
  name: 'presence',
  async measure(pace) {
    return [...(await measureWatchers(pace)), ...(await measureBrowsers(pace))]
  },
}

const sizesOf = ({ size }: Pace) =>
  size === 'full' ? { few: 250, some: 500, all: 1_000 } : { few: 5, some: 10, all: 20 }

async function measureWatchers(pace: Pace): Promise<Row[]> {
  await using stack = new AsyncDisposableStack()
  const { all } = sizesOf(pace)
  const stage = await setStage('watchers', all)
  stack.defer(stage.stop)
  const passed: Performance[] = []
  await inTurn(pace.rounds, { watchers: async () => passed.push(await pass(stage, pace)) })
  return [delays('watchers', all, passed.slice(1)), await rushes('watchers', all, stage, pace)]
}

async function measureBrowsers(pace: Pace): Promise<Row[]> {
  await using stack = new AsyncDisposableStack()
  const sizes = Object.values(sizesOf(pace))
  const passed: Record<string, Performance[]> = {}
  const contestants: Record<string, () => Promise<number>> = {}
  let largest: Stage | undefined
  for (const size of sizes) {
    const stage = await setStage('browsers', size)
    stack.defer(stage.stop)
    const performances: Performance[] = []
    passed[size] = performances
    contestants[size] = async () => performances.push(await pass(stage, pace))
    largest = stage
  }
  if (!largest) throw new Error('bug: no sizes')
  await inTurn(pace.rounds, contestants)
  // Of each the first was to warm up.
  for (const performances of Object.values(passed)) performances.shift()

  const { few, all } = sizesOf(pace)
  const perByte = { of: `${all}`, over: `${few}`, target: { atMost: 1.25 } }
  const samplesOf = (figure: (performance: Performance) => number) =>
    Object.fromEntries(Object.entries(passed).map(([size, each]) => [size, each.map(figure)]))
  return [
    {
      ...delays('browsers', all, passed[all] ?? []),
      bounds: [{ of: 'p99', target: { atMost: shownWithinMs } }],
    },
    {
      work: 'processor time for what is sent to so many browsers',
      unit: 'ms/MB',
      samples: samplesOf(({ server, bytes }) => (server * 1e3) / (bytes / 1e6)),
      ratios: [perByte],
      notes: [`at ${changesPerSecond} changes/s; each number of browsers at a server of its own`],
    },
    {
      work: 'processor time for each message',
      unit: 'µs',
      samples: samplesOf(({ server, messages }) => (server * 1e6) / messages),
      ratios: [],
      notes: [],
    },
    await rushes('browsers', all, largest, pace),
  ]
}

/** Changes at their pace, and nobody left behind from them. */
async function pass(stage: Stage, { seconds, size }: Pace): Promise<Performance> {
  const lasting = size === 'full' ? Math.max(seconds, longEnoughSeconds) : seconds
  const joins = Math.ceil((lasting * changesPerSecond) / 2)
  await stage.give({ order: 'gather', joins })
  const performance = await stage.give({ order: 'pass', joins, changesPerSecond })
  await stage.give({ order: 'clear' })
  return performance
}

function delays(kind: string, count: number, passed: Performance[]): Row {
  const each = passed.map(({ delays = { p50: Number.NaN, p99: Number.NaN } }) => delays)
  return {
    work: `change to arrival at ${count} ${kind}`,
    unit: 'ms',
    samples: { p50: each.map(({ p50 }) => p50), p99: each.map(({ p99 }) => p99) },
    ratios: [],
    notes: [`at ${changesPerSecond} changes/s, over all arrivals; ${busy(passed)}`],
  }
}

/** As many changes as go, told to everybody before the next ones are made. */
async function rushes(kind: string, count: number, stage: Stage, pace: Pace): Promise<Row> {
  const joins = pace.size === 'full' ? 500 : 20
  const rushed: Performance[] = []
  const { encontro = [] } = await inTurn(pace.rounds, {
    async encontro() {
      await stage.give({ order: 'gather', joins })
      const rush = await stage.give({ order: 'rush', joins })
      await stage.give({ order: 'clear' })
      rushed.push(rush)
      return (2 * joins) / rush.seconds
    },
  })
  return {
    work: `most changes told to ${count} ${kind}`,
    unit: 'changes/s',
    samples: { encontro },
    ratios: [],
    notes: [`${joins} join at once, then as many leave at once; ${busy(rushed)}`],
  }
}

/** Of one core, to show what was the limit. */
function busy(performances: Performance[]): string {
  const share = (seconds: (performance: Performance) => number) => {
    const shares = performances.map((each) => seconds(each) / each.seconds)
    return `${Math.round(100 * spread(shares).median)} %`
  }
  const [server, audience] = [share((each) => each.server), share((each) => each.audience)]
  return `of one core took: the server ${server}, its audience ${audience}`
}
