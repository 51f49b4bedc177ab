import { type Contestant, encontro } from '../contestants/contestants.ts'
import { measureCycles } from '../cycling.ts'
import { hold, manyOf } from '../held.ts'
import type { Work } from '../work.ts'

/**
 * What a registration costs with many registered, compared with few. The cost is the server's
 * processor time for all that a cycle makes it do, its log and the web's part in it included. Cycles
 * a second would say less: they depend on who else wants the processor, first of all the generator.
 */
export const registering: Work = {
  name: 'registering',
  async measure(pace) {
    await using stack = new AsyncDisposableStack()
    const few = '100 registered'
    const many = `${manyOf(pace)} registered`
    const contestants = {
      [few]: await crowded(100, stack),
      [many]: await crowded(manyOf(pace), stack),
    }
    const { costs, note } = await measureCycles(pace, contestants, stack)
    return [
      {
        work: 'cost of a cycle with so many registered',
        unit: 'µs of processor',
        samples: costs,
        ratios: [{ of: many, over: few, target: { atMost: 1.25 } }],
        notes: [note],
      },
    ]
  },
}

async function crowded(registered: number, stack: AsyncDisposableStack): Promise<Contestant> {
  const contestant = await encontro(registered)
  stack.defer(contestant.stop)
  const load = await hold(contestant, registered)
  stack.defer(load.stop)
  return contestant
}
