import { expect } from 'bun:test'
import type { Command, LogEntry } from '../../../src/engine/command.ts'
import { OwnClaims, serialOf } from '../../../src/engine/state/own-claims.ts'
import { Replica } from '../../../src/engine/state/replica.ts'
import type { Outcome, ReplicaState } from '../../../src/engine/state/replica-state.ts'
import type { Deed } from '../../../src/operator/deed.ts'
import type { CallsSnapshot } from '../../../src/registry/calls/calls-snapshot.ts'
import { Switchboard } from '../../../src/registry/calls/switchboard.ts'
import { type HolderLine, LocalChanges } from '../../../src/registry/changes.ts'
import { Directory } from '../../../src/registry/directory/directory.ts'
import type { Registration } from '../../../src/registry/directory/registration.ts'
import { Blocks } from '../../../src/registry/operator/blocks.ts'
import { Deeds } from '../../../src/registry/operator/deeds.ts'
import type { CallPush, CallRequest, Party, PresencePush } from '../../../src/wire/message.ts'
import { defaultLimits } from '../limits.ts'

const limits = {
  ...defaultLimits,
  ...{ maxCallMembers: 4, callBurst: 30, ringBurst: 30, signalBurst: 1_000 },
  // What watchers are told is told at once, so that it can be compared at each step.
  partnerCharacterBurst: 1_000_000,
}

const keyOf = ({ name, ip }: Party): string => `${name},${ip}`

/** A connection, with all that it was told. */
export class TestLine implements HolderLine {
  readonly told: CallPush[] = []
  talking = false
  displaced = false
  /** Of what is registered on it, as long as it is open. */
  registration: Registration | undefined

  tell(push: CallPush): void {
    this.told.push(push)
  }

  hasRoom(): boolean {
    return true
  }

  talks(on: boolean): void {
    this.talking = on
  }

  decides(): void {}

  displace(): void {
    this.displaced = true
  }
}

/** The directory and the calls of one process, with what its watchers were told. */
class Copy {
  readonly directory: Directory
  readonly switchboard: Switchboard
  /** Made of what watchers are told, alone: of each person, whether they are ready, busy, and with whom. */
  readonly seen = new Map<string, { ready: boolean; busy: string | undefined }>()

  constructor(now: () => number, localClock: () => number, newId: () => string) {
    this.directory = new Directory({ now })
    this.directory.subscribe(({ kind, registration }) => {
      // Each change is told once.
      expect(this.seen.has(keyOf(registration))).toBe(kind === 'left')
      if (kind === 'left') this.seen.delete(keyOf(registration))
      else this.seen.set(keyOf(registration), { ready: false, busy: undefined })
    })
    this.switchboard = new Switchboard({
      ...{ directory: this.directory, limits, now, localClock, newId, showsPartners: true },
      log: () => {},
      changed: (push) => this.#see(push),
    })
  }

  #see(push: PresencePush): void {
    const person = this.seen.get(keyOf(push))
    if (!person) throw new Error(`told of ${keyOf(push)}, who is not there: ${push.kind}`)
    if (push.kind === 'ready') person.ready = true
    else if (push.kind === 'free') person.busy = undefined
    else person.busy = shownPartners(push)
  }

  /** What a new watcher would be told. */
  get shown(): Copy['seen'] {
    const { ready, busy } = this.switchboard.presence
    const all: Copy['seen'] = new Map()
    for (const each of this.directory.all()) all.set(keyOf(each), { ready: false, busy: undefined })
    const of = (party: Party) =>
      all.get(keyOf(party)) as { ready: boolean; busy: string | undefined }
    for (const each of ready) of(each).ready = true
    for (const each of busy) of(each).busy = shownPartners(each)
    return all
  }
}

const shownPartners = (push: PresencePush): string =>
  push.kind === 'busy' ? (push.with ?? []).map(keyOf).join(' ') : ''

/** One process of several: what it has applied, and its own connections. */
export class TestReplica extends Copy {
  name: string
  readonly claims = new OwnClaims()
  readonly replica: Replica
  readonly deeds: Deeds
  readonly notices: string[] = []
  /** Entries of the log that it has not read. */
  unread: LogEntry[] = []
  /** It reads nothing for now. */
  sleeps = false
  /** States that it had to tell, by whom. */
  readonly states: [string, ReplicaState][] = []

  constructor(name: string, world: Replicas) {
    super(
      () => this.replica.time,
      () => world.time,
      () => this.replica.newId,
    )
    this.name = name
    this.deeds = new Deeds({
      connections: { endWhere: () => {} },
      blocks: new Blocks(
        () => world.time,
        () => false,
      ),
      tell: (line) => this.notices.push(line),
    })
    this.replica = new Replica(this, this.deeds, {
      me: () => this.name,
      claims: this.claims,
      holderOf: (request) => world.waiting.get(request),
      lineTo: (node, serial) => world.lineTo(node, serial),
      tellState: (node, state) => this.states.push([node, state]),
      displaced: () => {},
    })
  }

  /** The whole state in a form that can be compared. */
  get state(): ReplicaState {
    return comparable(this.replica.take())
  }
}

/** Without what has no meaning: in which order calls of different states have been made. */
const comparable = (state: ReplicaState): ReplicaState =>
  JSON.parse(JSON.stringify({ ...state, calls: comparableCalls(state.calls) }))

const comparableCalls = ({ ends, ringing, talking, resuming }: CallsSnapshot): CallsSnapshot => {
  const byId = <T extends { id: string }>(all: T[]) =>
    all.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return { ends, ringing: byId(ringing), talking: byId(talking), resuming }
}

/** A connection, and its twin in one process alone. */
export type Client = {
  at: TestReplica
  line: TestLine
  twin: TestLine
  serial: number
}

/** Several processes, the log that they read, and one process alone to which the same happens. */
export class Replicas {
  time = 1_000_000
  readonly nodes: TestReplica[]
  readonly alone: Copy
  readonly #aloneChanges: LocalChanges
  readonly waiting = new Map<number, TestLine>()
  clients: Client[] = []
  readonly #serials = new Map<Registration, number>()
  /** What has happened of what is rare. */
  readonly seen = new Set<string>()
  /** Whether one process alone would do the same: it knows no dead nodes. */
  isComparable = true
  #rev = 0
  #request = 0
  #ids = 0
  #name = 0

  constructor(count: number) {
    this.alone = new Copy(
      () => this.time,
      () => this.time,
      () => idOf(this.#ids),
    )
    this.#aloneChanges = new LocalChanges(this.alone)
    this.nodes = Array.from({ length: count }, () => new TestReplica(this.#newName(), this))
    for (const node of this.nodes) node.replica.begin(0)
    for (const { name } of this.nodes) this.append(name, { kind: 'join', attempt: 0 })
    this.append('', { kind: 'recovered' })
    for (const { name } of this.nodes) this.append(name, { kind: 'loaded', endpoints: [] })
  }

  #newName(): string {
    this.#name += 1
    return `node:${this.#name}`
  }

  lineTo(name: string, serial: number): HolderLine {
    return {
      elsewhere: true,
      tell: (push) => {
        if (push.kind !== 'signal') return
        const node = this.nodes.find((each) => each.name === name)
        const claim = node?.claims.get(serial)
        if (claim) node?.switchboard.shared.passSignal(claim.entry, push)
      },
      hasRoom: () => true,
      talks: () => {},
      decides: () => {},
      displace: () => {},
    }
  }

  /** Writes into the log; all that are awake apply it. Gives what it led to at the node that wrote it. */
  append(node: string, command: Command, request = 0): Outcome {
    this.#rev += 1
    const entry: LogEntry = { rev: this.#rev, node, time: this.time, request, command }
    // As it is written down.
    const copy = (): LogEntry => JSON.parse(JSON.stringify(entry))
    let outcome: Outcome
    for (const each of this.nodes) {
      each.unread.push(copy())
      const led = this.#read(each)
      if (each.name === node) outcome = led
    }
    return outcome
  }

  #read(node: TestReplica): Outcome {
    let outcome: Outcome
    if (!node.sleeps) for (const entry of node.unread.splice(0)) outcome = node.replica.apply(entry)
    return outcome
  }

  register(at: TestReplica, place: Party & { callPort: number }, proof: string): void {
    const wanted = { ...place, port: 4000 }
    const [line, twin] = [new TestLine(), new TestLine()]
    this.waiting.set(++this.#request, line)
    const outcome = this.append(at.name, { kind: 'register', ...wanted, proof }, this.#request)
    const registered = outcome as { ok: boolean; value: Registration; error: string }
    if (this.isComparable) {
      const alone = this.#aloneChanges.register(wanted, { line: twin, proof })
      expect(registered.ok ? 'registered' : registered.error).toBe(
        alone.ok ? 'registered' : alone.error,
      )
      if (alone.ok) twin.registration = alone.value
    }
    if (!registered.ok) return
    line.registration = registered.value
    if (twin.registration) this.#serials.set(twin.registration, serialOf(registered.value))
    this.clients.push({ at, line, twin, serial: serialOf(registered.value) })
  }

  leave(client: Client, how: 'left' | 'lost'): void {
    const { at, line, twin, serial } = client
    this.clients.splice(this.clients.indexOf(client), 1)
    if (line.registration) at.claims.delete(line.registration)
    this.append(at.name, { kind: 'leave', serial, how })
    if (this.isComparable && twin.registration) this.#aloneChanges.leave(twin.registration, how)
  }

  ask(client: Client, asked: CallRequest): void {
    const { at, line, twin, serial } = client
    this.#ids += 1
    const id = idOf(this.#ids)
    const answer =
      asked.verb === 'signal'
        ? this.#signal(at, line, asked)
        : this.append(at.name, { kind: 'ask', serial, asked, id })
    if (!this.isComparable) return
    expect(answer as unknown).toEqual(this.#signal(this.alone, twin, asked))
  }

  /** As the process does that has the connection. */
  #signal({ switchboard }: Copy, line: TestLine, asked: CallRequest): unknown {
    const { registration } = line
    if (!registration) throw new Error('nobody is registered there')
    const isKnown = asked.verb !== 'signal' || switchboard.shared.knows(registration)
    return isKnown
      ? switchboard.answer(asked, { registration, line })
      : { ok: false, error: 'unknown-call' }
  }

  pass(ms: number): void {
    this.time += ms
    const awake = this.nodes.find(({ sleeps }) => !sleeps) as TestReplica
    this.append(awake.name, { kind: 'expire' })
    if (this.isComparable) this.#aloneChanges.expire()
  }

  deed(deed: Deed): void {
    const awake = this.nodes.find(({ sleeps }) => !sleeps) as TestReplica
    this.append(awake.name, { kind: 'deed', deed })
  }

  /** One more that has no connections, told the whole state by whoever it is the turn of. */
  newcomer(attempt: number): TestReplica {
    const node = new TestReplica(this.#newName(), this)
    node.sleeps = true
    this.nodes.push(node)
    this.#join(node, attempt)
    this.#enterAgain(node)
    return node
  }

  /** It wakes: nobody has given it up, or it has to begin anew. */
  wake(node: TestReplica): void {
    node.sleeps = false
    this.#read(node)
  }

  /** The others give it up while it sleeps. */
  giveUp(node: TestReplica): void {
    this.isComparable = false
    this.append(this.#other(node).name, { kind: 'dead', node: node.name })
  }

  /** It joins under another name, is told the state, and enters again all that its connections hold. */
  comeBack(node: TestReplica): void {
    this.isComparable = false
    node.sleeps = true
    this.#join(node, 0)
    this.#enterAgain(node)
  }

  /**
   * The engine has lost its memory. Each node, awake or not, goes on in a new epoch from what it knows; those in
   * `late` enter their own only when the time for that is over.
   */
  beginAnew(late: ReadonlySet<TestReplica>): void {
    this.isComparable = false
    this.#rev += 1_000_000
    for (const node of this.nodes) {
      node.name = this.#newName()
      node.sleeps = false
      node.unread = []
      node.replica.begin(this.#rev)
    }
    for (const node of this.nodes) {
      this.append(node.name, { kind: 'join', attempt: 0 })
      const { deeds } = node.replica
      if (deeds) this.append(node.name, { kind: 'deeds', held: deeds })
      if (!late.has(node)) this.#enterAgain(node)
    }
    this.append((this.nodes[0] as TestReplica).name, { kind: 'recovered' })
    for (const node of late) this.#enterAgain(node)
  }

  #enterAgain(node: TestReplica): void {
    this.append(node.name, { kind: 'assert', held: node.claims.all() })
    this.append(node.name, { kind: 'loaded', endpoints: [] })
  }

  /** Asks for the state under a new name, until it is the turn of one that is awake. */
  #join(node: TestReplica, attempt: number): void {
    const before = node.name
    node.name = this.#newName()
    this.append(node.name, { kind: 'dead', node: before })
    this.append(node.name, { kind: 'join', attempt })
    const told = this.nodes
      .flatMap((each) => each.states.splice(0))
      .filter(([to]) => to === node.name)
      .map(([, state]) => state)
    // Never two, whatever they know of each other.
    expect(told.length).toBeLessThanOrEqual(1)
    const [state] = told
    if (!state) {
      expect(this.nodes.some((each) => each !== node && each.sleeps)).toBe(true)
      return this.#join(node, attempt + 1)
    }
    node.unread = node.unread.filter(({ rev }) => rev > state.rev)
    node.replica.load(JSON.parse(JSON.stringify(state)))
    this.wake(node)
  }

  #other(node: TestReplica): TestReplica {
    return this.nodes.find((each) => each !== node && !each.sleeps) ?? node
  }

  /** Connections whose place somebody else has now are closed. */
  closeDisplaced(): void {
    for (const client of [...this.clients]) if (client.line.displaced) this.leave(client, 'left')
  }

  /** What has to be true after each step. */
  check(): void {
    const awake = this.nodes.filter(({ sleeps }) => !sleeps)
    const [first] = awake
    if (!first) return
    const { state } = first
    this.#look(state.calls)
    for (const each of awake) {
      expect(each.directory.names).toBe(first.directory.names)
      expect(each.state).toEqual(state)
      expect(each.seen).toEqual(each.shown)
    }
    for (const client of this.clients) this.#checkClient(client)
    if (this.isComparable) this.#compare(first)
  }

  #look({ ringing, talking, resuming }: CallsSnapshot): void {
    if (ringing.length > 0) this.seen.add('ringing')
    if (resuming.length > 0) this.seen.add('resuming')
    for (const { members, invitations, lost } of talking) {
      this.seen.add(`${members.length} members`)
      if (invitations.length > 0) this.seen.add('invited')
      if (lost.length > 0) this.seen.add('lost')
      if (lost.some(({ standIn }) => standIn !== undefined)) this.seen.add('stand-in')
    }
  }

  #checkClient({ at, line, serial }: Client): void {
    if (at.sleeps || !line.registration) return
    expect(at.directory.find(line.registration.name, line.registration.ip)).toBe(line.registration)
    expect(at.replica.has(serial)).toBe(true)
    const { busy } = at.switchboard.presence
    const own = busy.find((each) => keyOf(each) === keyOf(line.registration as Registration))
    expect(line.talking).toBe(own?.with !== undefined)
  }

  #compare(first: TestReplica): void {
    const { directory, switchboard } = this.alone
    const fields = (all: Registration[]) =>
      all.map(({ name, ip, port, callPort, since }) => [name, ip, port, callPort, since])
    expect(fields(first.directory.all())).toEqual(fields(directory.all()))
    const alone = comparableCalls(
      switchboard.shared.snapshot((each) => {
        const isThere = directory.find(each.name, each.ip) === each
        return isThere ? this.#serials.get(each) : undefined
      }),
    )
    const several = comparableCalls(first.replica.take().calls)
    expect(JSON.stringify(several)).toBe(JSON.stringify(alone))
    expect(first.seen).toEqual(this.alone.seen)
    for (const { at, line, twin } of this.clients) {
      if (at.sleeps) continue
      expect(line.told).toEqual(twin.told)
      expect([line.talking, line.displaced]).toEqual([twin.talking, twin.displaced])
    }
  }
}

export const idOf = (number: number): string => String(number).padStart(22, '0')
