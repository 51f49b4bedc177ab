import { type Rate, TokenBucket } from './token-bucket.ts'

/** Keys that are remembered at a time. A client that fills the table has more addresses than one can refuse. */
const usualMax = 20_000

/**
 * A token bucket for each of many keys. A full one is forgotten, since a new one is the same. In a table
 * with too many keys, the one that was used longest ago is forgotten.
 */
export class TokenBuckets {
  readonly #rate: Rate
  readonly #now: () => number
  readonly #max: number
  /** The one that was used longest ago first. */
  readonly #known = new Map<string, TokenBucket>()

  /** `now` is any clock that only goes forward, in milliseconds; `max` is a number of keys. */
  constructor(rate: Rate, now: () => number, max = usualMax) {
    this.#rate = rate
    this.#now = now
    this.#max = max
  }

  get known(): number {
    return this.#known.size
  }

  /** As `TokenBucket.take`. */
  take(key: string, cost = 1): boolean {
    const bucket = this.#known.get(key) ?? new TokenBucket(this.#rate, this.#now)
    this.#known.delete(key)
    this.#forget()
    this.#known.set(key, bucket)
    return bucket.take(cost)
  }

  /** Whether `take` would say no. */
  isEmpty(key: string): boolean {
    return this.#known.get(key)?.empty ?? false
  }

  /** Whole seconds, at least one, until `take` says yes. */
  secondsUntilNext(key: string): number {
    return Math.max(1, Math.ceil(this.#known.get(key)?.secondsUntil(1) ?? 0))
  }

  /** Looks at two keys for each that comes, so that the table shrinks faster than it grows. */
  #forget(): void {
    for (const [key, bucket] of this.#known.entries().take(2)) {
      if (bucket.full || this.#known.size >= this.#max) this.#known.delete(key)
    }
  }
}
