import type { WebLimits } from '../config/web-config.ts'
import type { Log, WebLimit } from '../log/log.ts'
import type { AddressCounts } from './address-counts.ts'
import { addressGroup } from './address-group.ts'
import { Places } from './places.ts'
import { aMinute, type Rate, TokenBucket } from './token-bucket.ts'
import { TokenBuckets } from './token-buckets.ts'

export type LimiterParts = {
  limits: WebLimits
  /** Addresses that the limits per address do not concern. */
  isExempt: (ip: string) => boolean
  /** How often something was refused at each address. */
  refusedAt?: AddressCounts
  log: Log
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
}

/** The limits that are met with a wait: `429` and `Retry-After`. */
type RateLimit = 'requests' | 'registrations'

/** What a session's tabs and requests make the server do, as messages to read or rows to show. */
type Work = 'messages' | 'rows'

/** How many sessions an address has, as far as its work goes; and tabs a session. */
const busySessions = 10
const busyTabs = 4

/** One line a minute for each address and limit, and no more than this for all. */
const toldRate = aMinute(1, 1)
const toldInAllRate = aMinute(60, 20)

/** What was refused of each kind at the start. */
export const noRefusals: Readonly<Record<WebLimit, number>> = {
  connections: 0,
  requests: 0,
  registrations: 0,
  sessions: 0,
  sockets: 0,
  filters: 0,
  messages: 0,
  rows: 0,
  unread: 0,
  codes: 0,
}

/**
 * What one address may do here, and how many sessions it may have. Counts every refusal; the log is
 * told of the first of a spell.
 */
export class Limiter {
  readonly refused: Record<WebLimit, number> = { ...noRefusals }
  readonly #isExempt: (ip: string) => boolean
  readonly #refusedAt: AddressCounts | undefined
  readonly #log: Log
  readonly #rates: Record<RateLimit, TokenBuckets>
  readonly #ofSession: Record<Work, TokenBuckets>
  readonly #ofAddress: Record<Work, TokenBuckets>
  readonly #sessions: Places
  readonly #told: TokenBuckets
  readonly #toldInAll: TokenBucket

  constructor({ limits, isExempt, refusedAt, log, now }: LimiterParts) {
    this.#refusedAt = refusedAt
    this.#isExempt = isExempt
    this.#log = log
    this.#rates = {
      requests: new TokenBuckets(
        { perSecond: limits.requestsPerSecond, burst: limits.requestBurst },
        now,
      ),
      registrations: new TokenBuckets(
        aMinute(limits.registrationsPerMinute, limits.registrationBurst),
        now,
      ),
    }
    const messages = { perSecond: limits.messagesPerSecond, burst: limits.messageBurst }
    const rows = { perSecond: limits.rowsPerSecond, burst: limits.rowBurst }
    const times = (many: number, { perSecond, burst }: Rate) =>
      new TokenBuckets({ perSecond: perSecond * many, burst: burst * many }, now)
    this.#ofSession = { messages: times(busyTabs, messages), rows: times(1, rows) }
    this.#ofAddress = {
      messages: times(busyTabs * busySessions, messages),
      rows: times(busySessions, rows),
    }
    this.#sessions = new Places(limits.sessionsPerAddress)
    this.#told = new TokenBuckets(toldRate, now)
    this.#toldInAll = new TokenBucket(toldInAllRate, now)
  }

  /** Takes one; otherwise says in how many seconds to come again. */
  take(limit: RateLimit, ip: string): { retryAfterSeconds: number } | undefined {
    if (this.#isExempt(ip)) return undefined
    const key = addressGroup(ip)
    if (this.#rates[limit].take(key)) return undefined
    return this.#wait(limit, ip)
  }

  /**
   * Takes that much of what a session may make the server do, and its address; otherwise says in how
   * many milliseconds to come again. Nobody is exempt from what is a session's.
   */
  work(kind: Work, session: { id: string; ip: string }, cost: number): number {
    const both: [TokenBuckets, string][] = [[this.#ofSession[kind], session.id]]
    if (!this.#isExempt(session.ip)) both.push([this.#ofAddress[kind], addressGroup(session.ip)])
    const waitsMs = both.map(([buckets, key]) =>
      buckets.isEmpty(key) ? 1_000 * buckets.secondsUntilNext(key) : 0,
    )
    const waitMs = Math.max(...waitsMs)
    if (waitMs > 0) this.note(kind, session.ip)
    else for (const [buckets, key] of both) buckets.take(key, cost)
    return waitMs
  }

  /** Whether one more session may begin there; if so, `leaveSession` is to follow. */
  takeSession(ip: string): boolean {
    if (this.#isExempt(ip) || this.#sessions.take(addressGroup(ip))) return true
    this.note('sessions', ip)
    return false
  }

  leaveSession(ip: string): void {
    if (!this.#isExempt(ip)) this.#sessions.leave(addressGroup(ip))
  }

  /** Something was refused for its limit. */
  note(limit: WebLimit, ip: string): void {
    this.refused[limit] += 1
    this.#refusedAt?.count(ip)
    if (!this.#told.take(`${limit},${addressGroup(ip)}`)) return
    if (this.#toldInAll.take()) this.#log({ event: 'web.limited', ip, limit })
  }

  #wait(limit: RateLimit, ip: string): { retryAfterSeconds: number } {
    this.note(limit, ip)
    return { retryAfterSeconds: this.#rates[limit].secondsUntilNext(addressGroup(ip)) }
  }
}
