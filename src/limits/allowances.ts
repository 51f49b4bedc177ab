/** What is left of an allowance, and when that was worked out. */
export type Allowance = { left: number; countedAt: number }

/** `burst` times at once, and `perSecond` times a second for ever. */
export type Rate = Readonly<{ perSecond: number; burst: number }>

/** One that was never used: whole by its first use. */
export const newAllowance = (): Allowance => ({ left: 0, countedAt: Number.NEGATIVE_INFINITY })

/**
 * Takes `cost`, where there is one at least; says whether there was. Whoever takes more than there are
 * waits longer for the next. `now` is in milliseconds.
 */
export function takeFrom(allowance: Allowance, rate: Rate, now: number, cost = 1): boolean {
  refill(allowance, rate, now)
  if (allowance.left < 1) return false
  allowance.left -= cost
  return true
}

/** How many there are now. */
export function leftOf(allowance: Allowance, rate: Rate, now: number): number {
  refill(allowance, rate, now)
  return allowance.left
}

function refill(allowance: Allowance, { perSecond, burst }: Rate, now: number): void {
  const earned = ((now - allowance.countedAt) / 1000) * perSecond
  allowance.left = Math.min(burst, allowance.left + earned)
  allowance.countedAt = now
}

/** Addresses that are remembered at a time; whoever fills the table has more than one can refuse. */
const maxKnown = 20_000

/**
 * An allowance for each of many. One that is whole again is like one never used, and is forgotten;
 * where there are too many all the same, the one longest unused.
 */
export class Allowances {
  readonly #rate: Rate
  readonly #now: () => number
  /** The longest unused first. */
  readonly #known = new Map<string, Allowance>()
  readonly #maxKnown: number

  /** `now` is any clock that only goes forward, in milliseconds. */
  constructor(rate: Rate, now: () => number, max = maxKnown) {
    this.#rate = rate
    this.#now = now
    this.#maxKnown = max
  }

  get known(): number {
    return this.#known.size
  }

  /** As `takeFrom`. */
  take(key: string, cost = 1): boolean {
    const now = this.#now()
    const allowance = this.#known.get(key) ?? newAllowance()
    this.#known.delete(key)
    this.#forget(now)
    this.#known.set(key, allowance)
    return takeFrom(allowance, this.#rate, now, cost)
  }

  /** Whether `take` would find one. */
  has(key: string): boolean {
    const allowance = this.#known.get(key)
    if (!allowance) return true
    refill(allowance, this.#rate, this.#now())
    return allowance.left >= 1
  }

  /** Whole seconds until `take` finds one. */
  secondsUntilNext(key: string): number {
    const left = this.#known.get(key)?.left ?? 1
    return Math.max(1, Math.ceil((1 - left) / this.#rate.perSecond))
  }

  /** From the longest unused on: two at a time keep up with the one that comes. */
  #forget(now: number): void {
    for (const [key, allowance] of this.#known.entries().take(2)) {
      refill(allowance, this.#rate, now)
      const isWhole = allowance.left >= this.#rate.burst
      if (isWhole || this.#known.size >= this.#maxKnown) this.#known.delete(key)
    }
  }
}
