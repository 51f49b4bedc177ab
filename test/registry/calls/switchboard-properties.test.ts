import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { CallPush, CallRequest } from '../../../src/wire/message.ts'
import { idOf, type TestEnd, TestExchange } from '../../support/switchboard.ts'

/** What an end knows of its call, by its replies and pushes alone. */
type View = { id: string; state: 'calling' | 'rung' | 'talking' | 'resuming' } | undefined

type Action = { who: number } & (
  | { does: 'ready' }
  | { does: 'leave'; how: 'left' | 'lost' }
  | { does: 'call'; whom: number }
  | { does: 'accept' | 'decline' | 'hangup' | 'signal'; id: number }
  | { does: 'resume'; id: number; whom: number | undefined }
  | { does: 'wait'; ms: number }
)

/** Ana may come back from another address, while the registry still holds her old connection. */
const people = [
  { name: 'ana', ip: '10.0.0.1' },
  { name: 'bia', ip: '10.0.0.1' },
  { name: 'cris', ip: '10.0.0.1' },
  { name: 'ana', ip: '10.0.0.2' },
]
const personOf = (index: number) => people[index] as (typeof people)[number]
const keyOf = ({ name, ip }: { name: string; ip: string }) => `${name},${ip}`
const who = fc.nat(people.length - 1)
/** Of the ids given out so far, counted from the last; 0 is one that never was. */
const id = fc.constantFrom(1, 1, 1, 2, 3, 0)
const does = <Verb extends string>(...verbs: Verb[]) => fc.constantFrom(...verbs)

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ who, does: does('ready') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      who,
      does: does('leave'),
      how: fc.constantFrom('left', 'lost', 'lost'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ who, does: does('call'), whom: who }) },
  {
    weight: 8,
    arbitrary: fc.record({ who, does: does('accept', 'decline', 'hangup', 'signal'), id }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      who,
      does: does('resume'),
      id,
      whom: fc.option(who, { nil: undefined }),
    }),
  },
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

class World {
  readonly exchange = new TestExchange(
    { callBurst: 1_000, ringBurst: 1_000 },
    { showsPartners: true },
  )
  readonly ends: TestEnd[]
  readonly views: View[] = people.map(() => undefined)
  /** What watchers hold, made of pushes alone. */
  readonly ready = new Set<string>()
  readonly busy = new Set<string>()
  readonly partners = new Map<string, string>()
  readonly ended = new Map<string, string[]>()
  readonly seen = new Set<string>()
  #lastId = 0

  constructor() {
    this.ends = people.map(({ name, ip }) => this.exchange.join(name, ip))
  }

  take(action: Action): void {
    const end = this.ends[action.who] as TestEnd
    switch (action.does) {
      case 'wait':
        this.exchange.pass(action.ms)
        break
      case 'leave':
        this.#leave(action.who, end, action.how)
        break
      default:
        this.#ask(action.who, end, this.#request(action))
    }
    for (const index of people.keys()) this.#read(index)
    this.#watch()
    this.#check()
  }

  #request(action: Exclude<Action, { does: 'wait' | 'leave' }>): CallRequest {
    if (action.does === 'ready') return { verb: 'ready' }
    if (action.does === 'call') return { verb: 'call', ...personOf(action.whom) }
    const given = action.id > 0 && action.id <= this.#lastId
    const id = idOf(given ? this.#lastId + 1 - action.id : 999_999)
    switch (action.does) {
      case 'signal':
        return { verb: 'signal', id, payload: 'b2k' }
      case 'resume':
        return {
          verb: 'resume',
          id,
          ...(action.whom === undefined ? {} : { other: personOf(action.whom) }),
        }
      default:
        return { verb: action.does, id }
    }
  }

  #ask(index: number, end: TestEnd, asked: CallRequest): void {
    const before = this.views[index]
    const answer = end.ask(asked)
    const granted = /^\d{22}$/.test(answer) || answer === 'ready'
    const others = this.ends.filter((each) => each !== end)
    // A refusal changes nothing, and is nobody's business but that of whom is called while busy.
    if (!granted) {
      expect(this.exchange.presence).toEqual([])
      const told = this.ends.flatMap((each) => each.told)
      expect(told.length).toBeLessThanOrEqual(answer === 'busy' ? 1 : 0)
      for (const push of told) expect(push).toMatchObject({ kind: 'missed', ...personOf(index) })
    }
    if ('id' in asked && asked.verb !== 'resume') {
      // An id is good for its ends alone, and says nothing to the others.
      const endsWaiting = asked.verb === 'hangup' && !before && this.#waiting(asked.id).length > 0
      expect(answer === 'unknown-call').toBe(before?.id !== asked.id && !endsWaiting)
      if (granted) expect(answer).toBe(asked.id)
    }
    if (!granted) return
    switch (asked.verb) {
      case 'call':
        this.#lastId = Math.max(this.#lastId, Number(answer))
        expect(before === undefined || before.state === 'rung').toBeTrue()
        this.views[index] = { id: answer, state: before ? 'talking' : 'calling' }
        break
      case 'accept':
        expect(before?.state).toBe('rung')
        this.views[index] = { id: answer, state: 'talking' }
        break
      case 'decline':
        expect(before?.state).toBe('rung')
        this.#over(index, 'declined')
        break
      case 'hangup':
        if (before) this.#over(index, 'hung up')
        break
      case 'signal':
        expect(before?.state).toBe('talking')
        expect(others.flatMap(({ told }) => told)).toHaveLength(1)
        break
      case 'resume':
        expect(before).toBeUndefined()
        this.#resume(index, end, answer)
    }
  }

  /** Who comes back takes a place at once if there is one for it, and otherwise waits. */
  #resume(index: number, end: TestEnd, id: string): void {
    const held = this.views.flatMap((view, each) =>
      view?.id === id && view.state !== 'resuming' ? [{ state: view.state, each }] : [],
    )
    const { name } = personOf(index)
    const mine = held.filter(
      ({ state, each }) => state === 'talking' && personOf(each).name === name,
    )
    const meets = held.length === 0 && this.#waiting(id).length > 0
    expect(end.told.length > 0).toBe(mine.length === 1 || meets)
    if (held.length > 1 && meets) throw new Error('a call twice')
    if (mine.length === 1) this.seen.add('moved')
    else if (held.length === 0) this.ended.delete(id)
    this.views[index] = { id, state: 'resuming' }
  }

  #waiting(id: string): number[] {
    return [...this.views.keys()].filter((each) => {
      const view = this.views[each]
      return view?.id === id && view.state === 'resuming'
    })
  }

  #leave(index: number, end: TestEnd, how: 'left' | 'lost'): void {
    end.leave(how)
    const view = this.views[index]
    const replaced =
      how === 'lost' && view?.state === 'talking' && this.#waiting(view.id).length > 0
    if (replaced) {
      this.views[index] = undefined
      this.seen.add('replaced')
    } else if (view) this.#over(index, how)
    const { name, ip } = personOf(index)
    this.ready.delete(keyOf({ name, ip }))
    this.busy.delete(keyOf({ name, ip }))
    this.partners.delete(keyOf({ name, ip }))
    this.ends[index] = this.exchange.join(name, ip)
  }

  #read(index: number): void {
    for (const push of (this.ends[index] as TestEnd).news()) this.#hear(index, push)
  }

  #hear(index: number, push: CallPush): void {
    const view = this.views[index]
    if (push.kind === 'call') {
      expect(view).toBeUndefined()
      this.views[index] = { id: push.id, state: 'rung' }
      return
    }
    if (push.kind === 'missed') {
      expect(view).toBeDefined()
      return
    }
    expect(view?.id).toBe(push.id)
    const { id } = push
    switch (push.kind) {
      case 'accepted':
        expect(view?.state).toBe('calling')
        this.views[index] = { id, state: 'talking' }
        break
      case 'resumed':
        expect(['resuming', 'talking']).toContain(view?.state ?? 'none')
        this.views[index] = { id, state: 'talking' }
        break
      case 'signal':
        expect(view?.state).toBe('talking')
        break
      case 'declined':
        expect(view?.state).toBe('calling')
        this.#over(index, 'was declined')
        break
      case 'ended':
        // The call goes on without this connection.
        if (push.reason === 'moved') this.views[index] = undefined
        else this.#over(index, `was ended: ${push.reason}`)
    }
  }

  #over(index: number, outcome: string): void {
    const view = this.views[index]
    this.views[index] = undefined
    if (!view || view.state === 'resuming') return
    this.ended.set(view.id, [...(this.ended.get(view.id) ?? []), outcome])
  }

  #watch(): void {
    for (const push of this.exchange.presence.splice(0)) {
      const { kind, name, ip } = push
      const key = keyOf({ name, ip })
      if (kind === 'busy' && push.with) {
        // Of a person who has been busy since it rang.
        expect(this.busy.has(key)).toBe(true)
        this.partners.set(key, push.with.map(keyOf).join(' '))
        continue
      }
      if (kind === 'free') this.partners.delete(key)
      const set = kind === 'ready' ? this.ready : this.busy
      // Each change is told once.
      expect(set.has(key)).toBe(kind === 'free')
      if (kind === 'free') set.delete(key)
      else set.add(key)
    }
  }

  #talksWith(index: number, id: string): string | undefined {
    const other = this.views.findIndex((view, each) => {
      return each !== index && view?.state === 'talking' && view.id === id
    })
    return other < 0 ? undefined : keyOf(personOf(other))
  }

  #check(): void {
    for (const [index, view] of this.views.entries()) {
      expect(this.busy.has(keyOf(personOf(index)))).toBe(view !== undefined)
      expect((this.ends[index] as TestEnd).talking).toBe(view?.state === 'talking')
      const whom = view?.state === 'talking' ? this.#talksWith(index, view.id) : undefined
      expect(this.partners.get(keyOf(personOf(index)))).toBe(whom)
      if (!view || view.state === 'resuming') continue
      const wanted = { calling: 'rung', rung: 'calling', talking: 'talking' }[view.state]
      const others = this.views.filter((_, each) => each !== index)
      expect(others.filter((each) => each?.id === view.id && each.state === wanted)).toHaveLength(1)
    }
    for (const pair of this.ended.values()) {
      expect(outcomes).toContain(pair.toSorted().join(' / '))
    }
    const presence = this.exchange.switchboard.presence()
    expect(new Set(presence.ready.map(keyOf))).toEqual(this.ready)
    expect(new Set(presence.busy.map(keyOf))).toEqual(this.busy)
    const told = presence.busy.flatMap((push) =>
      push.kind === 'busy' && push.with
        ? [[keyOf(push), push.with.map(keyOf).join(' ')] as const]
        : [],
    )
    expect(new Map(told)).toEqual(this.partners)
    const { directory, switchboard } = this.exchange
    const inCall = directory.all().filter((registration) => switchboard.isBusy(registration))
    expect(inCall).toHaveLength(this.busy.size)
  }
}

describe('whatever its ends do, and whenever', () => {
  // A loaded machine takes longer than a test usually may.
  test('no call is half open, both ends learn the same, and watchers see who is busy', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120, size: 'max' }), (actions) => {
        const world = new World()
        for (const each of actions) world.take(each)
        for (const pair of world.ended.values()) seen.add(pair.toSorted().join(' / '))
        for (const view of world.views) if (view) seen.add(view.state)
        for (const one of world.seen) seen.add(one)
        // Left alone, only running calls go on.
        world.take({ who: 0, does: 'wait', ms: 100_000 })
        for (const view of world.views) if (view) expect(view.state).toBe('talking')
        for (const each of people.keys()) world.take({ who: each, does: 'leave', how: 'lost' })
        expect(world.busy.size + world.ready.size).toBe(0)
      }),
      { numRuns: 500 },
    )
    // It would prove little if some of it never came about.
    for (const outcome of [...outcomes, 'talking', 'resuming', 'moved', 'replaced'])
      expect(seen).toContain(outcome)
  }, 30_000)
})
