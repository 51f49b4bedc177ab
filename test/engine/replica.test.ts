import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { CallRequest } from '../../src/wire/message.ts'
import { type Client, idOf, Replicas, type TestReplica } from '../support/cluster/replicas.ts'

const nodes = 3

const names = ['ana', 'bia', 'cris', 'davi', 'eva']
const ips = ['10.0.0.1', '10.0.0.2']

/** Of the connections there are, counted from the first. */
const who = fc.nat(7)
const node = fc.nat(nodes - 1)
/** Of the ids so far, counted from the last request; 0 for an id that never was. */
const id = fc.nat(6)
const party = fc.record({ name: fc.constantFrom(...names), ip: fc.constantFrom(...ips) })
const does = <Verb extends string>(verb: Verb) => fc.constant(verb)
const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 })

const request = fc.oneof(
  fc.record({ verb: does('ready'), conference: rarely(fc.constant(true as const)) }),
  fc.record({ verb: does('call'), of: who }),
  fc.record({ verb: does('call'), of: who }),
  fc.record({ verb: does('invite'), id, of: who }),
  fc.record({ verb: does('accept'), id }),
  fc.record({ verb: does('accept'), id }),
  fc.record({ verb: does('decline'), id }),
  fc.record({ verb: does('hangup'), id, invited: rarely(party) }),
  fc.record({ verb: does('signal'), id, payload: does('b2k'), to: rarely(party) }),
  fc.record({ verb: does('resume'), id }),
)

const callPort = fc.integer({ min: 5001, max: 5004 })
const proof = fc.constantFrom('', '', 'p', 'q')
const how = fc.constantFrom('left' as const, 'lost' as const)

const usual = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: does('register'), node, party, callPort, proof }) },
  { weight: 2, arbitrary: fc.record({ does: does('leave'), who, how }) },
  { weight: 16, arbitrary: fc.record({ does: does('ask'), who, request }) },
  { weight: 2, arbitrary: fc.record({ does: does('wait'), ms: fc.nat(60_000) }) },
  { weight: 1, arbitrary: fc.record({ does: does('newcomer'), attempt: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: does('notice'), text: fc.constantFrom('', 'a', 'b') }),
  },
)

const faults = fc.oneof(
  { weight: 24, arbitrary: usual },
  { weight: 3, arbitrary: fc.record({ does: does('sleep'), node }) },
  { weight: 1, arbitrary: fc.record({ does: does('wake'), node }) },
  { weight: 2, arbitrary: fc.record({ does: does('give-up'), node }) },
  { weight: 2, arbitrary: fc.record({ does: does('come-back'), node }) },
  { weight: 2, arbitrary: fc.record({ does: does('begin-anew'), late: rarely(node) }) },
)

type Action = typeof faults extends fc.Arbitrary<infer T> ? T : never

/** Plays actions on several replicas; the ids of their requests are counted. */
class Play {
  readonly world = new Replicas(nodes)
  readonly #dead = new Set<TestReplica>()
  #asked = 0

  take(action: Action): void {
    this.#do(action)
    this.world.closeDisplaced()
    this.world.check()
  }

  #do(action: Action): void {
    const { world } = this
    switch (action.does) {
      case 'register': {
        const at = this.#node(action.node)
        if (!at.sleeps)
          world.register(at, { ...action.party, callPort: action.callPort }, action.proof)
        break
      }
      case 'leave': {
        const client = this.#client(action.who)
        if (client) world.leave(client, action.how)
        break
      }
      case 'ask': {
        const client = this.#client(action.who)
        if (client) this.#ask(client, action.request)
        break
      }
      case 'wait':
        world.pass(action.ms)
        break
      case 'newcomer':
        world.newcomer(action.attempt)
        break
      case 'notice':
        world.deed({ kind: 'notice', text: action.text })
        break
      default:
        this.#harm(action)
    }
  }

  #harm(action: Action): void {
    const { world } = this
    switch (action.does) {
      case 'sleep':
        // Somebody has to know the state.
        if (world.nodes.filter(({ sleeps }) => !sleeps).length > 1)
          this.#node(action.node).sleeps = true
        break
      case 'wake': {
        const node = this.#node(action.node)
        if (!this.#dead.has(node)) world.wake(node)
        break
      }
      case 'give-up': {
        const node = this.#node(action.node)
        if (node.sleeps && !this.#dead.has(node)) world.giveUp(node)
        if (node.sleeps) this.#dead.add(node)
        break
      }
      case 'come-back': {
        const node = this.#node(action.node)
        if (!node.sleeps) break
        world.comeBack(node)
        this.#dead.delete(node)
        break
      }
      case 'begin-anew': {
        const late = action.late === undefined ? [] : [this.#node(action.late)]
        world.beginAnew(new Set(late))
        this.#dead.clear()
      }
    }
  }

  #ask(client: Client, request: Extract<Action, { does: 'ask' }>['request']): void {
    const { world } = this
    this.#asked += 1
    const idFrom = (id: number) => idOf(id === 0 ? 999_999 : this.#asked - id)
    if (request.verb === 'ready') {
      const { verb, conference } = request
      return world.ask(client, conference ? { verb, conference } : { verb })
    }
    const named = 'of' in request ? this.#person(request.of) : undefined
    if (request.verb === 'call') {
      if (named) world.ask(client, { verb: 'call', ...named })
    } else if (request.verb === 'invite') {
      const id = this.#callOf(client, request.id) ?? idFrom(request.id)
      if (named) world.ask(client, { verb: 'invite', id, ...named })
    } else {
      const id = this.#callOf(client, request.id) ?? idFrom(request.id)
      const asked = Object.entries({ ...request, id }).filter(([, value]) => value !== undefined)
      world.ask(client, Object.fromEntries(asked) as CallRequest)
    }
  }

  /** Mostly the call that the connection was told of last. */
  #callOf({ line }: Client, wish: number): string | undefined {
    const last = line.told.findLast((push) => 'id' in push)
    return wish < 3 ? undefined : last?.id
  }

  #node(index: number): TestReplica {
    return this.world.nodes[index] as TestReplica
  }

  /** A connection of a node that is awake. */
  #client(index: number): Client | undefined {
    const client = this.world.clients[index % Math.max(1, this.world.clients.length)]
    return client?.at.sleeps ? undefined : client
  }

  #person(index: number) {
    const all = this.world.clients
    const registration = all[index % Math.max(1, all.length)]?.line.registration
    return registration && { name: registration.name, ip: registration.ip }
  }
}

/** Of its last call. */
const lastId = 6

/** Many begin with a call of three at three nodes: by chance alone there would be few. */
const ofThree: Action[] = [
  ...names.map((name, at) => ({
    ...{ does: 'register' as const, node: at % nodes, callPort: 5001 + at, proof: '' as const },
    party: { name, ip: '10.0.0.1' },
  })),
  ...names.map((_, who) => ({
    ...{ does: 'ask' as const, who },
    request: { verb: 'ready' as const, conference: true as const },
  })),
  { does: 'ask', who: 0, request: { verb: 'call', of: 1 } },
  { does: 'ask', who: 1, request: { verb: 'accept', id: lastId } },
  { does: 'ask', who: 0, request: { verb: 'invite', id: lastId, of: 2 } },
  { does: 'ask', who: 2, request: { verb: 'accept', id: lastId } },
]

/** Some begin with one that has come in for a lost member. */
const withStandIn: Action[] = [
  ...ofThree,
  { does: 'leave', who: 1, how: 'lost' },
  // Of those that are left, Davi.
  { does: 'ask', who: 2, request: { verb: 'resume', id: 4 } },
]

const ofFour: Action[] = [
  ...ofThree,
  { does: 'ask', who: 0, request: { verb: 'invite', id: lastId, of: 3 } },
  { does: 'ask', who: 3, request: { verb: 'accept', id: lastId } },
]

/** That one has left, and for the lost member's place there is nobody else: whoever was told the state knows it too. */
const withStandInGone: Action[] = [
  ...withStandIn,
  { does: 'leave', who: 2, how: 'left' },
  { does: 'newcomer', attempt: 0 },
  { does: 'ask', who: 2, request: { verb: 'resume', id: 5 } },
]

/** Ana's node was given up, and somebody has her name, when all are forgotten. */
const contested: Action[] = [
  ...ofThree,
  { does: 'sleep', node: 0 },
  { does: 'give-up', node: 0 },
  {
    ...{ does: 'register', node: 1, callPort: 5001, proof: '' },
    party: { name: 'ana', ip: '10.0.0.1' },
  },
  { does: 'begin-anew', late: undefined },
]

const usualOpenings = [[], [], ofThree, ofThree, ofFour, withStandIn, withStandInGone]

const rarities = [
  ...['ringing', 'resuming', 'invited', 'lost', 'stand-in'],
  ...['2 members', '3 members', '4 members'],
]

function play(action: fc.Arbitrary<Action>, openings: Action[][], numRuns: number): void {
  const seen = new Set<string>()
  const some = fc.array(action, { maxLength: 80, size: 'max' })
  fc.assert(
    fc.property(fc.constantFrom(...openings), some, (opening, actions) => {
      const play = new Play()
      for (const each of [...opening, ...actions]) play.take(each)
      for (const each of play.world.seen) seen.add(each)
    }),
    { numRuns, includeErrorInReport: true },
  )
  expect(rarities.filter((each) => !seen.has(each))).toEqual([])
}

describe('several replicas of one log', () => {
  test('decide like one process alone, wherever each connection is, and a newcomer like all', () => {
    play(usual as fc.Arbitrary<Action>, usualOpenings, 60)
  }, 60_000)

  test('stay the same through dead nodes, stale ones and a new epoch', () => {
    play(faults, [...usualOpenings, contested], 60)
  }, 60_000)
})
