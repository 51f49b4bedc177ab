import type { Endpoint } from '../endpoint.ts'
import type { RegistryLimits } from '../limits/registry-limits.ts'
import type { Log } from '../log/log.ts'
import type { RejoinReason } from '../log/rejoin-reason.ts'
import type { Figure } from '../metrics/figure.ts'
import { type Changes, type RegistryState, unavailable } from '../registry/changes.ts'
import type { Deeds } from '../registry/operator/deeds.ts'
import type { Ordering } from '../registry/ordering.ts'
import type { EngineClient } from './client/engine-client.ts'
import type { Command, Held, LogEntry } from './command.ts'
import { EngineTally } from './engine-figures.ts'
import { type EngineTimes, engineTimes, keys } from './keys.ts'
import { Inbox } from './node/inbox.ts'
import { Membership } from './node/membership.ts'
import { Owed } from './node/owed.ts'
import { Proposals } from './node/proposals.ts'
import { undoingOf } from './node/undoing.ts'
import { rulesOf } from './rules.ts'
import { SharedChanges } from './shared-changes.ts'
import { OwnClaims, serialOf } from './state/own-claims.ts'
import { Replica } from './state/replica.ts'
import type { Outcome } from './state/replica-state.ts'

export type EngineParts = {
  client: EngineClient
  nodeName: string
  limits: RegistryLimits
  /** Whether watchers are told who talks with whom. */
  showsPartners: boolean
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  log: Log
  times?: EngineTimes
}

/** Registrations in one command. */
const assertedAtOnce = 200

/**
 * One directory for several nodes. Each change is a command in the engine's log; every node applies all of
 * them in that order, and answers its own peers when it does (decisions/044).
 *
 * Longer than other files: the parts of a node know nothing of each other, and meet here.
 */
export class Engine implements Ordering {
  readonly #parts: EngineParts
  readonly #claims = new OwnClaims()
  readonly #tally = new EngineTally()
  readonly #membership: Membership
  readonly #proposals: Proposals
  readonly #inbox: Inbox
  #replica: Replica | undefined
  #state: RegistryState | undefined
  readonly #owed: Owed
  readonly #changes: SharedChanges
  #endpoints: readonly Endpoint[] = []
  #settled = Promise.withResolvers<void>()
  #stopped = false

  constructor(parts: EngineParts) {
    const log = this.#tally.heard(parts.log)
    this.#parts = { ...parts, log }
    const { client, nodeName, now, times = engineTimes } = parts
    this.#inbox = new Inbox({
      me: () => this.#membership.node,
      rev: () => this.replica.rev,
      calls: () => this.state.switchboard.shared,
      peerOf: (serial) => {
        const claim = this.#claims.get(serial)
        return claim && { registration: claim.entry, line: claim.line }
      },
      send: (node, text) => {
        // A node that is gone has none any more, and must not get another that nobody ever reads.
        client
          .command('XADD', keys.inbox(node), 'NOMKSTREAM', '*', 'm', text)
          .catch((error) => this.#membership.unanswered(error))
      },
      told: (state) => {
        if (!this.#membership.waitsForState) return
        this.replica.load(state)
        this.#membership.stateTold(state.rev)
      },
    })
    this.#membership = new Membership({
      ...{ client, nodeName, times, now },
      rules: rulesOf(parts.limits, parts.showsPartners),
      rev: () => this.#replica?.rev ?? 0,
      joining: (why) => this.#beginAnew(why),
      began: (rev) => this.replica.begin(rev),
      joined: () => this.#enterOwn(),
      apply: (entries) => this.#apply(entries),
      take: (message) => {
        this.#inbox.take(message)
        this.#inbox.settle()
      },
      beaten: () => this.#owed.pay(),
      failed: (error) => log({ event: 'bug', where: 'engine', error }),
    })
    this.#proposals = new Proposals({
      now,
      ready: () => this.#membership.isMember,
      append: (commands) => this.#membership.append(commands),
      decisionSeconds: this.#tally.decisionSeconds,
      undo: (...applied) => {
        const { command, push } = undoingOf(...applied)
        if (command) this.#owed.owe(command)
        if (push) this.#claims.get(push.to)?.line.tell(push.push)
      },
    })
    this.#owed = new Owed(this.#proposals, () => (this.#stopped ? '' : this.#membership.node))
    this.#changes = new SharedChanges({
      claims: this.#claims,
      proposals: this.#proposals,
      owed: this.#owed,
      state: () => this.state,
      ready: () => this.ready,
      time: () => this.#membership.engineTime,
    })
    client.onDown((why) => log({ event: 'engine.away', why: why.message }))
    client.onUp(() => log({ event: 'engine.back' }))
  }

  /** Whether changes can be decided now. */
  get ready(): boolean {
    return this.#membership.isMember && !this.replica.recovering
  }

  /** Nodes that share the directory, with this one. */
  get nodes(): number {
    return this.replica.nodes
  }

  /** Where the other nodes listen. */
  get endpointsElsewhere(): readonly Endpoint[] {
    return this.replica.endpointsElsewhere()
  }

  /** What metrics tell of it. */
  get figures(): Figure[] {
    return this.#tally.figures({
      ready: () => this.ready,
      nodes: () => this.nodes,
      waiting: () => this.#proposals.waiting,
      owed: () => this.#owed.size,
      behind: () => this.#membership.lag,
    })
  }

  /** Whether nothing of this node is on its way into the log. */
  get idle(): boolean {
    return this.#proposals.waiting === 0 && this.#owed.size === 0
  }

  get replica(): Replica {
    if (!this.#replica) throw new Error('bug: the engine has not begun')
    return this.#replica
  }

  get state(): RegistryState {
    if (!this.#state) throw new Error('bug: the engine has not begun')
    return this.#state
  }

  now = (): number => this.#replica?.time ?? 0
  newId = (): string => this.replica.newId
  order: Ordering['order'] = (deed) => this.#changes.order(deed)

  begin(state: RegistryState, deeds: Deeds): Changes {
    this.#state = state
    state.directory.subscribe(({ kind, registration }) => {
      if (kind === 'left') this.#inbox.forget(serialOf(registration))
    })
    this.#replica = new Replica(state, deeds, {
      me: () => this.#membership.node,
      claims: this.#claims,
      holderOf: (request) => this.#proposals.holderOf(request),
      lineTo: (node, serial) => this.#inbox.lineTo(node, serial),
      displaced: () => this.#tally.displaced(),
      tellState: (node, told) => {
        if (!this.#stopped) this.#inbox.tellState(node, told)
      },
    })
    return this.#changes
  }

  /**
   * Takes a place among the nodes, and resolves when the directory is known here. Rejects with
   * `OtherRules`, or with the client's errors.
   */
  async join(): Promise<void> {
    await this.#membership.start()
    await this.#settled.promise
  }

  /** Tells the other nodes where this one listens, so that nobody registers with that address. */
  async listensAt(endpoints: readonly Endpoint[]): Promise<void> {
    this.#endpoints = endpoints
    await this.#owed.insist(() => this.#loaded())
  }

  /** Leaves the other nodes, which are told that all that is still registered here has left. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#membership.stop()
    this.#proposals.stop()
    this.#inbox.clear()
    this.#parts.client.stop()
  }

  #apply(entries: readonly LogEntry[]): void {
    const me = this.#membership.node
    for (const entry of entries) {
      if (entry.node === me) this.#proposals.holderOf(entry.request)?.decides()
      const outcome = this.#applyOne(entry)
      if (entry.node !== me || entry.request === 0) continue
      this.#proposals.applied(entry.request, entry.command, outcome, entry.rev)
      if (entry.command.kind === 'assert') this.#leaveAgain(entry.command.held)
    }
    this.#inbox.settle()
    if (!this.replica.recovering && this.#membership.isMember) this.#settled.resolve()
  }

  /** Where this was late, some had left before they were entered again. */
  #leaveAgain(held: readonly Held[]): void {
    for (const { serial } of held) {
      if (!this.#claims.get(serial)) this.#owed.owe({ kind: 'leave', serial, how: 'lost' })
    }
  }

  /** A bug costs the one who asked. It leads to the same at every node. */
  #applyOne(entry: LogEntry): Outcome {
    try {
      const recovered = this.replica.recovering
      const outcome = this.replica.apply(entry)
      if (recovered && !this.replica.recovering) {
        this.#parts.log({ event: 'engine.recovered', registrations: this.state.directory.size })
      }
      return outcome
    } catch (error) {
      this.#parts.log({ event: 'bug', where: 'engine', error })
      return unavailable
    }
  }

  #beginAnew(why: RejoinReason): void {
    this.#proposals.drop()
    this.#owed.clear()
    this.#inbox.clear()
    if (why !== 'start') this.#parts.log({ event: 'engine.anew', why })
  }

  /** All that this node's connections hold, and the log may have lost. */
  #enterOwn(): void {
    const own = this.#claims.all()
    for (let from = 0; from < own.length; from += assertedAtOnce) {
      const some = own.slice(from, from + assertedAtOnce)
      this.#owed.insist(() => {
        // Some may have left since.
        const held = some.filter(({ serial }) => this.#claims.get(serial))
        return { kind: 'assert', held }
      })
    }
    const held = this.replica.deeds
    if (this.replica.recovering && held) this.#owed.insist(() => ({ kind: 'deeds', held }))
    this.#owed.insist(() => this.#loaded())
    if (!this.replica.recovering) this.#settled.resolve()
  }

  #loaded(): Command {
    return { kind: 'loaded', endpoints: [...this.#endpoints] }
  }
}
