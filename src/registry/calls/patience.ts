import { addressGroup } from '../../limits/address-group.ts'
import type { RegistryLimits } from '../../limits/registry-limits.ts'

export type PatienceLimits = Pick<
  RegistryLimits,
  | 'callsNotTakenByPerson'
  | 'callsNotTakenByAddress'
  | 'firstRedialWaitMs'
  | 'maxRedialWaitMs'
  | 'maxKnownCallers'
>

type Who = { name: string; ip: string }

/** Calls in a row that were not taken, and the time before which the caller may not ring again. */
type Known = { notTaken: number; until: number }

/** All that it has counted, for another process. */
export type PatienceCount = { people: [string, Known][]; addresses: [string, Known][] }

/**
 * Makes callers wait whose calls one callee does not take. After a few such calls in a row the caller
 * must wait, and with each further call twice as long. A new name costs nothing, so the address has to
 * wait too, but only after more calls: a whole school may share it. `now` is in milliseconds.
 */
export class Patience {
  readonly #people: Waits
  readonly #addresses: Waits

  constructor(limits: PatienceLimits, now: () => number) {
    this.#people = new Waits(limits.callsNotTakenByPerson, limits, now)
    this.#addresses = new Waits(limits.callsNotTakenByAddress, limits, now)
  }

  mayRing(caller: Who): boolean {
    return this.#people.over(personOf(caller)) && this.#addresses.over(addressGroup(caller.ip))
  }

  declined(caller: Who): void {
    this.#count(caller, 1)
  }

  /** Nobody answered, or the caller gave up. Counts half of a declined call. */
  rangInVain(caller: Who): void {
    this.#count(caller, 0.5)
  }

  /** The call was accepted, or the callee calls back: the count begins anew. */
  welcomed(caller: Who): void {
    this.#people.forget(personOf(caller))
    this.#addresses.forget(addressGroup(caller.ip))
  }

  get count(): PatienceCount {
    return { people: this.#people.all, addresses: this.#addresses.all }
  }

  restore({ people, addresses }: PatienceCount): void {
    this.#people.restore(people)
    this.#addresses.restore(addresses)
  }

  #count(caller: Who, times: number): void {
    this.#people.count(personOf(caller), times)
    this.#addresses.count(addressGroup(caller.ip), times)
  }
}

class Waits {
  readonly #allowed: number
  readonly #limits: PatienceLimits
  readonly #now: () => number
  /** In order of the last count. The oldest is dropped when there are too many. */
  readonly #known = new Map<string, Known>()

  constructor(allowed: number, limits: PatienceLimits, now: () => number) {
    this.#allowed = allowed
    this.#limits = limits
    this.#now = now
  }

  get all(): [string, Known][] {
    return [...this.#known]
  }

  restore(all: [string, Known][]): void {
    this.#known.clear()
    for (const [who, known] of all) this.#known.set(who, known)
  }

  over(who: string): boolean {
    return this.#now() >= (this.#known.get(who)?.until ?? 0)
  }

  count(who: string, times: number): void {
    const { firstRedialWaitMs, maxRedialWaitMs, maxKnownCallers } = this.#limits
    const before = this.#known.get(who)
    const notTaken = (before && !this.#isPast(before) ? before.notTaken : 0) + times
    const tooOften = notTaken - this.#allowed
    const doubled = firstRedialWaitMs * 2 ** (tooOften - 1)
    const wait = tooOften > 0 ? Math.min(maxRedialWaitMs, doubled) : 0
    this.#known.delete(who)
    this.#known.set(who, { notTaken, until: this.#now() + wait })
    const [first] = this.#known.keys()
    if (this.#known.size > maxKnownCallers && first !== undefined) this.#known.delete(first)
  }

  forget(who: string): void {
    this.#known.delete(who)
  }

  /** Whether the count begins anew: the last wait ended at least twice `maxRedialWaitMs` ago. */
  #isPast({ until }: Known): boolean {
    return this.#now() >= until + 2 * this.#limits.maxRedialWaitMs
  }
}

/** Unambiguous, because no name and no IP holds a comma. */
const personOf = ({ name, ip }: Who): string => `${name},${ip}`
