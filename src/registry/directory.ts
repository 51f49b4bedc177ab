import { ok, type Result, refuse } from '../result.ts'
import type { Listing } from '../wire/message.ts'

/** An entry of the directory. It lasts as long as the connection that made it. */
export type Registration = Readonly<
  Listing & {
    /** The port that the client takes for its own end of its connection: as claimed, for people. */
    port: number
  }
>

/** All of one name, by their IP, in order of registration. */
type Namesakes = Map<string, Registration>

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
  /** Nearly every name is somebody's alone. */
  readonly #byName = new Map<string, Registration | Namesakes>()
  readonly #byCallAddress = new Map<string, Registration>()
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
    const found = this.#byName.get(name)
    if (found instanceof Map) {
      return ip === undefined ? found.values().next().value : found.get(ip)
    }
    return ip === undefined || found?.ip === ip ? found : undefined
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
    const sameCallAddress = this.#byCallAddress.get(callAddress(entry))
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
    this.#enterByName(registration)
    this.#byCallAddress.set(callAddress(entry), registration)
    this.#names = undefined
    this.#tell({ kind: 'joined', registration })
    return ok(registration)
  }

  /** Takes an entry out again. One that is not there (any more) is nobody else's: no change. */
  unregister(registration: Registration): void {
    if (!this.#serials.delete(registration)) return
    this.#leaveByName(registration)
    this.#byCallAddress.delete(callAddress(registration))
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

  #enterByName(registration: Registration): void {
    const { name, ip } = registration
    const there = this.#byName.get(name)
    if (there instanceof Map) there.set(ip, registration)
    else if (!there) this.#byName.set(name, registration)
    else {
      const both: [string, Registration][] = [
        [there.ip, there],
        [ip, registration],
      ]
      this.#byName.set(name, new Map(both))
    }
  }

  #leaveByName({ name, ip }: Registration): void {
    const there = this.#byName.get(name)
    if (there instanceof Map && there.size > 1) there.delete(ip)
    else this.#byName.delete(name)
  }

  #serialOf(registration: Registration): number {
    return this.#serials.get(registration) ?? Number.POSITIVE_INFINITY
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}

const callAddress = ({ ip, callPort }: { ip: string; callPort: number }) => `${ip} ${callPort}`
