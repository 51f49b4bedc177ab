import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Action, people, World } from '../../support/exchange-world.ts'

const who = fc.nat(people.length - 1)
/** Of the ids given out so far, counted from the last; 0 is one that never was. */
const id = fc.constantFrom(1, 1, 1, 2, 3, 0)
const does = <Verb extends string>(...verbs: Verb[]) => fc.constantFrom(...verbs)
const whom = fc.option(who, { nil: undefined })
const how = fc.constantFrom('left' as const, 'lost' as const, 'lost' as const)
const ofCall = does('accept', 'accept', 'decline', 'hangup')
const conference = fc.constantFrom(true, true, true, false)

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ who, does: does('ready'), conference }) },
  { weight: 2, arbitrary: fc.record({ who, does: does('leave'), how }) },
  { weight: 5, arbitrary: fc.record({ who, does: does('call'), whom: who }) },
  { weight: 9, arbitrary: fc.record({ who, does: does('invite'), id, whom: who }) },
  { weight: 1, arbitrary: fc.record({ who, does: does('uninvite'), id, whom: who }) },
  { weight: 8, arbitrary: fc.record({ who, does: ofCall, id }) },
  { weight: 5, arbitrary: fc.record({ who, does: does('signal', 'resume', 'resume'), id, whom }) },
  { weight: 2, arbitrary: fc.record({ who, does: does('wait'), ms: fc.nat(60_000) }) },
)

/** What the two ends of a call may have made of its end, in alphabetical order. */
const outcomes = [
  ['left', 'was ended: left'],
  ['lost', 'was ended: left'],
  ['lost', 'was ended: lost'],
  ['hung up', 'was ended: hangup'],
  ['hung up', 'was ended: cancelled'],
  ['declined', 'was declined'],
  ['hung up', 'was declined'],
  ['was ended: timeout', 'was ended: timeout'],
].map((pair) => pair.toSorted().join(' / '))

const rarities = [
  ...['talking', 'resuming', 'moved', 'replaced', 'rung', 'invited', '3 members', '4 members'],
  ...[
    'own place',
    'own place beside a stand-in',
    'a stand-in is lost',
    'oldest place',
    'gathered',
    'call-full',
    'only-two',
    'call-of-two',
  ],
  ...['already-member', 'already-invited', 'member-needed', 'unknown-member'],
]

/** Many begin with a call of three: by chance alone there would be few. */
const ofThree: Action[] = [
  ...[...people.keys()].map((who) => ({ who, does: 'ready' as const, conference: true })),
  { who: 0, does: 'call', whom: 1 },
  { who: 1, does: 'accept', id: 1 },
  { who: 0, does: 'invite', id: 1, whom: 2 },
  { who: 2, does: 'accept', id: 1 },
]

/** Some begin with one who has come in for a lost member. */
const withStandIn: Action[] = [
  ...ofThree,
  { who: 1, does: 'leave', how: 'lost' },
  { who: 3, does: 'resume', id: 1, whom: undefined },
  { who: 1, does: 'ready', conference: true },
]

describe('whatever its ends do, and whenever', () => {
  // A loaded machine takes longer than a test usually may.
  test('no call is half open, both ends learn the same, and watchers see who is busy', () => {
    const seen = new Set<string>()
    // It would prove little if some of it never came about.
    const unseen = () => [...outcomes, ...rarities].filter((outcome) => !seen.has(outcome))
    const openings = fc.constantFrom([], [], ofThree, ofThree, withStandIn)
    const some = fc.array(action, { maxLength: 100, size: 'max' })
    const keeps = fc.property(openings, some, (opening, actions) => {
      const world = new World()
      for (const each of [...opening, ...actions]) world.take(each)
      for (const pair of world.ended.values()) seen.add(pair.toSorted().join(' / '))
      for (const view of world.views) if (view) seen.add(view.state)
      for (const one of world.seen) seen.add(one)
      // Left alone, only running calls go on.
      world.take({ who: 0, does: 'wait', ms: 100_000 })
      for (const view of world.views) if (view) expect(view.state).toBe('talking')
      for (const each of people.keys()) world.take({ who: each, does: 'leave', how: 'lost' })
      expect(world.busy.size + world.ready.size).toBe(0)
    })
    // By chance something rare may not have come about yet.
    for (let rounds = 0; rounds < 6 && unseen().length > 0; rounds += 1) {
      fc.assert(keeps, { numRuns: 600 })
    }
    expect(unseen()).toEqual([])
  }, 30_000)
})
