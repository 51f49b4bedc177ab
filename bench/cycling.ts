import { Busy } from './busy.ts'
import type { Contestant } from './contestants/contestants.ts'
import { openCycles } from './load-control.ts'
import { passingSource, peers, registrationOf } from './peers.ts'
import { inTurn, type Pace } from './work.ts'

/** Connections that come and go at a time. */
const usualLanes = 32

/** The number of the first of those who come and go: none of those who stay has it. */
const firstPassing = 20_000

export type Cycles = {
  perSecond: Record<string, number[]>
  /** Microseconds of the server's processor time for each. */
  costs: Record<string, number[]>
  note: string
}

/** Peers connect, register, quit and are gone, again and again. `stack` ends the generators. */
export async function measureCycles(
  { rounds, seconds }: Pace,
  contestants: Record<string, Contestant>,
  stack: AsyncDisposableStack,
  lanes = usualLanes,
): Promise<Cycles> {
  const busy = new Busy()
  const greetings = peers(lanes, firstPassing).map(registrationOf)
  const measured: Record<string, () => Promise<number>> = {}
  for (const [name, { pid, port }] of Object.entries(contestants)) {
    const load = await openCycles({ port, firstSource: passingSource, connections: lanes })
    stack.defer(load.stop)
    const cycle = () => load.cycle({ greetings, farewell: 'quit\n', seconds })
    measured[name] = async () => {
      const outcome = await busy.during(name, pid, cycle)
      return outcome.done / outcome.seconds
    }
  }
  return { perSecond: await inTurn(rounds, measured), costs: busy.costs, note: busy.note }
}
