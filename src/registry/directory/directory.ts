import { PairMap } from '../../pair-map.ts'
import { ok, type Result, refuse } from '../../result.ts'
import { Entry, type Registration } from './registration.ts'

export type Change = { kind: 'joined' | 'left'; registration: Registration }

/**
 * All registrations. In memory and synchronous: a check and the entry that follows it cannot be
 * torn apart, and a reader never waits. Every operation but `names` and `all` takes constant
 * time, however many are registered.
 */
export class Directory {
  readonly #now: () => number
  /** Of the entries in order of registration. */
  #first: Entry | undefined
  #last: Entry | undefined
  #size = 0
  readonly #byName = new PairMap(nameOf, ipOf)
  readonly #byCallAddress = new PairMap(ipOf, callPortOf)
  readonly #listeners = new Set<(change: Change) => void>()
  #names: string | undefined = ''

  /** `now` gives Unix time in milliseconds. */
  constructor({ now }: { now: () => number }) {
    this.#now = now
  }

  get size(): number {
    return this.#size
  }

  /** The names, joined by commas, in order of registration. */
  get names(): string {
    this.#names ??= this.all()
      .map(({ name }) => name)
      .join(',')
    return this.#names
  }

  /** The registrations, in order. */
  all(): Registration[] {
    return [...this.first(this.#size)]
  }

  /** The first `count` registrations, in order. */
  *first(count: number): Generator<Registration> {
    let entry = this.#first
    for (let left = count; entry && left > 0; left -= 1) {
      yield entry
      entry = entry.after
    }
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
    const sameName = this.#byName.get(entry.name, entry.ip)
    const sameCallAddress = this.#byCallAddress.get(entry.ip, entry.callPort)
    if (!sameName) return sameCallAddress && 'call-port-taken'
    if (!sameCallAddress) return 'already-registered'
    return sameCallAddress.cameBefore(sameName) ? 'call-port-taken' : 'already-registered'
  }

  /** Refuses as `conflict` says; tells the listeners of an entry that joined. */
  register(
    entry: Omit<Registration, 'since'>,
  ): Result<Registration, 'already-registered' | 'call-port-taken'> {
    const conflict = this.conflict(entry)
    if (conflict) return refuse(conflict)
    const registration = new Entry(entry, this.#now(), this.#last)
    this.#first ??= registration
    this.#last = registration
    this.#size += 1
    this.#byName.set(registration)
    this.#byCallAddress.set(registration)
    this.#names = undefined
    this.#tell({ kind: 'joined', registration })
    return ok(registration)
  }

  /** Takes an entry out again. One that is not there (any more) is nobody else's: no change. */
  unregister(registration: Registration): void {
    const entry = this.#byName.get(registration.name, registration.ip)
    if (!entry || entry !== registration) return
    this.#byName.delete(entry)
    this.#byCallAddress.delete(entry)
    if (entry === this.#first) this.#first = entry.after
    if (entry === this.#last) this.#last = entry.before
    entry.leave()
    this.#size -= 1
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

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}

const nameOf = ({ name }: Entry) => name
const ipOf = ({ ip }: Entry) => ip
const callPortOf = ({ callPort }: Entry) => callPort
