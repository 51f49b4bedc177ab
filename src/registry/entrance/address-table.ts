import { addressGroup } from '../../limits/address-group.ts'
import type { RegistryLimits } from '../../limits/registry-limits.ts'
import { TokenBucket } from '../../limits/token-bucket.ts'
import { ok, type Result, refuse } from '../../result.ts'

export type NotAdmitted = 'too-many-connections' | 'too-many-from-address' | 'connecting-too-fast'

/** The place of one connection, held until it is left. */
export class Seat {
  readonly #free: Freed
  readonly #places: number
  #address: Address | undefined
  #seated = true

  constructor(free: Freed, places: number, address: Address | undefined) {
    this.#free = free
    this.#places = places
    this.#address = address
  }

  /** It does not count for its address any more; it still does in all. */
  exempt(): void {
    if (this.#address) this.#free.exited(this.#address)
    this.#address = undefined
  }

  leave(): void {
    this.exempt()
    if (this.#seated) this.#free.left(this.#places)
    this.#seated = false
  }
}

/** Who is told of what a seat no longer takes. */
type Freed = { exited(address: Address): void; left(places: number): void }

type Address = { key: string; open: number; connects: TokenBucket }

/**
 * How many connections there are, in all and from each address, and how fast they come. Addresses
 * that have no connection are forgotten once they could do again all they could at first, and the
 * longest absent when there are too many of them.
 */
export class AddressTable {
  readonly #limits: RegistryLimits
  readonly #now: () => number
  readonly #present = new Map<string, Address>()
  /** Those without a connection, the longest absent first. */
  readonly #absent = new Map<string, Address>()
  #taken = 0
  readonly #freed: Freed = {
    exited: (address) => this.#exit(address),
    left: (places) => {
      this.#taken -= places
    },
  }

  /** `now` is any clock that only goes forward, in milliseconds. */
  constructor(limits: RegistryLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  /** Descriptors that those who were admitted may take. */
  get taken(): number {
    return this.#taken
  }

  get knownAddresses(): number {
    return this.#present.size + this.#absent.size
  }

  /**
   * Takes `places`, of all that there are. `ip` is `undefined` for those to whom the limits per
   * address do not apply.
   */
  admit(ip: string | undefined, places = 1): Result<Seat, NotAdmitted> {
    if (this.#taken + places > this.#limits.maxConnections) return refuse('too-many-connections')
    const address = ip === undefined ? undefined : this.#address(addressGroup(ip))
    if (address) {
      if (address.open >= this.#limits.maxConnectionsPerAddress) {
        return refuse('too-many-from-address')
      }
      if (!address.connects.take()) return refuse('connecting-too-fast')
      this.#enter(address)
    }
    this.#taken += places
    return ok(new Seat(this.#freed, places, address))
  }

  /** Called from time to time: forgets those who have nothing to be remembered for. */
  forget(): void {
    for (const [key, { connects }] of this.#absent) {
      if (connects.full) this.#absent.delete(key)
    }
  }

  #address(key: string): Address {
    const known = this.#present.get(key) ?? this.#absent.get(key)
    if (known) return known
    const { connectionsPerSecond, connectionBurst } = this.#limits
    const connects = { perMinute: 60 * connectionsPerSecond, burst: connectionBurst }
    const address: Address = {
      key,
      open: 0,
      connects: new TokenBucket(connects, this.#now),
    }
    this.#keepAbsent(address)
    return address
  }

  #enter(address: Address): void {
    address.open += 1
    if (address.open > 1) return
    this.#absent.delete(address.key)
    this.#present.set(address.key, address)
  }

  #exit(address: Address): void {
    address.open -= 1
    if (address.open > 0) return
    this.#present.delete(address.key)
    this.#keepAbsent(address)
  }

  #keepAbsent(address: Address): void {
    const [longest] = this.#absent.keys().take(1)
    if (longest !== undefined && this.#absent.size >= this.#limits.maxKnownAddresses) {
      this.#absent.delete(longest)
    }
    this.#absent.set(address.key, address)
  }
}
