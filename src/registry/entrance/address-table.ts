import { addressGroup } from '../../limits/address-group.ts'
import { Places } from '../../limits/places.ts'
import type { RegistryLimits } from '../../limits/registry-limits.ts'
import { TokenBuckets } from '../../limits/token-buckets.ts'
import { ok, type Result, refuse } from '../../result.ts'

export type NotAdmitted = 'too-many-connections' | 'too-many-from-address' | 'connecting-too-fast'

/** The places that one connection takes, until `leave`. */
export class Seat {
  readonly #free: Freed
  readonly #places: number
  #address: string | undefined
  #seated = true

  constructor(free: Freed, places: number, address: string | undefined) {
    this.#free = free
    this.#places = places
    this.#address = address
  }

  /** The connection no longer counts for its address. It still counts for the total. */
  exempt(): void {
    if (this.#address !== undefined) this.#free.ofAddress(this.#address)
    this.#address = undefined
  }

  leave(): void {
    this.exempt()
    if (this.#seated) this.#free.ofAll(this.#places)
    this.#seated = false
  }
}

/** Gives back the places of a seat. */
type Freed = { ofAddress(address: string): void; ofAll(places: number): void }

/** Counts connections, in total and by address, and limits how fast one address connects. */
export class AddressTable {
  readonly #max: number
  readonly #open: Places
  readonly #connects: TokenBuckets
  #taken = 0
  readonly #freed: Freed = {
    ofAddress: (address) => this.#open.leave(address),
    ofAll: (places) => {
      this.#taken -= places
    },
  }

  /** `now` is any clock that only goes forward, in milliseconds. */
  constructor(limits: RegistryLimits, now: () => number) {
    const { connectionsPerSecond, connectionBurst, maxKnownAddresses } = limits
    const rate = { perSecond: connectionsPerSecond, burst: connectionBurst }
    this.#max = limits.maxConnections
    this.#open = new Places(limits.maxConnectionsPerAddress)
    this.#connects = new TokenBuckets(rate, now, maxKnownAddresses)
  }

  /** Places that are taken now. */
  get taken(): number {
    return this.#taken
  }

  /** Number of addresses whose rate of connections is remembered. */
  get known(): number {
    return this.#connects.known
  }

  /**
   * Takes so many `places` of the total. `ip` is `undefined` for a connection without limits by
   * address.
   */
  admit(ip: string | undefined, places = 1): Result<Seat, NotAdmitted> {
    if (this.#taken + places > this.#max) return refuse('too-many-connections')
    const address = ip === undefined ? undefined : addressGroup(ip)
    if (address !== undefined) {
      if (!this.#open.take(address)) return refuse('too-many-from-address')
      if (!this.#connects.take(address)) {
        this.#open.leave(address)
        return refuse('connecting-too-fast')
      }
    }
    this.#taken += places
    return ok(new Seat(this.#freed, places, address))
  }
}
