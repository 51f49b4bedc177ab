import { assemble, crowdOf, measureAsking, redisLanguage, registryLanguage } from '../asking.ts'
import { echo, encontro, python, redis } from '../contestants/contestants.ts'
import { addressOf, detailsOf, nameOf, peers } from '../peers.ts'
import type { Work } from '../work.ts'

/** Where somebody takes calls: the request of which a registry is asked most. */
export const details: Work = {
  name: 'details',
  async measure(pace) {
    await using stack = new AsyncDisposableStack()
    const crowd = crowdOf(pace)
    const language = registryLanguage(detailsOf)
    const addresses = new Map(
      peers(crowd.connected).map((peer): [string, string] => [nameOf(peer), addressOf(peer)]),
    )
    const { asked, notes } = await assemble(
      {
        encontro: { start: () => encontro(crowd.connected), language },
        echo: { start: echo, language },
        redis: { program: 'redis-server', start: () => redis(addresses), language: redisLanguage },
        python: { program: 'python3', start: python, language },
      },
      crowd,
      stack,
    )
    const scene = `${crowd.asking} of ${crowd.connected} connections ask`
    const { python: _, ...pipelined } = asked
    return [
      await measureAsking(pace, asked, 1, {
        work: 'details, depth 1',
        ratios: [
          { of: 'encontro', over: 'echo', target: { atLeast: 0.85 } },
          { of: 'encontro', over: 'redis', target: { atLeast: 1 } },
          { of: 'encontro', over: 'python' },
        ],
        notes: [scene, 'echo sends back what it gets, redis answers GET', ...notes],
      }),
      await measureAsking(pace, pipelined, 16, {
        work: 'details, depth 16',
        ratios: [
          { of: 'encontro', over: 'echo', target: { atLeast: 0.6 } },
          { of: 'encontro', over: 'redis', target: { atLeast: 1 } },
        ],
        notes: [
          scene,
          ...notes.filter((note) => !note.includes('python')),
          'without python, which takes all that it receives at once for one request',
        ],
      }),
    ]
  },
}
