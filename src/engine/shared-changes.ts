import type { Deed } from '../operator/deed.ts'
import type { RegisteredPeer } from '../registry/calls/call.ts'
import {
  type Changes,
  type Holder,
  type RegistryState,
  type Soon,
  unavailable,
  type Wanted,
} from '../registry/changes.ts'
import type { Conflict } from '../registry/directory/directory.ts'
import type { Registration } from '../registry/directory/registration.ts'
import { ok, type Result } from '../result.ts'
import type { CallRequest, RefusalCode, Reply } from '../wire/message.ts'
import type { Command } from './command.ts'
import type { Owed } from './node/owed.ts'
import type { Proposals } from './node/proposals.ts'
import { randomCallId } from './node/undoing.ts'
import { type OwnClaims, serialOf } from './state/own-claims.ts'

export type SharedChangesParts = {
  claims: OwnClaims
  proposals: Proposals
  owed: Owed
  state: () => RegistryState
  /** Whether changes can be decided now. */
  ready: () => boolean
  /** The engine's time, in milliseconds of Unix time. */
  time: () => number
}

/** What the connections of this node ask for, decided by way of the log. */
export class SharedChanges implements Changes {
  readonly #parts: SharedChangesParts
  #expiring = false

  constructor(parts: SharedChangesParts) {
    this.#parts = parts
  }

  async register(
    { name, ip, port, callPort }: Wanted,
    { line, proof }: Holder,
  ): Promise<Result<Registration, Conflict | 'unavailable'>> {
    if (!this.#parts.ready()) return unavailable
    const command: Command = { kind: 'register', name, ip, port, callPort, proof }
    const outcome = await this.#parts.proposals.propose(command, line)
    return outcome === 'unavailable' ? unavailable : (outcome as Result<Registration, Conflict>)
  }

  async leave(registration: Registration, how: 'left' | 'lost'): Promise<void> {
    this.#parts.claims.delete(registration)
    await this.#parts.owed.owe({ kind: 'leave', serial: serialOf(registration), how })
  }

  ask(asked: CallRequest, peer: RegisteredPeer): Soon<Result<Reply, RefusalCode>> {
    const { switchboard } = this.#parts.state()
    // A signal changes nothing that others have to know, so it does not wait for them.
    if (asked.verb !== 'signal') return this.#askAll(asked, peer.registration)
    return switchboard.shared.knows(peer.registration)
      ? switchboard.answer(asked, peer)
      : { ok: false, error: 'unknown-call' }
  }

  /** Has a deed of the operator's done at all nodes. */
  async order(deed: Deed): Promise<Result<void, 'unavailable'>> {
    if (!this.#parts.ready()) return unavailable
    const outcome = await this.#parts.proposals.propose({ kind: 'deed', deed })
    return outcome === 'unavailable' ? unavailable : ok(undefined)
  }

  expire(): void {
    this.#parts.state().switchboard.shared.tellWatchers()
    if (this.#expiring || !this.#parts.ready()) return
    if (!this.#parts.state().switchboard.shared.isOverdue(this.#parts.time())) return
    this.#expiring = true
    this.#parts.proposals.propose({ kind: 'expire' }).finally(() => {
      this.#expiring = false
    })
  }

  async #askAll(asked: CallRequest, peer: Registration): Promise<Result<Reply, RefusalCode>> {
    const serial = serialOf(peer)
    const command: Command = { kind: 'ask', serial, asked, id: randomCallId() }
    const holder = this.#parts.claims.get(serial)?.line
    const outcome = this.#parts.ready()
      ? await this.#parts.proposals.propose(command, holder)
      : 'unavailable'
    if (outcome !== 'unavailable') return outcome as Result<Reply, RefusalCode>
    // Nobody is kept in a call because the others cannot be told just now.
    const isOver =
      asked.verb === 'hangup' &&
      !asked.invited &&
      this.#parts.state().switchboard.shared.isInCall(peer, asked.id)
    if (!isOver) return unavailable
    this.#parts.owed.owe(command)
    return ok({ kind: 'call', id: asked.id })
  }
}
