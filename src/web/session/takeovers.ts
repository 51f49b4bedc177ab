import { type Rate, TokenBucket } from '../../limits/token-bucket.ts'

/** Enough for a balancer to lead all tabs of a browser to one server by chance. */
const rate: Rate = { perSecond: 0.1, burst: 5 }

/** So many sessions are remembered, the newest. */
const mostSessions = 1_000

/**
 * How often the sessions of this server were taken over by another one. Tabs of one browser that stay at two
 * servers would take its session from each other without end, and everybody's list would show it.
 */
export class Takeovers {
  readonly #bySession = new Map<string, TokenBucket>()
  readonly #now: () => number

  /** `now` is any clock that only goes forward, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** The session is another server's now. */
  happened(sessionId: string): void {
    const bucket = this.#bySession.get(sessionId) ?? new TokenBucket(rate, this.#now)
    bucket.spend(1)
    this.#bySession.delete(sessionId)
    this.#bySession.set(sessionId, bucket)
    const [oldest] = this.#bySession.keys()
    if (this.#bySession.size > mostSessions && oldest !== undefined) this.#bySession.delete(oldest)
  }

  /** Whether it better stays there for some seconds. */
  tooOften(sessionId: string): boolean {
    return this.#bySession.get(sessionId)?.empty ?? false
  }
}
