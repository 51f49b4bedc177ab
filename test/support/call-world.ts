import { expect } from 'bun:test'
import { type CallState, membersOf, type Person } from '../../src/browser/call/call-machine.ts'
import type { Link } from './call-links.ts'
import { CallPage } from './call-page.ts'
import { WebServer } from './call-server.ts'
import type { Engines } from './fake-engine.ts'
import { settled, type VirtualTime } from './virtual-time.ts'

const everybody: readonly Person[] = [
  { name: 'Ana', ip: '10.0.0.1' },
  { name: 'Bia', ip: '10.0.0.2' },
  { name: 'Caio', ip: '10.0.0.3' },
]

/** In milliseconds. By then the server has given up a page that does not come back. */
const graceMs = 12_000
/** By then every limit has passed. */
const longestMs = 240_000

type At = CallState['at']

type Press =
  | 'call'
  | 'accept'
  | 'decline'
  | 'hang-up'
  | 'dismiss'
  | 'camera'
  | 'invite'
  | 'uninvite'

const mayDo: Record<Press, At[]> = {
  call: ['idle', 'over'],
  accept: ['ringing-in'],
  decline: ['ringing-in'],
  'hang-up': ['asking', 'ringing-out', 'answering', 'connecting', 'talking'],
  dismiss: ['over'],
  camera: ['connecting', 'talking'],
  invite: ['talking'],
  uninvite: ['talking'],
}

/** `at` chooses among those pages, links or devices for which it makes sense. */
export type Action = { at: number } & (
  | { does: Press }
  | { does: 'open' | 'close' | 'crash' | 'lose' | 'fall-silent' | 'dial' }
  | { does: 'deliver'; count: number }
  | { does: 'grant' | 'refuse' | 'break' | 'heal' | 'flow' | 'restart' | 'move' }
  | { does: 'wait'; ms: number }
)

/** Two people or three, their pages, their server, and everything that is under way between them. */
export class CallWorld {
  readonly #time: VirtualTime
  readonly #engines: Engines = []
  readonly #seen: Set<string>
  readonly #people: readonly Person[]
  /** Each person's browser has two places for a page. */
  readonly #places: number
  readonly #pages: (CallPage | undefined)[]
  /** Of sockets that are gone: what was said last on them, or that they closed, may still arrive. */
  readonly #lastWords: Link[] = []
  #server: WebServer
  #dialsByItself = false

  constructor(time: VirtualTime, seen: Set<string>, howMany: 2 | 3 = 2) {
    this.#time = time
    this.#seen = seen
    this.#people = everybody.slice(0, howMany)
    this.#places = 2 * howMany
    this.#pages = Array.from({ length: this.#places })
    this.#server = new WebServer(() => time.now)
  }

  get #open(): CallPage[] {
    return this.#pages.filter((page) => page !== undefined)
  }

  get #links(): Link[] {
    const ofPages = this.#open.flatMap(({ wire, engines }) => [
      ...(wire ? [wire.up, wire.down] : []),
      ...engines.map(({ inbox }) => inbox),
    ])
    return [...ofPages, ...this.#lastWords, ...this.#server.links].filter(({ size }) => size > 0)
  }

  /** Everybody has a page open, and can be called. */
  async begin(): Promise<void> {
    for (let place = 0; place < this.#places; place += 2) {
      if (!this.#pages[place]) this.#openPage(place)
    }
    for (const page of this.#open) page.dial()
    await this.#flow()
  }

  async take(action: Action): Promise<void> {
    this.#act(action)
    await settled()
    if (action.does === 'flow') await this.#flow()
    if (action.does === 'wait') await this.#wait(action.ms)
    this.#checkDevices()
  }

  /** Everything that is under way arrives, who is asked answers, and time passes. */
  async settle(): Promise<void> {
    this.#dialsByItself = true
    // In a call of several a pair may stay broken for as long as a third one is there.
    if (this.#people.length > 2) this.#connections('connected')
    await this.begin()
    await this.#pass(graceMs)
    this.#checkAgreement()
    await this.#pass(longestMs)
    this.#dialsByItself = false
  }

  /** Nobody waits any more, and whoever talks, talks with somebody who does. */
  checkAtRest(): void {
    const talking = this.#open.filter(({ state }) => state.at === 'talking')
    for (const { state } of this.#open) {
      expect(['idle', 'over', 'talking']).toContain(state.at)
      if (state.at === 'talking') expect(state.signalling).toBe('there')
    }
    const busy = this.#server.switchboard.presence.busy.map(({ name }) => name)
    expect(busy.toSorted()).toEqual(talking.map(({ person }) => person.name).toSorted())
    expect(talking.length).not.toBe(1)
    expect(new Set(talking.map(({ state }) => 'id' in state && state.id)).size).toBeLessThan(2)
    for (const { person, state, engines } of talking) {
      const others = talking.filter((each) => each.person !== person)
      const members = membersOf(state)
      expect(namesOf(members)).toEqual(namesOf(others))
      for (const { link } of members) expect(link).toBe('up')
      const connected = engines.filter(({ closed }) => !closed)
      expect(connected).toHaveLength(members.length)
      for (const { other } of connected) expect(other?.closed).toBeFalse()
    }
    this.#checkDevices()
  }

  /** Nothing of what was is in the way of the next call. */
  async checkNextCall(): Promise<void> {
    for (const page of this.#open) if (page.state.at === 'talking') page.hangUp()
    await this.#flow()
    for (const page of this.#open) expect(page.state.at).not.toBe('talking')
    const pages = await this.talkTogether()
    for (const page of pages) {
      expect(page.state.at).toBe('talking')
      expect(membersOf(page.state)).toHaveLength(pages.length - 1)
      expect(page.devices.live().toSorted()).toEqual(['audio', 'video'])
    }
    for (const page of pages.slice(1)) page.hangUp()
    await this.#flow()
    for (const page of this.#open) expect(page.devices.live()).toEqual([])
    expect(this.#server.switchboard.presence.busy).toEqual([])
  }

  /** Ana calls one, and invites the others into that call. Gives a page of each. */
  async talkTogether(): Promise<CallPage[]> {
    const [ana, ...others] = this.#people.map(({ name }) => this.#openOf(name)[0])
    for (const [at, other] of others.entries()) {
      if (!ana || !other) throw new Error('nobody is there')
      if (at === 0) ana.call(other.person)
      else ana.invite(other.person)
      await this.#flow()
      for (const { state } of this.#openOf(other.person.name)) expect(state.at).toBe('ringing-in')
      other.accept()
      await this.#flow()
    }
    return [ana, ...others].filter((page) => page !== undefined)
  }

  /**
   * Whoever has a call in a page has one at the registry, and the other way round. A call that goes on
   * without the registry is taken up again in its own time.
   */
  #checkAgreement(): void {
    const busy = this.#server.switchboard.presence.busy.map(({ name }) => name)
    for (const { person, state } of this.#open) {
      const has = !['idle', 'over'].includes(state.at)
      const alone = state.at === 'talking' && state.signalling !== 'there'
      if (has && !alone) expect([state.at, ...busy]).toContain(person.name)
    }
    for (const name of busy) {
      const states = this.#openOf(name).map(({ state }) => state.at)
      expect(states.filter((at) => at !== 'idle' && at !== 'over')).not.toEqual([])
    }
  }

  /** For good: what was timed must not happen in the next world. */
  end(): void {
    this.#server.stop()
  }

  /** All that there are break, or heal. */
  #connections(told: 'broken' | 'connected'): void {
    for (const engine of this.#engines) {
      if (engine.connected && !engine.other?.closed) engine.tell(told)
    }
  }

  #openOf(name: string): CallPage[] {
    return this.#open.filter(({ person }) => person.name === name)
  }

  #act(action: Action): void {
    const { at } = action
    const place = at % this.#places
    const page = this.#pages[place]
    switch (action.does) {
      case 'deliver':
        return pick(this.#links, at)?.deliver(action.count)
      case 'open':
        if (!page) this.#openPage(place)
        return
      case 'close':
      case 'crash':
        return this.#closePage(place, action.does === 'crash')
      case 'lose':
        if (page?.wire) this.#lastWords.push(page.wire.up)
        return page?.lose()
      case 'fall-silent':
        if (page?.wire) this.#lastWords.push(page.wire.up)
        return page?.lose('lost')
      case 'move':
        return this.#move(at)
      case 'dial':
        return page?.dial()
      case 'grant':
      case 'refuse': {
        const asked = pick(this.#openings(), at)?.shift()
        return action.does === 'grant' ? asked?.grant() : asked?.refuse('NotAllowedError')
      }
      case 'break':
      case 'heal':
        return this.#connections(action.does === 'break' ? 'broken' : 'connected')
      case 'restart':
        return this.#restart()
      case 'wait':
      case 'flow':
        return
      default:
        return this.#press(action.does, at)
    }
  }

  #press(does: Press, at: number): void {
    const page = pick(
      this.#open.filter(({ state }) => mayDo[does].includes(state.at)),
      at,
    )
    if (!page) return
    switch (does) {
      case 'call':
        return page.call(this.#someBut(page.person, at))
      case 'invite':
        return page.invite(this.#someBut(page.person, at))
      case 'uninvite': {
        const [person] = invitedBy(page.state)
        if (person) page.controller.happen({ from: 'person', does, person })
        return
      }
      case 'accept':
        return page.accept()
      case 'hang-up':
        return page.hangUp()
      case 'camera':
        return void page.local.toggleCamera()
      case 'decline':
      case 'dismiss':
        return page.controller.happen({ from: 'person', does })
    }
  }

  #someBut(person: Person, at: number): Person {
    const others = this.#people.filter((each) => each !== person)
    return pick(others, at) as Person
  }

  #move(at: number): void {
    const talking = this.#open.filter(({ state }) => state.at === 'talking')
    const page = pick(talking, at)
    if (page?.state.at !== 'talking') return
    this.#server.move(page.person, page.state.id, at % 2 === 0 ? 'left' : 'lost')
  }

  #openPage(place: number): void {
    const person = this.#people[Math.floor(place / 2)] as Person
    const page = new CallPage(person, () => this.#server, this.#engines, this.#seen)
    this.#pages[place] = page
    page.dial()
  }

  #closePage(place: number, crashes: boolean): void {
    const page = this.#pages[place]
    if (!page) return
    if (page.wire) this.#lastWords.push(page.wire.up)
    page.close(crashes)
    this.#pages[place] = undefined
  }

  #restart(): void {
    this.#server.stop()
    this.#server = new WebServer(() => this.#time.now)
    for (const page of this.#open) page.lose()
    this.#lastWords.length = 0
  }

  #openings() {
    return this.#open.map(({ devices }) => devices.openings).filter(({ length }) => length > 0)
  }

  async #flow(): Promise<void> {
    for (let links = this.#links; links.length > 0; links = this.#links) {
      for (const link of links) {
        link.deliver()
        await settled()
      }
      if (!this.#dialsByItself) continue
      for (const page of this.#open) page.dial()
    }
    for (const openings of this.#openings()) for (const each of openings.splice(0)) each.grant()
    await settled()
    if (this.#links.length > 0) await this.#flow()
  }

  async #pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 2_000) {
      await this.#wait(2_000)
      await this.#flow()
    }
  }

  async #wait(milliseconds: number): Promise<void> {
    const until = this.#time.now + milliseconds
    while (this.#time.step(until)) await settled()
    this.#server.switchboard.expire()
    await settled()
  }

  #checkDevices(): void {
    for (const { state, devices } of this.#open) {
      // Of two calls that cross, one rings while the other is still asked for.
      const waits = state.at === 'ringing-in' && state.asked === undefined
      if (state.at === 'idle' || state.at === 'over' || waits) {
        expect([state.at, ...devices.live()]).toEqual([state.at])
      }
    }
  }
}

const pick = <T>(among: readonly T[], at: number): T | undefined => among[at % among.length]

const namesOf = (some: readonly { person: Person }[]): string[] =>
  some.map(({ person: { name } }) => name).toSorted()

const invitedBy = (state: CallState): Person[] =>
  state.at === 'talking' ? state.invited.map(({ person }) => person) : []
