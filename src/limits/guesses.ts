import { isLoopback } from '../host/own-addresses.ts'
import { addressGroup, providerOf } from './address-group.ts'
import { aMinute, TokenBucket } from './token-bucket.ts'
import { TokenBuckets } from './token-buckets.ts'

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
  readonly #reserve: number
  readonly #ofAll: TokenBucket
  readonly #ofAddress: TokenBuckets
  /** Those without a token have guessed wrong lately. */
  readonly #ofNetwork: TokenBuckets

  /** `now` is any clock that only goes forward, in milliseconds. */
  constructor({ wrongPerMinute }: { wrongPerMinute: number }, now: () => number) {
    const inAll = addressesInAll * wrongPerMinute
    this.#reserve = inAll / 2
    this.#ofAll = new TokenBucket(aMinute(inAll, inAll), now)
    this.#ofAddress = new TokenBuckets(aMinute(wrongPerMinute, wrongPerMinute), now)
    this.#ofNetwork = new TokenBuckets({ perSecond: 1 / rememberedSeconds, burst: 1 }, now)
  }

  /** In how many seconds somebody there may try a secret: 0 for now, otherwise whole ones. */
  waitSeconds(ip: string): number {
    const guesser = guesserAt(ip)
    if (this.#ofAddress.isEmpty(guesser)) return this.#ofAddress.secondsUntilNext(guesser)
    const kept = this.#ofNetwork.isEmpty(networkOf(ip)) ? this.#reserve : 0
    return Math.ceil(this.#ofAll.secondsUntil(kept + 1))
  }

  guessedWrong(ip: string): void {
    this.#ofAddress.take(guesserAt(ip))
    this.#ofNetwork.take(networkOf(ip))
    this.#ofAll.take()
  }
}

/** A program on this machine has all loopback addresses. */
const guesserAt = (ip: string): string => (isLoopback(ip) ? 'loopback' : addressGroup(ip))

const networkOf = (ip: string): string => (isLoopback(ip) ? 'loopback' : providerOf(ip))
