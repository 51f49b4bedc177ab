/**
 * How often something may happen: `burst` times at once, and `perMinute` times a minute for ever.
 * `now` is any clock that only goes forward, in milliseconds.
 */
export class TokenBucket {
  readonly #perMillisecond: number
  readonly #burst: number
  readonly #now: () => number
  #tokens: number
  #countedAt: number

  constructor({ perMinute, burst }: { perMinute: number; burst: number }, now: () => number) {
    this.#perMillisecond = perMinute / 60_000
    this.#burst = burst
    this.#now = now
    this.#tokens = burst
    this.#countedAt = now()
  }

  /** Whether it may happen now; if so, it has. */
  take(): boolean {
    if (this.#earn() < 1) return false
    this.#tokens -= 1
    return true
  }

  /** How often it may happen now. */
  get available(): number {
    return Math.floor(this.#earn())
  }

  /** It has happened so often: at most as often as was available. */
  spend(times: number): void {
    this.#tokens -= times
  }

  /** Whether `take` would say no. */
  get empty(): boolean {
    return this.#earn() < 1
  }

  /** Whether it is as it was made: nothing is lost by forgetting it. */
  get full(): boolean {
    return this.#earn() === this.#burst
  }

  #earn(): number {
    const time = this.#now()
    const earned = (time - this.#countedAt) * this.#perMillisecond
    this.#tokens = Math.min(this.#burst, this.#tokens + earned)
    this.#countedAt = time
    return this.#tokens
  }
}
