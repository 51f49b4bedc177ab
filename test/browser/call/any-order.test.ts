import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Action, CallWorld } from '../../support/call-world.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

const at = fc.nat(59)
const does = <Deed extends string>(...deeds: Deed[]) => fc.constantFrom(...deeds)

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({ at, does: does('deliver'), count: fc.constantFrom(1, 1, 2) }),
  },
  { weight: 8, arbitrary: fc.record({ at, does: does('flow') }) },
  {
    weight: 24,
    arbitrary: fc.record({
      at,
      does: does('call', 'call', 'accept', 'accept', 'hang-up', 'decline', 'dismiss', 'camera'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ at, does: does('grant', 'grant', 'refuse') }) },
  { weight: 8, arbitrary: fc.record({ at, does: does('open', 'close', 'crash', 'lose', 'dial') }) },
  { weight: 2, arbitrary: fc.record({ at, does: does('fall-silent') }) },
  { weight: 2, arbitrary: fc.record({ at, does: does('break', 'heal') }) },
  { weight: 1, arbitrary: fc.record({ at, does: does('restart', 'move') }) },
  { weight: 4, arbitrary: fc.record({ at, does: does('wait'), ms: fc.nat(12_000) }) },
)

/** What has to come about for the rest to prove something. */
const everything = [
  ...['asking', 'ringing-out', 'ringing-in', 'answering', 'connecting', 'talking'],
  ...['declined', 'cancelled', 'missed', 'declined-here', 'elsewhere', 'hung-up'],
  ...['hung-up-here', 'left', 'server-away', 'refused', 'moved'],
]

/** The same, with people that invite each other. */
const actionOfSeveral: fc.Arbitrary<Action> = fc.oneof(
  { weight: 18, arbitrary: action },
  { weight: 2, arbitrary: fc.record({ at, does: does('invite', 'invite', 'uninvite') }) },
  // By chance alone there would be few.
  { weight: 1, arbitrary: fc.record({ at, does: does('move', 'close') }) },
)

/** What has to come about of those. */
const ofSeveral = ['several', 'talking', 'hung-up', 'hung-up-here', 'left', 'moved', 'ringing-in']

describe('in whatever order news and presses come', () => {
  test('nobody waits for what cannot come, and no device is live without a call', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60, size: 'max' }), async (actions) => {
        await happensTo(2, actions, seen)
      }),
      { numRuns: 1_000 },
    )
    for (const one of everything) expect(seen).toContain(one)
  }, 60_000)

  test('the same holds where three talk, or two of them', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(actionOfSeveral, { maxLength: 40, size: 'max' }),
        async (actions) => {
          await happensTo(3, actions, seen)
        },
      ),
      { numRuns: 400 },
    )
    for (const one of ofSeveral) expect(seen).toContain(one)
  }, 60_000)
})

/** Three are in a call when it begins; two are not. */
async function happensTo(howMany: 2 | 3, actions: readonly Action[], seen: Set<string>) {
  using time = new VirtualTime()
  const world = new CallWorld(time, seen, howMany)
  try {
    await world.begin()
    if (howMany === 3) await world.talkTogether()
    for (const each of actions) await world.take(each)
    await world.settle()
    world.checkAtRest()
    await world.checkNextCall()
  } finally {
    world.end()
  }
}
