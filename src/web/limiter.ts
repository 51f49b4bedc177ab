import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { Log, WebLimit } from '../log.ts'
import type { WebLimits } from '../web-config.ts'
import { Allowances } from './allowances.ts'
import { Places } from './places.ts'

export type LimiterParts = {
  limits: WebLimits
  /** Addresses that the limits per address do not concern. */
  isExempt: (ip: string) => boolean
  log: Log
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
}

/** The limits that are met with a wait: `429` and `Retry-After`. */
type RateLimit = 'requests' | 'registrations' | 'codes'

/** One line a minute for each address and limit, and no more than this for all. */
const toldRate = { perSecond: 1 / 60, burst: 1 }
const toldInAllRate = { perSecond: 1, burst: 20 }

/**
 * What one address may do here, and how many sessions it may have. Counts every refusal; the log is
 * told of the first of a spell.
 */
export class Limiter {
  readonly refused: Record<WebLimit, number> = {
    connections: 0,
    requests: 0,
    registrations: 0,
    sessions: 0,
    sockets: 0,
    messages: 0,
    codes: 0,
  }
  readonly #isExempt: (ip: string) => boolean
  readonly #log: Log
  readonly #rates: Record<RateLimit, Allowances>
  readonly #sessions: Places
  readonly #told: Allowances
  readonly #toldInAll: Allowances

  constructor({ limits, isExempt, log, now }: LimiterParts) {
    this.#isExempt = isExempt
    this.#log = log
    const perMinute = (count: number, burst: number) =>
      new Allowances({ perSecond: count / 60, burst }, now)
    this.#rates = {
      requests: new Allowances(
        { perSecond: limits.requestsPerSecond, burst: limits.requestBurst },
        now,
      ),
      registrations: perMinute(limits.registrationsPerMinute, limits.registrationBurst),
      codes: perMinute(limits.wrongCodesPerMinute, limits.wrongCodeBurst),
    }
    this.#sessions = new Places(limits.sessionsPerAddress)
    this.#told = new Allowances(toldRate, now)
    this.#toldInAll = new Allowances(toldInAllRate, now)
  }

  /** Takes one; otherwise says in how many seconds to come again. */
  take(limit: RateLimit, ip: string): { retryAfterSeconds: number } | undefined {
    if (this.#isExempt(ip)) return undefined
    const key = addressGroup(ip)
    if (this.#rates[limit].take(key)) return undefined
    return this.#wait(limit, ip)
  }

  /** The same, without taking one. Nobody is exempt: this is for what may not be guessed. */
  check(limit: RateLimit, ip: string): { retryAfterSeconds: number } | undefined {
    return this.#rates[limit].has(addressGroup(ip)) ? undefined : this.#wait(limit, ip)
  }

  /** Takes one after the fact, as `check` found one. */
  spend(limit: RateLimit, ip: string): void {
    this.#rates[limit].take(addressGroup(ip))
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
    if (!this.#told.take(`${limit},${addressGroup(ip)}`)) return
    if (this.#toldInAll.take('')) this.#log({ event: 'web.limited', ip, limit })
  }

  #wait(limit: RateLimit, ip: string): { retryAfterSeconds: number } {
    this.note(limit, ip)
    return { retryAfterSeconds: this.#rates[limit].secondsUntilNext(addressGroup(ip)) }
  }
}

/**
 * Whom the limits take for one: an IPv4 address, or an IPv6 network of 64 bits, of which one
 * customer has all and may draw addresses as it likes (RFC 6177). `ip` is canonical.
 */
export function addressGroup(ip: string): string {
  if (!isIPv6(ip)) return ip
  return ipaddr.IPv6.parse(ip).parts.slice(0, 4).join(':')
}
