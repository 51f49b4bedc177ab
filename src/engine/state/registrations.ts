import type { CallsSnapshot } from '../../registry/calls/calls-snapshot.ts'
import { type HolderLine, Holders, type RegistryState } from '../../registry/changes.ts'
import type { Conflict } from '../../registry/directory/directory.ts'
import { Entry, type Registration } from '../../registry/directory/registration.ts'
import type { Result } from '../../result.ts'
import type { Held } from '../command.ts'
import { contest } from './contest.ts'
import { type OwnClaims, serialOf } from './own-claims.ts'
import type { ReplicaNodes } from './replica-nodes.ts'
import { type HeldAt, heldAt, type Kept, type ReplicaState } from './replica-state.ts'

export type RegistrationsParts = {
  /** What this node is called in the log. */
  me: () => string
  claims: OwnClaims
  /** Reaches a peer that is connected to another node. */
  lineTo: (node: string, serial: number) => HolderLine
  /** A registration of this node has lost its place. */
  displaced: () => void
}

/** The registrations of all nodes, each with the node that has its connection. */
export class Registrations {
  readonly #state: RegistryState
  readonly #nodes: ReplicaNodes
  readonly #parts: RegistrationsParts
  readonly #holders: Holders
  readonly #kept = new Map<number, Kept>()

  constructor(state: RegistryState, nodes: ReplicaNodes, parts: RegistrationsParts) {
    this.#state = state
    this.#nodes = nodes
    this.#parts = parts
    this.#holders = new Holders(state)
    state.directory.subscribe(({ kind, registration }) => {
      if (kind === 'left') this.#forget(serialOf(registration))
    })
  }

  get(serial: number): Kept | undefined {
    return this.#kept.get(serial)
  }

  /** All of them in order, and the calls between them. */
  take(): Pick<ReplicaState, 'held' | 'calls'> {
    const { directory, switchboard } = this.#state
    return {
      held: directory.all().flatMap((registration) => {
        const kept = this.#kept.get(serialOf(registration))
        return kept ? [heldAt(kept)] : []
      }),
      calls: switchboard.shared.snapshot((registration) => {
        const serial = serialOf(registration)
        return this.#kept.get(serial)?.entry === registration ? serial : undefined
      }),
    }
  }

  /** `mine` is its connection, if that is here and still waits. */
  register(
    { node, serial, since, proof, ...wanted }: Omit<HeldAt, 'ready'>,
    mine: HolderLine | undefined,
  ): Result<Registration, Conflict> {
    const line = mine ?? this.#parts.lineTo(node, serial)
    const registered = this.#holders.register(wanted, { line, proof }, { serial, since })
    if (!registered.ok) return registered
    const entry = registered.value as Entry
    this.#keep({ entry, node, proof, line })
    if (mine) this.#parts.claims.add(entry, mine, proof)
    return registered
  }

  leave(serial: number, how: 'left' | 'lost'): undefined {
    const kept = this.#kept.get(serial)
    if (!kept) return
    // Its connection is here and goes on, where the others have given this node up.
    const claim = this.#parts.claims.get(serial)
    const farewell = claim && this.#state.switchboard.shared.farewellOf(kept.entry)
    this.#holders.leave(kept.entry, how)
    if (farewell) claim.line.tell(farewell)
  }

  /** A registration that the log had lost. Whoever has its place meanwhile keeps it. */
  enterAgain(node: string, held: Held): void {
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
  replace(held: HeldAt[], calls: CallsSnapshot): void {
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
}
