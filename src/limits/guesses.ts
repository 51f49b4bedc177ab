import { addressGroup, providerOf } from './address-group.ts'
import { Allowances, leftOf, newAllowance, takeFrom } from './allowances.ts'

/** All addresses together may guess wrong as often as so many of them. */
const addressesInAll = 10

/** How long a network is remembered for a wrong guess, in seconds. */
const rememberedSeconds = 10 * 60

/**
 * How often the access code and the operator's key were guessed wrong, in the page and over the wire:
 * from each address, and from all together. Nobody is exempt: behind a tunnel on this machine anybody
 * at all seems to come from a trusted address. The last half of what all have is kept for networks
 * that have not guessed wrong lately, so that somebody with a thousand addresses keeps nobody else out
 * (decisions/026).
 */
export class Guesses {
  readonly #now: () => number
  readonly #rateOfAll: { perSecond: number; burst: number }
  readonly #ofAll = newAllowance()
  readonly #ofAddress: Allowances
  /** Those without one have guessed wrong lately. */
  readonly #ofNetwork: Allowances

  /** `now` is any clock that only goes forward, in milliseconds. */
  constructor({ wrongPerMinute }: { wrongPerMinute: number }, now: () => number) {
    const rate = { perSecond: wrongPerMinute / 60, burst: wrongPerMinute }
    this.#now = now
    this.#rateOfAll = {
      perSecond: rate.perSecond * addressesInAll,
      burst: rate.burst * addressesInAll,
    }
    this.#ofAddress = new Allowances(rate, now)
    this.#ofNetwork = new Allowances({ perSecond: 1 / rememberedSeconds, burst: 1 }, now)
  }

  /** In how many seconds somebody there may try a secret: 0 for now, otherwise whole ones. */
  waitSeconds(ip: string): number {
    const who = guesserAt(ip)
    if (!this.#ofAddress.has(who)) return this.#ofAddress.secondsUntilNext(who)
    const { perSecond, burst } = this.#rateOfAll
    const kept = this.#ofNetwork.has(networkOf(ip)) ? 0 : burst / 2
    const missing = kept + 1 - leftOf(this.#ofAll, this.#rateOfAll, this.#now())
    return missing <= 0 ? 0 : Math.max(1, Math.ceil(missing / perSecond))
  }

  guessedWrong(ip: string): void {
    this.#ofAddress.take(guesserAt(ip))
    this.#ofNetwork.take(networkOf(ip))
    takeFrom(this.#ofAll, this.#rateOfAll, this.#now())
  }
}

/** Whoever is on this machine has all of its loopback addresses. */
const isLoopback = (ip: string) => ip === '::1' || ip.startsWith('127.')

const guesserAt = (ip: string): string => (isLoopback(ip) ? 'loopback' : addressGroup(ip))

const networkOf = (ip: string): string => (isLoopback(ip) ? 'loopback' : providerOf(ip))
