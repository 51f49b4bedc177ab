import { PairMap } from '../../pair-map.ts'
import type { Listing, Party, Push } from '../../wire/message.ts'
import { SortedList } from './sorted-list.ts'

type State = Readonly<{
  /** Takes calls in a browser; of the others there is the address to dial. */
  ready: boolean
  /** Rings, is rung or talks. */
  busy: boolean
  /** With whom it talks, if the operator shows that. */
  partners: Partners | undefined
}>

/** The first names, as far as a row has room for them, and how many more there are. */
export type Partners = Readonly<{ names: readonly string[]; more: number }>

/** How everybody is who joins. */
const idle: State = { ready: false, busy: false, partners: undefined }

/** A registered person as the pages know them. */
export class Person implements Readonly<Listing>, State {
  readonly name: string
  readonly ip: string
  readonly callPort: number
  readonly since: number
  readonly serial: number
  readonly ready: boolean
  readonly busy: boolean
  readonly partners: Partners | undefined
  #folded: string | undefined

  constructor(
    { name, ip, callPort, since }: Listing,
    { ready, busy, partners }: State,
    serial: number,
  ) {
    this.name = name
    this.ip = ip
    this.callPort = callPort
    this.since = since
    this.serial = serial
    this.ready = ready
    this.busy = busy
    this.partners = partners
  }

  /**
   * Unique among all that the book has seen; also the id of their row. A person who begins to take calls
   * has another row, since it stands elsewhere.
   */
  get id(): string {
    return `p${this.serial.toString(36)}${this.ready ? 'r' : ''}`
  }

  /** The name and IP, folded for filtering: no accents, no case. Kept once somebody filters. */
  get folded(): string {
    this.#folded ??= `${fold(this.name)} ${this.ip}`
    return this.#folded
  }

  /** The same registration in another state. */
  become(state: Partial<State>): Person {
    const { ready, busy, partners } = this
    return new Person(this, { ready, busy, partners, ...state }, this.serial)
  }
}

export type PersonChange =
  | { kind: 'joined' | 'left'; person: Person }
  /** The same registration in another state: `person` stands where `before` stood. */
  | { kind: 'changed'; person: Person; before: Person }

type Entering = Listing & { -readonly [Key in keyof State]: State[Key] }

const collator = new Intl.Collator('pt', { sensitivity: 'accent', numeric: true })

/** People who can be called come before the others. */
const byReach = (a: Person, b: Person): number => Number(b.ready) - Number(a.ready)

export const byName = (a: Person, b: Person): number =>
  byReach(a, b) || collator.compare(a.name, b.name) || a.serial - b.serial

export const byNewest = (a: Person, b: Person): number => byReach(a, b) || b.serial - a.serial

/**
 * The web's own copy of the directory: what a watcher's pushes, applied in order, add up to.
 * It keeps the last known people while the registry is away, and is replaced as a whole by the
 * next opening state.
 */
export class PeopleBook {
  readonly #people = new PairMap(nameOf, ipOf)
  readonly #callAddresses = new PairMap(ipOf, callPortOf)
  readonly #onChange: (change: PersonChange) => void
  readonly #onReplaced: () => void
  #byName = new SortedList<Person>(byName)
  #byNewest = new SortedList<Person>(byNewest)
  #opening: Map<string, Entering> | undefined
  /** People that somebody waits for, and what to do when they come. */
  readonly #awaited = new Set<{ name: string; ip: string; came: () => void }>()
  #serial = 0

  constructor(on: { change: (change: PersonChange) => void; replaced: () => void }) {
    this.#onChange = on.change
    this.#onReplaced = on.replaced
  }

  get size(): number {
    return this.#byName.length
  }

  find(name: string, ip: string): Person | undefined {
    return this.#people.get(name, ip)
  }

  /** Resolves once that person is here; after `withinMs` in any case, since the registry may be away. */
  async arrival(name: string, ip: string, withinMs: number): Promise<void> {
    if (this.find(name, ip)) return
    const { promise, resolve: came } = Promise.withResolvers<void>()
    const waiting = { name, ip, came }
    const timer = setTimeout(came, withinMs)
    this.#awaited.add(waiting)
    await promise
    clearTimeout(timer)
    this.#awaited.delete(waiting)
  }

  /** Whether somebody takes calls there. */
  takesCalls(ip: string, callPort: number): boolean {
    return this.#callAddresses.get(ip, callPort) !== undefined
  }

  /** All people in that order; changes in place with every change. */
  sorted(order: 'name' | 'newest'): SortedList<Person> {
    return order === 'name' ? this.#byName : this.#byNewest
  }

  /** A new opening state follows. */
  reopen(): void {
    this.#opening = new Map()
  }

  apply(push: Push): void {
    switch (push.kind) {
      case 'here':
        this.#opening?.set(key(push.name, push.ip), { ...push, ...idle })
        break
      case 'synced':
        this.#replace([...(this.#opening?.values() ?? [])])
        break
      case 'joined':
        this.#join({ ...push, ...idle })
        break
      case 'left':
        this.#leave(push)
        break
      case 'ready':
        this.#change(push, { ready: true })
        break
      case 'busy':
        this.#change(push, { busy: true, partners: partnersOf(push) })
        break
      case 'free':
        this.#change(push, { busy: false, partners: undefined })
        break
    }
  }

  #replace(listings: Entering[]): void {
    this.#opening = undefined
    this.#people.clear()
    this.#callAddresses.clear()
    const everybody = listings.map((listing) => this.#enter(listing))
    this.#byName = new SortedList(byName, everybody)
    this.#byNewest = new SortedList(byNewest, everybody)
    this.#onReplaced()
  }

  #join(listing: Entering): void {
    const person = this.#enter(listing)
    this.#byName.add(person)
    this.#byNewest.add(person)
    this.#onChange({ kind: 'joined', person })
  }

  #change({ name, ip }: { name: string; ip: string }, state: Partial<Entering>): void {
    const opening = this.#opening?.get(key(name, ip))
    if (opening) Object.assign(opening, state)
    const before = this.#opening ? undefined : this.find(name, ip)
    if (!before) return
    const person = before.become(state)
    this.#people.set(person)
    this.#callAddresses.set(person)
    for (const list of [this.#byName, this.#byNewest]) {
      list.remove(before)
      list.add(person)
    }
    this.#onChange({ kind: 'changed', person, before })
  }

  #leave({ name, ip }: { name: string; ip: string }): void {
    const person = this.find(name, ip)
    if (!person) return
    this.#people.delete(person)
    this.#callAddresses.delete(person)
    this.#byName.remove(person)
    this.#byNewest.remove(person)
    this.#onChange({ kind: 'left', person })
  }

  #enter(listing: Entering): Person {
    const { name, ip } = listing
    // Copies: parts of a string keep the whole in memory, here a block of pushes.
    const own = { ...listing, name: copyOf(name), ip: copyOf(ip) }
    const person = new Person(own, listing, this.#serial++)
    this.#people.set(person)
    this.#callAddresses.set(person)
    for (const awaited of this.#awaited) {
      if (awaited.name === name && awaited.ip === ip) awaited.came()
    }
    return person
  }
}

/** How names and filters are compared: "José" is found by "jose". */
export const fold = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

const key = (name: string, ip: string) => `${name},${ip}`

const copyOf = (text: string): string => Buffer.from(text).toString()

const nameOf = ({ name }: Person) => name
const ipOf = ({ ip }: Person) => ip
const callPortOf = ({ callPort }: Person) => callPort

/** The names of several are cut: the longest list must fit into what may wait for a tab. */
const maxNames = 2
const maxLetters = 24

function partnersOf({ with: parties = [] }: { with?: readonly Party[] }): Partners | undefined {
  if (parties.length === 0) return undefined
  const names = parties.slice(0, maxNames).map(({ name }) => copyOf(name))
  const more = parties.length - names.length
  return { names: names.length > 1 ? names.map(shortened) : names, more }
}

function shortened(name: string): string {
  const letters = [...name]
  return letters.length > maxLetters ? `${letters.slice(0, maxLetters - 1).join('')}…` : name
}
