import type { Endpoint } from '../../endpoint.ts'
import { type HolderLine, type RegistryState, unavailable } from '../../registry/changes.ts'
import type { Conflict } from '../../registry/directory/directory.ts'
import type { Registration } from '../../registry/directory/registration.ts'
import type { Deeds } from '../../registry/operator/deeds.ts'
import { type Result, refuse } from '../../result.ts'
import type { RefusalCode, Reply } from '../../wire/message.ts'
import type { Command, LogEntry } from '../command.ts'
import { Registrations, type RegistrationsParts } from './registrations.ts'
import { ReplicaNodes } from './replica-nodes.ts'
import { callsOf, type HeldAt, type Outcome, type ReplicaState } from './replica-state.ts'
import { type HeldDeeds, SharedDeeds } from './shared-deeds.ts'

export type ReplicaParts = RegistrationsParts & {
  /** The connection that waits for the outcome of that request of this node. */
  holderOf: (request: number) => HolderLine | undefined
  /** It is this node's turn to tell that node the whole state. */
  tellState: (node: string, state: ReplicaState) => void
}

/**
 * The directory and the calls as all nodes have them: the same commands in the same order, decided by the
 * same code as in one process (replicated state machine). Every node has all of it, so all reads are local.
 */
export class Replica {
  readonly #state: RegistryState
  readonly #deeds: SharedDeeds
  readonly #parts: ReplicaParts
  readonly #registrations: Registrations
  readonly #nodes = new ReplicaNodes()
  /** From the beginning of an epoch, until all nodes had time to enter their own again. */
  #recovering: Map<number, HeldAt> | undefined
  /** The engine's time at the last command, in milliseconds. */
  time = 0
  /** The last command that was applied. */
  rev = 0
  /** The id of a call that the present command may begin. */
  newId = ''

  constructor(state: RegistryState, deeds: Deeds, parts: ReplicaParts) {
    this.#state = state
    this.#deeds = new SharedDeeds(deeds)
    this.#parts = parts
    this.#registrations = new Registrations(state, this.#nodes, parts)
  }

  get recovering(): boolean {
    return this.#recovering !== undefined
  }

  get nodes(): number {
    return this.#nodes.size
  }

  /** Whether a registration is in the state. One of this node's may have been lost from the log. */
  has(serial: number): boolean {
    return this.#registrations.get(serial) !== undefined
  }

  /** What lasts of the operator's deeds; `undefined` where there were none. */
  get deeds(): HeldDeeds | undefined {
    const { held } = this.#deeds
    return held.rev > 0 ? held : undefined
  }

  /** Where the other nodes listen. */
  endpointsElsewhere(): Endpoint[] {
    return this.#nodes.endpointsBeside(this.#parts.me())
  }

  /** An epoch begins. What was there before stays to be seen until the new state is known. */
  begin(rev: number): void {
    this.rev = rev
    this.#nodes.replace([])
    this.#recovering = new Map()
  }

  apply({ rev, node, time, request, command }: LogEntry): Outcome {
    this.rev = rev
    this.time = Math.max(this.time, time)
    return this.#recovering
      ? this.#recover(this.#recovering, node, command)
      : this.#decide(node, request, command)
  }

  take(): ReplicaState {
    return {
      rev: this.rev,
      time: this.time,
      nodes: this.#nodes.all,
      ...this.#registrations.take(),
      deeds: this.#deeds.held,
    }
  }

  /** Another node's state, in place of all that this one knew. */
  load({ rev, time, nodes, held, calls, deeds }: ReplicaState): void {
    this.rev = rev
    this.time = Math.max(this.time, time)
    this.#recovering = undefined
    this.#nodes.replace(nodes)
    this.#registrations.replace(held, calls)
    this.#deeds.load(deeds)
  }

  #decide(node: string, request: number, command: Command): Outcome {
    switch (command.kind) {
      case 'register':
        return this.#register(node, request, command)
      case 'leave':
        return this.#registrations.leave(command.serial, command.how)
      case 'ask':
        return this.#ask(node, command)
      case 'expire':
        this.#state.switchboard.expire()
        return undefined
      case 'assert':
        for (const held of command.held) this.#registrations.enterAgain(node, held)
        return undefined
      default:
        return this.#doBeside(node, command)
    }
  }

  #doBeside(node: string, command: Command): undefined {
    switch (command.kind) {
      case 'deed':
        this.#deeds.do(command.deed, this.rev)
        return
      case 'deeds':
        this.#deeds.enterAgain(command.held)
        return
      case 'join':
        this.#nodes.join(node)
        if (!this.#recovering) this.#tellNewcomer(node, command.attempt)
        return
      case 'loaded':
        this.#nodes.loaded(node, command.endpoints)
        return
      case 'dead':
        for (const serial of this.#nodes.remove(command.node)) {
          this.#registrations.leave(serial, 'lost')
        }
    }
  }

  #register(
    node: string,
    request: number,
    { kind, ...wanted }: Extract<Command, { kind: 'register' }>,
  ): Result<Registration, Conflict> {
    const isMine = node === this.#parts.me()
    return this.#registrations.register(
      { ...wanted, node, serial: this.rev, since: this.time },
      isMine ? this.#parts.holderOf(request) : undefined,
    )
  }

  #ask(
    node: string,
    { serial, asked, id }: Extract<Command, { kind: 'ask' }>,
  ): Result<Reply, RefusalCode> {
    const kept = this.#registrations.get(serial)
    if (kept?.node !== node) return unavailable
    this.newId = id
    const { entry: registration, line } = kept
    const answer = this.#state.switchboard.answer(asked, { registration, line })
    if (answer.ok && asked.verb === 'ready') this.#parts.claims.readied(serial, asked)
    return answer
  }

  #recover(collected: Map<number, HeldAt>, node: string, command: Command): Outcome {
    switch (command.kind) {
      case 'register':
        return refuse('unavailable')
      case 'ask':
        return unavailable
      case 'leave':
        collected.delete(command.serial)
        return undefined
      case 'assert':
        for (const held of command.held) collected.set(held.serial, { ...held, node })
        return undefined
      case 'recovered':
        this.#recovering = undefined
        this.#registrations.replace([...collected.values()], callsOf(collected.values()))
        return undefined
      case 'dead':
        for (const held of collected.values()) {
          if (held.node === command.node) collected.delete(held.serial)
        }
        return this.#doBeside(node, command)
      default:
        return this.#doBeside(node, command)
    }
  }

  #tellNewcomer(node: string, attempt: number): void {
    if (this.#nodes.tellerFor(node, attempt) !== this.#parts.me()) return
    this.#parts.tellState(node, this.take())
  }
}
