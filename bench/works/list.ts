import { assemble, crowdOf, measureAsking, registryLanguage } from '../asking.ts'
import { encontro, prepared, python } from '../contestants/contestants.ts'
import { nameOf, peers } from '../peers.ts'
import type { Work } from '../work.ts'

/** Everybody's names, while nobody comes or goes. */
export const list: Work = {
  name: 'list',
  async measure(pace) {
    await using stack = new AsyncDisposableStack()
    const crowd = crowdOf(pace)
    const language = registryLanguage(() => 'list\n')
    const names = peers(crowd.connected).map(nameOf).join(',')
    const { asked, notes } = await assemble(
      {
        encontro: { start: () => encontro(crowd.connected), language },
        prepared: { start: () => prepared(names), language },
        python: { program: 'python3', start: python, language },
      },
      crowd,
      stack,
    )
    return [
      await measureAsking(pace, asked, 1, {
        work: `list of ${crowd.connected} names`,
        ratios: [
          { of: 'encontro', over: 'prepared', target: { atLeast: 0.8 } },
          { of: 'encontro', over: 'python' },
        ],
        notes: [
          `${crowd.asking} connections ask; each answer has ${names.length + 1} bytes`,
          'prepared sends the same bytes, made beforehand',
          ...notes,
        ],
      }),
    ]
  },
}
