/** `burst` times at once, and `perSecond` times a second for ever. */
export type Rate = Readonly<{ perSecond: number; burst: number }>

/** The rate of a limit that is given for a minute. */
export const aMinute = (times: number, burst: number): Rate => ({ perSecond: times / 60, burst })

/**
 * How often something may happen: a token bucket (RFC 3290, section 5.1.3). `now` is any clock that only
 * goes forward, in milliseconds.
 */
export class TokenBucket {
  readonly #rate: Rate
  readonly #now: () => number
  #tokens: number
  #countedAt: number

  constructor(rate: Rate, now: () => number) {
    this.#rate = rate
    this.#now = now
    this.#tokens = rate.burst
    this.#countedAt = now()
  }

  /**
   * Whether it may happen now; if so, it has. Something that costs more than is left may happen too,
   * and the next has to wait longer.
   */
  take(cost = 1): boolean {
    if (this.#earn() < 1) return false
    this.#tokens -= cost
    return true
  }

  /** How often it may happen now: a whole number, or a negative one where too much was spent. */
  get available(): number {
    return Math.floor(this.#earn())
  }

  /** It has happened so often, whether or not so much was available. */
  spend(times: number): void {
    this.#tokens -= times
  }

  /** Whether `take` would say no. */
  get empty(): boolean {
    return this.#earn() < 1
  }

  /** Whether it is as it was made: nothing is lost by forgetting it. */
  get full(): boolean {
    return this.#earn() === this.#rate.burst
  }

  /** Seconds until so many tokens are there; 0 where they are there now. */
  secondsUntil(tokens: number): number {
    return Math.max(0, tokens - this.#earn()) / this.#rate.perSecond
  }

  /** The tokens and the time of their count, for `restore`. */
  get count(): readonly [tokens: number, at: number] {
    return [this.#tokens, this.#countedAt]
  }

  restore([tokens, at]: readonly [number, number]): void {
    this.#tokens = tokens
    this.#countedAt = at
  }

  #earn(): number {
    const time = this.#now()
    const earned = ((time - this.#countedAt) / 1000) * this.#rate.perSecond
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + earned)
    this.#countedAt = time
    return this.#tokens
  }
}
