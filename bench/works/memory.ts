import { type Contestant, echo, encontro } from '../contestants/contestants.ts'
import { hold, manyOf } from '../held.ts'
import { residentBytes } from '../proc.ts'
import type { Pace, Work } from '../work.ts'

/** Each takes long, since it begins with fresh processes, and differs little from the next. */
const mostRounds = 3

/** What somebody who is registered and says nothing takes of the memory. */
export const memory: Work = {
  name: 'memory',
  async measure(pace) {
    const held = manyOf(pace)
    const samples: Record<'encontro' | 'echo', number[]> = { encontro: [], echo: [] }
    // Both at once: they wait most of the time, and take nothing from each other.
    for (let round = 0; round < Math.min(pace.rounds, mostRounds); round += 1) {
      const [ours, bare] = await Promise.all([
        kilobytesEach(() => encontro(held), held, pace),
        kilobytesEach(echo, held, pace),
      ])
      samples.encontro.push(ours)
      samples.echo.push(bare)
    }
    return [
      {
        work: `memory of each of ${held} registered`,
        unit: 'KB',
        samples,
        ratios: [{ of: 'encontro', over: 'echo' }],
        bounds: [{ of: 'encontro', target: { atMost: 3 } }],
        notes: [
          `growth of the resident set of a fresh process from ${warmUp(pace)} connections that came and went to ${held} that stay, each time after a while without anything to do, in which the engine collects its garbage; without what the kernel holds`,
          `${mostRounds} rounds at most, each with fresh processes`,
        ],
      },
    ]
  },
}

/** So many come and go first: what the process needs once, whoever comes, is not theirs. */
const warmUp = ({ size }: Pace) => (size === 'full' ? 1_000 : 20)

/** KB of 1,000 bytes. */
async function kilobytesEach(
  start: () => Promise<Contestant>,
  held: number,
  pace: Pace,
): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const contestant = await start()
  stack.defer(contestant.stop)
  const passing = await hold(contestant, warmUp(pace))
  await passing.stop()
  const before = await settled(contestant.pid, pace)
  const load = await hold(contestant, held)
  stack.defer(load.stop)
  const after = await settled(contestant.pid, pace)
  return (after - before) / held / 1_000
}

/** The resident set after so long that the engine, left alone, has collected what is garbage. */
async function settled(pid: number, { size }: Pace): Promise<number> {
  await Bun.sleep(size === 'full' ? quietMs : 100)
  return residentBytes(pid)
}

/** It does so within 20 s; what follows is less than a hundredth. */
const quietMs = 30_000
