import { PairMap } from '../../pair-map.ts'
import { ok, type Result, refuse } from '../../result.ts'
import { Entry, type Registration } from './registration.ts'

/** Why an entry cannot join. */
export type Conflict = 'already-registered' | 'call-port-taken'

export type Change = { kind: 'joined' | 'left'; registration: Registration }

type Place = Pick<Registration, 'name' | 'ip' | 'callPort'>

/**
 * All registrations, in memory. It is synchronous: nothing can happen between the check for a conflict
 * and the new entry, and no reader waits. Every operation takes constant time, except `names`, `all`
 * and `last`.
 */
export class Directory {
  readonly #now: () => number
  /** First of the entries, in order of registration. */
  #first: Entry | undefined
  #last: Entry | undefined
  #size = 0
  readonly #byName = new PairMap(nameOf, ipOf)
  readonly #byCallAddress = new PairMap(ipOf, callPortOf)
  readonly #listeners = new Set<(change: Change) => void>()
  #names: string | undefined = ''

  /** `now` gives Unix time in milliseconds. */
  constructor({ now }: { now: () => number }) {
    this.#now = now
  }

  get size(): number {
    return this.#size
  }

  /** The names, joined by commas, in order of registration. */
  get names(): string {
    this.#names ??= this.all()
      .map(({ name }) => name)
      .join(',')
    return this.#names
  }

  /** The registrations, in order. */
  all(): Registration[] {
    return this.last(this.#size)
  }

  /** The newest `count` registrations, in order. */
  last(count: number): Registration[] {
    const newest: Registration[] = []
    let entry = this.#last
    for (let left = count; entry && left > 0; left -= 1) {
      newest.push(entry)
      entry = entry.before
    }
    return newest.reverse()
  }

  /** The registration with this name and IP; without `ip`, the earliest with this name. */
  find(name: string, ip?: string): Registration | undefined {
    return ip === undefined ? this.#byName.earliest(name) : this.#byName.get(name, ip)
  }

  /**
   * Why this entry cannot join: `already-registered` if its name and IP are taken, `call-port-taken`
   * if its IP and call port are taken. If both are taken, by two entries, the earlier entry decides.
   */
  conflict(entry: Place): Conflict | undefined {
    const sameName = this.#byName.get(entry.name, entry.ip)
    const sameCallAddress = this.#byCallAddress.get(entry.ip, entry.callPort)
    if (!sameName) return sameCallAddress && 'call-port-taken'
    if (!sameCallAddress) return 'already-registered'
    return sameCallAddress.cameBefore(sameName) ? 'call-port-taken' : 'already-registered'
  }

  /** The entries for which `conflict` refuses this one. */
  inTheWayOf({ name, ip, callPort }: Place): Registration[] {
    const sameName = this.#byName.get(name, ip)
    const sameCallAddress = this.#byCallAddress.get(ip, callPort)
    const both = new Set([sameName, sameCallAddress])
    return [...both].filter((entry) => entry !== undefined)
  }

  /**
   * Adds an entry and tells the listeners. Refuses with the code that `conflict` gives. `made` gives its
   * serial, which is greater than all others, and its time; else both are made here.
   */
  register(
    entry: Omit<Registration, 'since'>,
    made?: { serial: number; since: number },
  ): Result<Registration, Conflict> {
    const conflict = this.conflict(entry)
    if (conflict) return refuse(conflict)
    const registration = new Entry(entry, made?.since ?? this.#now(), this.#last, made?.serial)
    this.#first ??= registration
    this.#last = registration
    this.#size += 1
    this.#byName.set(registration)
    this.#byCallAddress.set(registration)
    this.#names = undefined
    this.#tell({ kind: 'joined', registration })
    return ok(registration)
  }

  /**
   * Puts an entry that was taken out, or was made elsewhere, at its place in the order, and tells the
   * listeners. Refuses like `register`.
   */
  restore(entry: Entry): Result<Registration, Conflict> {
    const conflict = this.conflict(entry)
    if (conflict) return refuse(conflict)
    let before = this.#last
    while (before && entry.cameBefore(before)) before = before.before
    const after = before ? before.after : this.#first
    entry.enter(before, after)
    if (!before) this.#first = entry
    if (!after) this.#last = entry
    this.#size += 1
    // The earliest of a name is the one that was put in first.
    const later = this.#byName.all(entry.name).filter((each) => entry.cameBefore(each))
    for (const each of later) this.#byName.delete(each)
    for (const each of [entry, ...later]) this.#byName.set(each)
    this.#byCallAddress.set(entry)
    this.#names = undefined
    this.#tell({ kind: 'joined', registration: entry })
    return ok(entry)
  }

  /** Removes exactly this entry. Does nothing if it is not there, also if another has its name and IP. */
  unregister(registration: Registration): void {
    const entry = this.#byName.get(registration.name, registration.ip)
    if (!entry || entry !== registration) return
    this.#byName.delete(entry)
    this.#byCallAddress.delete(entry)
    if (entry === this.#first) this.#first = entry.after
    if (entry === this.#last) this.#last = entry.before
    entry.leave()
    this.#size -= 1
    this.#names = undefined
    this.#tell({ kind: 'left', registration })
  }

  /** Calls `listener` at every change. Returns a function that ends this. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}

const nameOf = ({ name }: Entry) => name
const ipOf = ({ ip }: Entry) => ip
const callPortOf = ({ callPort }: Entry) => callPort
