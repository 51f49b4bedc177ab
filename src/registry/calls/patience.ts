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

/** How often in a row, and until when nobody is rung for it. */
type Known = { notTaken: number; until: number }

/**
 * How often each caller has rung at one callee in vain: each call in a row that is not taken
 * makes its caller wait twice as long for the next. A name costs nothing, so an address waits as well,
 * though later, since a whole school may be behind it. `now` is in milliseconds.
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

  /** It rang in vain, or the caller gave up: people may try that again, but not for ever. */
  rangInVain(caller: Who): void {
    this.#count(caller, 0.5)
  }

  /** They talk, or the callee calls back. */
  welcomed(caller: Who): void {
    this.#people.forget(personOf(caller))
    this.#addresses.forget(addressGroup(caller.ip))
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
  /** The caller that was counted last stands last. */
  readonly #known = new Map<string, Known>()

  constructor(allowed: number, limits: PatienceLimits, now: () => number) {
    this.#allowed = allowed
    this.#limits = limits
    this.#now = now
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

  /** A caller that has been quiet for twice the longest wait begins anew. */
  #isPast({ until }: Known): boolean {
    return this.#now() >= until + 2 * this.#limits.maxRedialWaitMs
  }
}

/** Neither a name nor an IP holds a comma. */
const personOf = ({ name, ip }: Who): string => `${name},${ip}`
