import { closing, encontro, isInstalled, python } from '../contestants/contestants.ts'
import { measureCycles } from '../cycling.ts'
import type { Work } from '../work.ts'

/** Peers that come, register, quit and go, each noted in the log. */
export const cycles: Work = {
  name: 'cycles',
  async measure(pace) {
    await using stack = new AsyncDisposableStack()
    const hasPython = isInstalled('python3')
    const contestants = {
      encontro: await encontro(0),
      closing: await closing(),
      ...(hasPython ? { python: await python() } : {}),
    }
    for (const { stop } of Object.values(contestants)) stack.defer(stop)
    const { perSecond, costs, note } = await measureCycles(pace, contestants, stack)
    const notes = [
      'closing answers both requests and closes, and writes no log',
      ...(hasPython ? [] : ['without python: there is no python3 here']),
    ]
    return [
      {
        work: 'connect, register, quit',
        unit: 'cycles/s',
        samples: perSecond,
        ratios: [
          { of: 'encontro', over: 'closing', target: { atLeast: 0.8 } },
          ...(hasPython ? [{ of: 'encontro', over: 'python' }] : []),
        ],
        notes: [...notes, note],
      },
      {
        work: 'cost of connect, register, quit',
        unit: 'µs of processor',
        samples: costs,
        ratios: [{ of: 'encontro', over: 'closing' }],
        notes: ['to open and close a connection costs the generator more than it costs closing'],
      },
    ]
  },
}
