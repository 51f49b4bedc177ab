import { type Result, refuse } from '../result.ts'
import type { CallRequest, RefusalCode, Reply } from '../wire/message.ts'
import type { Line, RegisteredPeer } from './calls/call.ts'
import type { Switchboard } from './calls/switchboard.ts'
import type { Conflict, Directory } from './directory/directory.ts'
import type { Registration } from './directory/registration.ts'

/** There at once, or later. A promise of it does not reject. */
export type Soon<T> = T | Promise<T>

/** What a peer wants to be registered as. */
export type Wanted = Omit<Registration, 'since'>

/** Whose registration it is. */
export type Holder = {
  line: HolderLine
  /** Proves that the same browser holds another registration. Empty where nobody can prove that. */
  proof: string
}

/** How the connection of a registration is reached. */
export type HolderLine = Line & {
  /** A request of this connection is decided now: what it is told from now on goes out after the reply. */
  decides(): void
  /** The registration is another connection's now: this one is told so, and closed. */
  displace(): void
}

/**
 * Makes the changes of the directory and of the calls, one after the other. All that is only read is
 * read from the directory and the switchboard themselves.
 */
export type Changes = {
  /** Refuses with `unavailable` where the change cannot be made now. */
  register(wanted: Wanted, holder: Holder): Soon<Result<Registration, Conflict | 'unavailable'>>
  /** Ends the peer's call, then its registration. Resolves when that is done, or is owed. */
  leave(registration: Registration, how: 'left' | 'lost'): Soon<void>
  ask(asked: CallRequest, peer: RegisteredPeer): Soon<Result<Reply, RefusalCode>>
  /** Ends the calls whose time limit has passed. */
  expire(): void
}

/** The state that changes are made to. */
export type RegistryState = { directory: Directory; switchboard: Switchboard }

/** `make` is called with the value: now, or when it is there. */
export function whenThere<T, R>(value: Soon<T>, make: (value: T) => R): Soon<R> {
  return value instanceof Promise ? value.then(make) : make(value)
}

/** All is decided in this process, at once. */
export class LocalChanges implements Changes {
  readonly #state: RegistryState
  readonly #holders: Holders

  constructor(state: RegistryState) {
    this.#state = state
    this.#holders = new Holders(state)
  }

  register(wanted: Wanted, holder: Holder): Result<Registration, Conflict> {
    return this.#holders.register(wanted, holder)
  }

  leave(registration: Registration, how: 'left' | 'lost'): void {
    this.#holders.leave(registration, how)
  }

  ask(asked: CallRequest, peer: RegisteredPeer): Result<Reply, RefusalCode> {
    return this.#state.switchboard.answer(asked, peer)
  }

  expire(): void {
    this.#state.switchboard.expire()
  }
}

/** The registrations with their holders. Whoever proves to be the same browser takes a place over. */
export class Holders {
  readonly #state: RegistryState
  /** Of the registrations that can be taken over, for most cannot. */
  readonly #proven = new Map<Registration, Holder>()

  constructor(state: RegistryState) {
    this.#state = state
    state.directory.subscribe(({ kind, registration }) => {
      if (kind === 'left') this.#proven.delete(registration)
    })
  }

  /** `made` gives the place in the order and the time of registration, where these are known. */
  register(
    wanted: Wanted,
    holder: Holder,
    made?: { serial: number; since: number },
  ): Result<Registration, Conflict> {
    const { directory } = this.#state
    if (holder.proof !== '') this.#takeOver(wanted, holder.proof)
    const registered = directory.register(wanted, made)
    if (registered.ok && holder.proof !== '') this.#proven.set(registered.value, holder)
    return registered
  }

  /** The holder of a registration that was not made by `register`. */
  prove(registration: Registration, holder: Holder): void {
    if (holder.proof !== '') this.#proven.set(registration, holder)
  }

  leave(registration: Registration, how: 'left' | 'lost'): void {
    const { directory, switchboard } = this.#state
    // The call first, so that no `*free` is sent for a peer that leaves the directory.
    switchboard.leave(registration, how)
    directory.unregister(registration)
  }

  /** All or nothing: a place that somebody else holds keeps the newcomer out anyway. */
  #takeOver(wanted: Wanted, proof: string): void {
    const held = this.#state.directory.inTheWayOf(wanted)
    const holders = held.map((each) => this.#proven.get(each))
    if (!holders.every((holder) => holder?.proof === proof)) return
    for (const [index, registration] of held.entries()) {
      this.leave(registration, 'lost')
      holders[index]?.line.displace()
    }
  }
}

export const unavailable = refuse('unavailable' as const)
