import { PairMap } from '../pair-map.ts'
import { ok, type Result, refuse } from '../result.ts'
import type { Listing } from '../wire/message.ts'

/** An entry of the directory. It lasts as long as the connection that made it. */
export type Registration = Readonly<
  Listing & {
    /** The port that the client takes for its own end of its connection: as claimed, for people. */
    port: number
  }
>

export type Change = { kind: 'joined' | 'left'; registration: Registration }

/**
 * Who is registered. In memory and synchronous: a check and the entry that follows it cannot be
 * torn apart, and whoever reads never waits. Every operation but `names` and `all` takes constant
 * time, however many are registered.
 */
export class Directory {
  readonly #now: () => number
  /** In order of registration, with the number that says so. */
  readonly #serials = new Map<Registration, number>()
  readonly #byName = new PairMap(nameOf, ipOf)
  readonly #byCallAddress = new PairMap(ipOf, callPortOf)
  readonly #listeners = new Set<(change: Change) => void>()
  #serial = 0
  #names: string | undefined = ''

  /** `now` gives Unix time in milliseconds. */
  constructor({ now }: { now: () => number }) {
    this.#now = now
  }

  get size(): number {
    return this.#serials.size
  }

  /** The names, joined by commas, in order of registration. */
  get names(): string {
    this.#names ??= Array.from(this.#serials.keys(), ({ name }) => name).join(',')
    return this.#names
  }

  /** The registrations, in order. */
  all(): Registration[] {
    return [...this.#serials.keys()]
  }

  /** The first `count` registrations, in order. */
  first(count: number): Iterable<Registration> {
    return this.#serials.keys().take(count)
  }

  /** The first registered of that name, or the one of that name at that IP. */
  find(name: string, ip?: string): Registration | undefined {
    return ip === undefined ? this.#byName.earliest(name) : this.#byName.get(name, ip)
  }

  /**
   * Why no such entry may join: `already-registered` where its name and IP are taken,
   * `call-port-taken` where its IP and call port are. Where both are, by two entries, the one that
   * registered earlier decides.
   */
  conflict(entry: {
    name: string
    ip: string
    callPort: number
  }): 'already-registered' | 'call-port-taken' | undefined {
    const sameName = this.find(entry.name, entry.ip)
    const sameCallAddress = this.#byCallAddress.get(entry.ip, entry.callPort)
    if (!sameName) return sameCallAddress && 'call-port-taken'
    if (!sameCallAddress) return 'already-registered'
    return this.#serialOf(sameName) <= this.#serialOf(sameCallAddress)
      ? 'already-registered'
      : 'call-port-taken'
  }

  /** Refuses as `conflict` says; tells the listeners of an entry that joined. */
  register(
    entry: Omit<Registration, 'since'>,
  ): Result<Registration, 'already-registered' | 'call-port-taken'> {
    const conflict = this.conflict(entry)
    if (conflict) return refuse(conflict)
    const registration: Registration = { ...entry, since: this.#now() }
    this.#serials.set(registration, this.#serial++)
    this.#byName.set(registration)
    this.#byCallAddress.set(registration)
    this.#names = undefined
    this.#tell({ kind: 'joined', registration })
    return ok(registration)
  }

  /** Takes an entry out again. One that is not there (any more) is nobody else's: no change. */
  unregister(registration: Registration): void {
    if (!this.#serials.delete(registration)) return
    this.#byName.delete(registration)
    this.#byCallAddress.delete(registration)
    this.#names = undefined
    this.#tell({ kind: 'left', registration })
  }

  /** Tells `listener` of every change from now on, until the function it returns is called. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  #serialOf(registration: Registration): number {
    return this.#serials.get(registration) ?? Number.POSITIVE_INFINITY
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}

const nameOf = ({ name }: Registration) => name
const ipOf = ({ ip }: Registration) => ip
const callPortOf = ({ callPort }: Registration) => callPort
