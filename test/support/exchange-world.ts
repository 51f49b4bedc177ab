import { expect } from 'bun:test'
import type { CallPush, CallRequest } from '../../src/wire/message.ts'
import { defaultLimits } from './limits.ts'
import { idOf, type TestEnd, TestExchange } from './switchboard.ts'

/** What an end knows of its call, by its replies and pushes alone. */
type View = {
  id: string
  state: 'calling' | 'rung' | 'invited' | 'talking' | 'resuming'
  /** The others: of a call that rings the one other, of an invitation the inviter. */
  others: string[]
  /** Those that this end invites. */
  inviting: string[]
}

/** Of a lost member, and who came in for it under another name. */
type Place = { name: string; until: number; standIn?: number | undefined }

export type Action = { who: number } & (
  | { does: 'ready'; conference: boolean }
  | { does: 'leave'; how: 'left' | 'lost' }
  | { does: 'call'; whom: number }
  | { does: 'invite' | 'uninvite'; id: number; whom: number }
  | { does: 'accept' | 'decline' | 'hangup'; id: number }
  | { does: 'signal' | 'resume'; id: number; whom: number | undefined }
  | { does: 'wait'; ms: number }
)

/** Ana may come back from another address, while the registry still holds her old connection. */
export const people = [
  { name: 'ana', ip: '10.0.0.1' },
  { name: 'bia', ip: '10.0.0.1' },
  { name: 'cris', ip: '10.0.0.1' },
  { name: 'davi', ip: '10.0.0.1' },
  { name: 'eva', ip: '10.0.0.1' },
  { name: 'ana', ip: '10.0.0.2' },
]
const personOf = (index: number) => people[index] as (typeof people)[number]
const keyOf = ({ name, ip }: { name: string; ip: string }) => `${name},${ip}`
const maxCallMembers = 4

/** The ends, what each has made of what it was told, and what must be true of all of it. */
export class World {
  readonly exchange = new TestExchange(
    { callBurst: 1_000, ringBurst: 1_000, callsNotTakenByAddress: 100, maxCallMembers },
    { showsPartners: true },
  )
  readonly ends: TestEnd[]
  readonly views: (View | undefined)[] = people.map(() => undefined)
  readonly conference = people.map(() => false)
  /** What watchers hold, made of pushes alone. */
  readonly ready = new Set<string>()
  readonly busy = new Set<string>()
  readonly partners = new Map<string, string>()
  readonly ended = new Map<string, string[]>()
  readonly seen = new Set<string>()
  /** By the ids: the places of lost members, and until when a call gathers. */
  readonly #lost = new Map<string, Place[]>()
  readonly #gathers = new Map<string, number>()
  /** The calls of which it is not known any more how many places there are. */
  readonly #vague = new Set<string>()
  readonly #moves = new Map<string, string>()
  /** Who says `resume` now. */
  #resumes: number | undefined
  #lastId = 0

  constructor() {
    this.ends = people.map(({ name, ip }) => this.exchange.join(name, ip))
  }

  take(action: Action): void {
    const end = this.ends[action.who] as TestEnd
    this.#resumes = action.does === 'resume' ? action.who : undefined
    if (action.does === 'wait') this.exchange.pass(action.ms)
    else if (action.does === 'leave') this.#leave(action.who, end, action.how)
    else this.#ask(action.who, end, this.#request(action))
    for (const index of people.keys()) this.#read(index)
    for (const [old, now] of this.#moves) this.#moveInvitations(old, now)
    this.#moves.clear()
    this.#watch()
    this.#check()
  }

  #request(action: Exclude<Action, { does: 'wait' | 'leave' }>): CallRequest {
    if (action.does === 'ready') {
      return { verb: 'ready', ...(action.conference ? { conference: true as const } : {}) }
    }
    if (action.does === 'call') return { verb: 'call', ...personOf(action.whom) }
    const given = action.id > 0 && action.id <= this.#lastId
    const id = idOf(given ? this.#lastId + 1 - action.id : 999_999)
    const whom = 'whom' in action && action.whom !== undefined ? personOf(action.whom) : undefined
    switch (action.does) {
      case 'signal':
        return { verb: 'signal', id, payload: 'b2k', ...(whom ? { to: whom } : {}) }
      case 'resume':
        return { verb: 'resume', id, ...(whom ? { other: whom } : {}) }
      case 'invite':
        return { verb: 'invite', id, ...personOf(action.whom) }
      case 'uninvite':
        return { verb: 'hangup', id, invited: personOf(action.whom) }
      default:
        return { verb: action.does, id }
    }
  }

  #ask(index: number, end: TestEnd, asked: CallRequest): void {
    const before = this.views[index]
    // Beside a call that goes on nobody waits in vain.
    const waited =
      'id' in asked && this.#inCall(asked.id).length === 0 && this.#waiting(asked.id).length > 0
    const answer = end.ask(asked)
    const granted = /^\d{22}$/.test(answer) || answer === 'ready'
    if (!granted) {
      this.#expectUntold(index, answer)
      this.seen.add(answer)
    }
    if ('id' in asked && asked.verb !== 'resume') {
      // An id is good for its ends alone, and says nothing to the others.
      const endsWaiting = asked.verb === 'hangup' && !asked.invited && !before && waited
      expect(answer === 'unknown-call').toBe(before?.id !== asked.id && !endsWaiting)
      if (granted) expect(answer).toBe(asked.id)
    }
    if (granted) this.#granted(index, asked, answer, before)
  }

  /** A refusal changes nothing, and is nobody's business but that of whom is called while busy. */
  #expectUntold(index: number, answer: string): void {
    expect(this.exchange.presence).toEqual([])
    const told = this.ends.flatMap((each) => each.told)
    expect(told.length).toBeLessThanOrEqual(answer === 'busy' ? 1 : 0)
    for (const push of told) expect(push).toMatchObject({ kind: 'missed', ...personOf(index) })
  }

  #granted(index: number, asked: CallRequest, id: string, before: View | undefined): void {
    switch (asked.verb) {
      case 'ready':
        if (asked.conference) this.conference[index] = true
        break
      case 'call':
        this.#lastId = Math.max(this.#lastId, Number(id))
        if (before) this.#accepts(index, before)
        else this.#see(index, { id, state: 'calling', others: [keyOf(asked as Named)] })
        break
      case 'accept':
        this.#accepts(index, before)
        break
      case 'decline':
        expect(['rung', 'invited']).toContain(before?.state ?? 'none')
        this.#over(index, 'declined')
        break
      case 'hangup':
        if (asked.invited) this.#without(before, 'inviting', keyOf(asked.invited))
        else if (before) this.#over(index, 'hung up')
        break
      case 'invite':
        expect(before?.state).toBe('talking')
        // The invited one was told, and says what that means in its turn.
        expect(this.#toldCall(keyOf(asked as Named))).toBe(true)
        before?.inviting.push(keyOf(asked as Named))
        break
      case 'signal': {
        expect(before?.state).toBe('talking')
        const told = this.ends.map(({ told }) => told.length)
        const to = asked.to ? keyOf(asked.to) : before?.others[0]
        expect(told).toEqual(people.map((each) => (keyOf(each) === to ? 1 : 0)))
        if (!asked.to) expect(before?.others).toHaveLength(1)
        break
      }
      case 'resume':
        this.#resume(index, id, before)
    }
  }

  #toldCall(key: string): boolean {
    const end = this.ends[people.findIndex((each) => keyOf(each) === key)]
    return end?.told.some(({ kind }) => kind === 'call') ?? false
  }

  #accepts(index: number, before: View | undefined): void {
    if (!before) throw new Error('accepted what did not ring')
    expect(['rung', 'invited']).toContain(before.state)
    const others = before.state === 'rung' ? before.others : []
    this.#see(index, { id: before.id, state: 'talking', others })
    this.seen.add(before.state)
  }

  /** Who comes back takes a place at once if there is one for it, and otherwise waits. */
  #resume(index: number, id: string, before: View | undefined): void {
    expect(before).toBeUndefined()
    const held = this.#inCall(id).length > 0
    const meets = !held && this.#waiting(id).length > 0
    const rule = this.#rule(index, id)
    const comesIn = (this.ends[index] as TestEnd).told.length > 0
    if (!this.#vague.has(id)) {
      expect(comesIn).toBe(meets || rule !== undefined)
      if (rule === 'own place' || rule === 'oldest place') this.#takePlace(index, id)
      if (rule === 'moved') this.#moveStandIn(index, id)
    }
    if (meets) {
      this.#lost.delete(id)
      this.#vague.delete(id)
      this.#gathers.set(id, this.exchange.time + defaultLimits.placeKeptMs)
    }
    if (!held) this.ended.delete(id)
    if (rule) this.seen.add(rule)
    this.#see(index, { id, state: 'resuming', others: [] })
  }

  /** Its own place is forgotten. That of another one is still good for that one's name. */
  #takePlace(index: number, id: string, other?: Place): void {
    const lost = this.#lost.get(id) ?? []
    const own = lost.find(({ name }) => name === personOf(index).name)
    const place = own ?? other ?? lost.find(({ standIn }) => standIn === undefined)
    if (own) {
      this.seen.add(own.standIn === undefined ? 'own place' : 'own place beside a stand-in')
      lost.splice(lost.indexOf(own), 1)
    } else if (place) place.standIn = index
  }

  #moveStandIn(index: number, id: string): void {
    const { name } = personOf(index)
    const old = this.#inCall(id).find((each) => personOf(each).name === name)
    for (const place of this.#lost.get(id) ?? []) if (place.standIn === old) place.standIn = index
  }

  /** A stand-in leaves open the place in which it stood, and has none of its own. */
  #keepPlace(index: number, id: string): Place {
    const time = this.exchange.time
    const until = time + defaultLimits.placeKeptMs
    const lost = (this.#lost.get(id) ?? []).filter((place) => place.until > time)
    this.#lost.set(id, lost)
    const stoodIn = lost.find(({ standIn }) => standIn === index)
    if (stoodIn) {
      this.seen.add('a stand-in is lost')
      return Object.assign(stoodIn, { until, standIn: undefined })
    }
    const place = { name: personOf(index).name, until }
    lost.push(place)
    if (lost.length > maxCallMembers) lost.shift()
    return place
  }

  /** The rule of PROTOCOL.md ("Coming back") by which that end comes into the call that talks. */
  #rule(
    index: number,
    id: string,
  ): 'own place' | 'moved' | 'oldest place' | 'gathered' | undefined {
    const members = this.#inCall(id).filter((each) => this.views[each]?.state === 'talking')
    if (members.length === 0) return undefined
    const { name } = personOf(index)
    const time = this.exchange.time
    const lost = (this.#lost.get(id) ?? []).filter(({ until }) => until > time)
    this.#lost.set(id, lost)
    const mine = members.filter((each) => personOf(each).name === name)
    const fits = (staying: number[]) => {
      const size = staying.length + 1 + this.#invited(id).length
      if (size <= 2) return true
      return size <= maxCallMembers && [index, ...staying].every((each) => this.conference[each])
    }
    const own = lost.some((place) => place.name === name)
    if (!own && mine.length === 1) {
      return fits(members.filter((each) => each !== mine[0])) ? 'moved' : undefined
    }
    if (!fits(members)) return undefined
    if (own) return 'own place'
    if (lost.some(({ standIn }) => standIn === undefined)) return 'oldest place'
    return (this.#gathers.get(id) ?? 0) > time ? 'gathered' : undefined
  }

  #inCall(id: string): number[] {
    return this.#seeing((view) => view.id === id && !['resuming', 'invited'].includes(view.state))
  }

  #invited = (id: string) => this.#seeing((view) => view.id === id && view.state === 'invited')

  #waiting = (id: string) => this.#seeing((view) => view.id === id && view.state === 'resuming')

  #seeing(which: (view: View) => boolean): number[] {
    return [...this.views.entries()].flatMap(([each, view]) => (view && which(view) ? [each] : []))
  }

  #leave(index: number, end: TestEnd, how: 'left' | 'lost'): void {
    const view = this.views[index]
    const members = view?.state === 'talking' ? this.#inCall(view.id) : []
    end.leave(how)
    // One that waited is told first that it has the place of the lost one.
    const taken =
      members.length === 2 &&
      how === 'lost' &&
      this.ends.some(({ told }) => told.some(({ kind }) => kind === 'resumed'))
    if (view && how === 'lost' && (taken || members.length > 2)) {
      const place = this.#keepPlace(index, view.id)
      const [taker] = this.#waiting(view.id).filter((each) => this.#isToldOfReturn(each))
      if (taken && taker !== undefined) this.#takePlace(taker, view.id, place)
    }
    if (taken) {
      this.views[index] = undefined
      this.seen.add('replaced')
    } else if (view) this.#over(index, how)
    const key = keyOf(personOf(index))
    for (const set of [this.ready, this.busy, this.partners]) set.delete(key)
    this.conference[index] = false
    this.ends[index] = this.exchange.join(personOf(index).name, personOf(index).ip)
  }

  #isToldOfReturn(index: number): boolean {
    return (this.ends[index] as TestEnd).told.some(({ kind }) => kind === 'resumed')
  }

  #read(index: number): void {
    for (const push of (this.ends[index] as TestEnd).news()) this.#hear(index, push)
  }

  #hear(index: number, push: CallPush): void {
    const view = this.views[index]
    if (push.kind === 'missed') {
      expect(view).toBeDefined()
      return
    }
    if (push.kind === 'call') {
      expect(view).toBeUndefined()
      const state = push.others ? 'invited' : 'rung'
      const others = [push, ...(push.others ?? [])].map(keyOf)
      if (push.others) expect(this.conference[index]).toBe(true)
      this.#see(index, { id: push.id, state, others })
      return
    }
    if (!view) throw new Error(`${push.kind} without a call`)
    expect(view.id).toBe(push.id)
    this.#hearOfCall(index, push, view)
  }

  #hearOfCall(index: number, push: Exclude<CallPush, { kind: 'missed' | 'call' }>, view: View) {
    switch (push.kind) {
      case 'accepted':
        expect(view.state).toBe('calling')
        view.state = 'talking'
        break
      case 'member':
        expect(view.state).toBe('talking')
        view.others.push(keyOf(push))
        // The invited one comes, whoever invited it.
        if (view.inviting.includes(keyOf(push))) this.#without(view, 'inviting', keyOf(push))
        break
      case 'gone':
        expect(view.state).toBe('talking')
        this.#without(view, 'others', keyOf(push))
        break
      case 'resumed':
        this.#hearResumed(index, push, view)
        break
      case 'signal':
        expect(view.state).toBe('talking')
        expect(push.from !== undefined).toBe(this.conference[index] as boolean)
        if (push.from) expect(view.others).toContain(keyOf(push.from))
        break
      case 'declined':
        if (push.invited) this.#without(view, 'inviting', keyOf(push.invited))
        else this.#over(index, 'was declined')
        break
      case 'ended':
        // The call goes on without this connection.
        if (push.reason === 'moved') this.views[index] = undefined
        else this.#over(index, `was ended: ${push.reason}`)
    }
  }

  #hearResumed(index: number, push: Extract<CallPush, { kind: 'resumed' }>, view: View): void {
    if (view.state === 'resuming') {
      this.#see(index, { id: view.id, state: 'talking', others: [] })
      // One that waited came in; by which rule, and into whose place, nobody has said.
      const hasPlaces = (this.#lost.get(view.id) ?? []).length > 0
      if (index !== this.#resumes && hasPlaces) this.#vague.add(view.id)
    }
    const now = this.views[index] as View
    expect(now.state).toBe('talking')
    // One that knows two alone has one other, which this one is now.
    if (!this.conference[index]) now.others = []
    if (push.was) {
      this.#without(now, 'others', keyOf(push.was))
      this.#moves.set(keyOf(push.was), keyOf(push))
    }
    now.others.push(keyOf(push))
  }

  /** Whoever takes a member's place has its invitations. */
  #moveInvitations(old: string, now: string): void {
    for (const [index, view] of this.views.entries()) {
      if (view?.state !== 'invited' || view.others[0] !== old) continue
      view.others[0] = now
      const inviter = people.findIndex((each) => keyOf(each) === now)
      this.views[inviter]?.inviting.push(keyOf(personOf(index)))
    }
  }

  #without(view: View | undefined, which: 'others' | 'inviting', key: string): void {
    const list = view?.[which] ?? []
    expect(list).toContain(key)
    list.splice(list.indexOf(key), 1)
  }

  #see(index: number, view: Omit<View, 'inviting'>): void {
    this.views[index] = { ...view, others: [...view.others], inviting: [] }
  }

  /** Only the end of a whole call is noted: one of several goes, and the call goes on. */
  #over(index: number, outcome: string): void {
    const view = this.views[index]
    const goesOn = view?.state === 'talking' && view.others.length > 1
    this.views[index] = undefined
    if (!view || goesOn || view.state === 'resuming' || view.state === 'invited') return
    this.ended.set(view.id, [...(this.ended.get(view.id) ?? []), outcome])
  }

  #watch(): void {
    for (const push of this.exchange.presence.splice(0)) {
      const { kind, name, ip } = push
      const key = keyOf({ name, ip })
      if (kind === 'busy' && push.with) {
        // Of a person who has been busy since it rang.
        expect(this.busy.has(key)).toBe(true)
        this.partners.set(key, push.with.map(keyOf).sort().join(' '))
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

  #check(): void {
    for (const [index, view] of this.views.entries()) this.#checkEnd(index, view)
    const presence = this.exchange.switchboard.presence
    expect(new Set(presence.ready.map(keyOf))).toEqual(this.ready)
    expect(new Set(presence.busy.map(keyOf))).toEqual(this.busy)
    const told = presence.busy.flatMap((push) =>
      push.kind === 'busy' && push.with
        ? [[keyOf(push), push.with.map(keyOf).sort().join(' ')] as const]
        : [],
    )
    expect(new Map(told)).toEqual(this.partners)
    const { directory, switchboard } = this.exchange
    const inCall = directory.all().filter((registration) => switchboard.isBusy(registration))
    expect(inCall).toHaveLength(this.busy.size)
  }

  #checkEnd(index: number, view: View | undefined): void {
    const key = keyOf(personOf(index))
    const keys = (indexes: number[]) => indexes.map((each) => keyOf(personOf(each))).sort()
    expect(this.busy.has(key)).toBe(view !== undefined)
    expect((this.ends[index] as TestEnd).talking).toBe(view?.state === 'talking')
    const isShown = view?.state === 'talking'
    expect(this.partners.get(key)).toBe(isShown ? view.others.toSorted().join(' ') : undefined)
    if (!view) return
    const members = this.#inCall(view.id)
    const others = members.filter((each) => each !== index)
    switch (view.state) {
      case 'calling':
      case 'rung': {
        const wanted = view.state === 'rung' ? 'calling' : 'rung'
        expect(others.map((each) => this.views[each]?.state)).toEqual([wanted])
        break
      }
      case 'talking':
        // Each knows exactly those that are there, and whom it invites.
        expect(view.others.toSorted()).toEqual(keys(others))
        expect(view.inviting.toSorted()).toEqual(
          keys(this.#invited(view.id).filter((each) => this.views[each]?.others[0] === key)),
        )
        expect(members.length + this.#invited(view.id).length).toBeLessThanOrEqual(maxCallMembers)
        if (members.length > 2) {
          expect(members.every((each) => this.conference[each])).toBe(true)
          this.seen.add(`${members.length} members`)
        }
        break
      case 'invited':
        expect(keys(members)).toContain(view.others[0] as string)
        break
      case 'resuming':
        // Nobody waits for whom there is a place. A namesake may have talked only afterwards.
        if (!this.#vague.has(view.id)) {
          expect([undefined, 'moved']).toContain(this.#rule(index, view.id))
        }
    }
  }
}

type Named = { name: string; ip: string }
