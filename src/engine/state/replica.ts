import type { Endpoint } from '../../endpoint.ts'
import type { CallsSnapshot } from '../../registry/calls/calls-snapshot.ts'
import {
  type HolderLine,
  Holders,
  type RegistryState,
  unavailable,
} from '../../registry/changes.ts'
import type { Conflict } from '../../registry/directory/directory.ts'
import { Entry, type Registration } from '../../registry/directory/registration.ts'
import type { Deeds } from '../../registry/operator/deeds.ts'
import { type Result, refuse } from '../../result.ts'
import type { RefusalCode, Reply } from '../../wire/message.ts'
import type { Command, Held, LogEntry } from '../command.ts'
import { contest } from './contest.ts'
import { type OwnClaims, serialOf } from './own-claims.ts'
import { ReplicaNodes } from './replica-nodes.ts'
import {
  callsOf,
  type HeldAt,
  heldAt,
  type Kept,
  type Outcome,
  type ReplicaState,
} from './replica-state.ts'
import { type HeldDeeds, SharedDeeds } from './shared-deeds.ts'

export type ReplicaParts = {
  /** What this node is called in the log. */
  me: () => string
  claims: OwnClaims
  /** The connection that waits for the outcome of that request of this node. */
  holderOf: (request: number) => HolderLine | undefined
  /** Reaches a peer that is connected to another node. */
  lineTo: (node: string, serial: number) => HolderLine
  /** It is this node's turn to tell that node the whole state. */
  tellState: (node: string, state: ReplicaState) => void
  /** A registration of this node has lost its place. */
  displaced: () => void
}

/**
 * The directory and the calls as all nodes have them: the same commands in the same order, decided by the
 * same code as in one process (replicated state machine). Every node has all of it, so all reads are local.
 *
 * Longer than other files: what each command does, while recovering and else, is read side by side.
 */
export class Replica {
  readonly #state: RegistryState
  readonly #deeds: SharedDeeds
  readonly #parts: ReplicaParts
  readonly #holders: Holders
  readonly #kept = new Map<number, Kept>()
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
    this.#holders = new Holders(state)
    state.directory.subscribe(({ kind, registration }) => {
      if (kind === 'left') this.#forget(serialOf(registration))
    })
  }

  get recovering(): boolean {
    return this.#recovering !== undefined
  }

  get nodes(): number {
    return this.#nodes.size
  }

  /** Whether a registration is in the state. One of this node's may have been lost from the log. */
  has(serial: number): boolean {
    return this.#kept.has(serial)
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
      held: this.#state.directory.all().flatMap((registration) => {
        const kept = this.#kept.get(serialOf(registration))
        return kept ? [heldAt(kept)] : []
      }),
      calls: this.#state.switchboard.shared.snapshot((registration) => {
        const serial = serialOf(registration)
        return this.#kept.get(serial)?.entry === registration ? serial : undefined
      }),
      deeds: this.#deeds.held,
    }
  }

  /** Another node's state, in place of all that this one knew. */
  load({ rev, time, nodes, held, calls, deeds }: ReplicaState): void {
    this.rev = rev
    this.time = Math.max(this.time, time)
    this.#recovering = undefined
    this.#nodes.replace(nodes)
    this.#reconcile(held, calls)
    this.#deeds.load(deeds)
  }

  #decide(node: string, request: number, command: Command): Outcome {
    switch (command.kind) {
      case 'register':
        return this.#register(node, request, command)
      case 'leave':
        return this.#leave(command.serial, command.how)
      case 'ask':
        return this.#ask(node, command)
      case 'expire':
        this.#state.switchboard.expire()
        return undefined
      case 'assert':
        for (const held of command.held) this.#enterAgain(node, held)
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
        for (const serial of this.#nodes.remove(command.node)) this.#leave(serial, 'lost')
    }
  }

  #register(
    node: string,
    request: number,
    { proof, name, ip, port, callPort }: Extract<Command, { kind: 'register' }>,
  ): Result<Registration, Conflict> {
    const mine = node === this.#parts.me() ? this.#parts.holderOf(request) : undefined
    const line = mine ?? this.#parts.lineTo(node, this.rev)
    const wanted = { name, ip, port, callPort }
    const made = { serial: this.rev, since: this.time }
    const registered = this.#holders.register(wanted, { line, proof }, made)
    if (!registered.ok) return registered
    const entry = registered.value as Entry
    this.#keep({ entry, node, proof, line })
    if (mine) this.#parts.claims.add(entry, mine, proof)
    return registered
  }

  #leave(serial: number, how: 'left' | 'lost'): undefined {
    const kept = this.#kept.get(serial)
    if (!kept) return
    // Its connection is here and goes on, where the others have given this node up.
    const claim = this.#parts.claims.get(serial)
    const farewell = claim && this.#state.switchboard.shared.farewellOf(kept.entry)
    this.#holders.leave(kept.entry, how)
    if (farewell) claim.line.tell(farewell)
  }

  #ask(
    node: string,
    { serial, asked, id }: Extract<Command, { kind: 'ask' }>,
  ): Result<Reply, RefusalCode> {
    const kept = this.#kept.get(serial)
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
        this.#reconcile([...collected.values()], callsOf(collected.values()))
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

  /** A registration that the log had lost. Whoever has its place meanwhile keeps it. */
  #enterAgain(node: string, held: Held): void {
    const known = this.#kept.get(held.serial)
    if (known?.node === node) return
    const { entry, line } = this.#peerOf({ ...held, node })
    if (known || !this.#state.directory.restore(entry).ok) {
      this.#displace(held.serial)
      return
    }
    this.#keep({ entry, node, proof: held.proof, line })
    this.#holders.prove(entry, { line, proof: held.proof })
    if (held.ready === 'no') return
    const conference = held.ready === 'conference'
    this.#state.switchboard.restoreReadiness({ registration: entry, line }, { conference })
  }

  /** Makes the directory and the calls those of another state. Watchers are told only the difference. */
  #reconcile(held: HeldAt[], calls: CallsSnapshot): void {
    const { directory, switchboard } = this.#state
    const { staying: wanted, displaced } = contest(held)
    const serials = new Set(wanted.map(({ serial }) => serial))
    const staying = new Set<Registration>()
    for (const [serial, { entry }] of [...this.#kept]) {
      if (serials.has(serial)) staying.add(entry)
      else directory.unregister(entry)
    }
    for (const each of wanted) {
      const { entry, line } = this.#peerOf(each)
      if (!staying.has(entry)) directory.restore(entry)
      this.#keep({ entry, node: each.node, proof: each.proof, line })
      this.#holders.prove(entry, { line, proof: each.proof })
    }
    for (const { serial } of displaced) this.#displace(serial)
    const peerOf = (serial: number) => {
      const kept = this.#kept.get(serial)
      return kept && { registration: kept.entry, line: kept.line }
    }
    switchboard.shared.load(calls, peerOf, (registration) => staying.has(registration))
  }

  #peerOf(held: HeldAt): { entry: Entry; line: HolderLine } {
    const { serial, since, node } = held
    const claim = this.#parts.claims.get(serial)
    if (claim && node === this.#parts.me()) return claim
    const entry = this.#kept.get(serial)?.entry ?? new Entry(held, since, undefined, serial)
    return { entry, line: this.#parts.lineTo(node, serial) }
  }

  #displace(serial: number): void {
    const claim = this.#parts.claims.get(serial)
    if (!claim) return
    this.#parts.displaced()
    claim.line.displace()
  }

  #keep(kept: Kept): void {
    const { serial } = kept.entry
    this.#forget(serial)
    this.#kept.set(serial, kept)
    this.#nodes.registered(kept.node, serial)
  }

  #forget(serial: number): void {
    const kept = this.#kept.get(serial)
    this.#kept.delete(serial)
    if (kept) this.#nodes.left(kept.node, serial)
  }

  #tellNewcomer(node: string, attempt: number): void {
    if (this.#nodes.tellerFor(node, attempt) !== this.#parts.me()) return
    this.#parts.tellState(node, this.take())
  }
}
