import { type Contestant, echo, encontro } from '../contestants/contestants.ts'
import { hold, manyOf } from '../held.ts'
import { residentBytes } from '../proc.ts'
import { inTurn, type Pace, type Work } from '../work.ts'

/** Each takes long, since it begins with fresh processes, and differs little from the next. */
const mostRounds = 3

/** What somebody who is registered and says nothing takes of the memory. */
export const memory: Work = {
  name: 'memory',
  async measure(pace) {
    const held = manyOf(pace)
    const samples = await inTurn(Math.min(pace.rounds, mostRounds), {
      encontro: () => kilobytesEach(() => encontro(held), held, pace),
      echo: () => kilobytesEach(echo, held, pace),
    })
    return [
      {
        work: `memory of each of ${held} registered`,
        unit: 'KB',
        samples,
        ratios: [{ of: 'encontro', over: 'echo' }],
        bounds: [{ of: 'encontro', target: { atMost: 3 } }],
        notes: [
          'growth of the resident set of a fresh process, once it has settled, and without what the kernel holds',
          `${mostRounds} rounds at most, each with fresh processes`,
        ],
      },
    ]
  },
}

/** KB of 1,000 bytes. */
async function kilobytesEach(
  start: () => Promise<Contestant>,
  held: number,
  pace: Pace,
): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const contestant = await start()
  stack.defer(contestant.stop)
  const before = await settled(contestant.pid, pace)
  const load = await hold(contestant, held)
  stack.defer(load.stop)
  const after = await settled(contestant.pid, pace)
  return (after - before) / held / 1_000
}

/** The resident set once it has been the same, to a hundredth, for long enough; at last anyhow. */
async function settled(pid: number, { size }: Pace): Promise<number> {
  const { calmMs, patienceMs } =
    size === 'full' ? { calmMs: 2_000, patienceMs: 15_000 } : { calmMs: 200, patienceMs: 1_000 }
  const deadline = performance.now() + patienceMs
  let bytes = residentBytes(pid)
  let since = performance.now()
  while (performance.now() < Math.min(since + calmMs, deadline)) {
    await Bun.sleep(50)
    const now = residentBytes(pid)
    if (Math.abs(now - bytes) < bytes / 100) continue
    bytes = now
    since = performance.now()
  }
  return residentBytes(pid)
}
