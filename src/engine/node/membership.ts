import type { RejoinReason } from '../../log/rejoin-reason.ts'
import { randomText } from '../../secrets.ts'
import type { EngineClient } from '../client/engine-client.ts'
import { EngineUnavailable } from '../client/engine-error.ts'
import type { LogEntry } from '../command.ts'
import { type EngineTimes, inboxMs, keptEntries, keys, prefix } from '../keys.ts'
import { scripts } from '../scripts.ts'
import { OtherRules } from './other-rules.ts'
import type { Proposed } from './proposals.ts'
import { Reading } from './reading.ts'

export type MembershipParts = {
  client: EngineClient
  nodeName: string
  /** All settings that decide what a command leads to. */
  rules: string
  times: EngineTimes
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  /** The last command that was applied. */
  rev: () => number
  /** The node has a new name in the log. All that was under way is lost. */
  joining: (why: RejoinReason) => void
  /** An epoch has begun at that revision, and this node reads it from there. */
  began: (rev: number) => void
  /** The node knows the state, and may append commands. */
  joined: () => void
  apply: (entries: LogEntry[]) => void
  take: (message: string) => void
  /** After each sign of life that the engine has taken. */
  beaten: () => void
  /** A bug. */
  failed: (error: unknown) => void
}

/** Attempts to be told the state before a new epoch begins. */
const maxAttempts = 5
const retryMs = 200

/**
 * This node among the others: it takes its place, renews its lease, reads the log without a gap, and
 * begins anew where it was given up, or the engine has lost something.
 *
 * Longer than other files: joining, the beat and what the log shows all change one state.
 */
export class Membership {
  readonly #parts: MembershipParts
  readonly #instance = randomText(6)
  readonly #beats: Timer
  #generation = 0
  #node = ''
  #epoch = ''
  /** Whether the log is read from where the state is known. */
  #member = false
  #joining = false
  /** Whether the engine, since it was reached last, has said that it knows this node. */
  #isKnown = false
  #stopped = false
  /** Whether the log and the inbox are read on the present connection. */
  #reads = true
  readonly #reading: Reading
  #told = Promise.withResolvers<boolean>()
  /** Beats in a row at which the log had more than was read, and nothing came. */
  #behind = 0
  #readBefore = 0
  /** Commands that the log had more than this node had read, at the last beat. */
  lag = 0
  /** The engine's clock less ours. */
  #offset = 0

  constructor(parts: MembershipParts) {
    this.#parts = parts
    this.#reading = new Reading({ ...parts, gap: () => this.#begin('gap') })
    parts.client.onDown(() => {
      this.#isKnown = false
    })
    parts.client.onUp(() => this.#comeBack())
    this.#beats = setInterval(() => this.#beat(), parts.times.beatMs)
  }

  /** What this node is called in the log: another name after each time that it begins anew. */
  get node(): string {
    return this.#node
  }

  get isMember(): boolean {
    return this.#member && this.#isKnown && this.#parts.client.up
  }

  /** The engine's time, in milliseconds of Unix time, about. */
  get engineTime(): number {
    return this.#parts.now() + this.#offset
  }

  /** Takes a place. Rejects with `OtherRules`, and with the client's errors where it cannot be asked. */
  async start(): Promise<void> {
    await this.#join('start', true)
  }

  async append(commands: readonly Proposed[]): Promise<boolean> {
    const { client } = this.#parts
    const node = this.#node
    const words = commands.flatMap(({ request, command }) => [
      String(request),
      JSON.stringify(command),
    ])
    try {
      const [said] = (await client.run(
        scripts.append,
        [keys.state, keys.nodes, keys.log(this.#epoch)],
        [this.#epoch, node, String(keptEntries), ...words],
      )) as string[]
      if (said === 'ok') return true
      // Of a name that was given up meanwhile nothing is to be learnt.
      if (node !== this.#node) return false
      if (said === 'late') this.#beat()
      else this.#begin(said === 'epoch' ? 'epoch' : 'fenced')
    } catch (error) {
      this.unanswered(error)
    }
    return false
  }

  /** The whole state was told; `rev` is its revision. What came after it is applied now. */
  stateTold(rev: number): void {
    if (!this.#reading.holdsBack) return
    this.#told.resolve(true)
    this.#reading.letGo(rev)
  }

  get waitsForState(): boolean {
    return this.#reading.holdsBack
  }

  /** Ends all that this node still has in the directory. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#reading.stop()
    clearInterval(this.#beats)
    if (!this.#member) return
    this.#member = false
    await this.#parts.client
      .run(scripts.goodbye, [keys.state, keys.nodes], [prefix, this.#epoch, this.#node])
      // Its lease ends by itself.
      .catch(() => {})
  }

  #begin(why: RejoinReason): void {
    if (this.#joining || this.#stopped) return
    this.#join(why, false).catch(this.#parts.failed)
  }

  async #join(why: RejoinReason, first: boolean): Promise<void> {
    this.#joining = true
    this.#member = false
    try {
      let reason = why
      for (let attempt = 0; !this.#stopped; attempt += 1) {
        this.#parts.joining(reason)
        const done = await this.#tryToJoin(attempt).catch((error) => {
          if (first || error instanceof OtherRules) throw error
          this.unanswered(error)
          // Away: it is tried again when the engine is back, or soon where it only was slow.
          return 'away' as const
        })
        if (done === 'joined') break
        if (done === 'away') {
          if (!this.#parts.client.up) return
          await Bun.sleep(retryMs)
        }
        reason = 'no-state'
      }
    } finally {
      this.#joining = false
    }
    if (this.#stopped) return
    this.#member = true
    this.#isKnown = true
    this.#parts.joined()
    // The others can be told the state by this one too.
    this.#beat()
  }

  async #tryToJoin(attempt: number): Promise<'joined' | 'untold'> {
    const { client, nodeName, rules, times, rev, began } = this.#parts
    const before = this.#node
    this.#generation += 1
    this.#node = `${nodeName}:${this.#instance}:${this.#generation}`
    const answer = (await client.run(
      scripts.hello,
      [keys.state, keys.nodes],
      [
        ...[prefix, this.#node, before, String(rev()), this.#epoch, randomText(9)],
        ...[attempt < maxAttempts ? '0' : '1', rules, String(times.recoverMs)],
        ...[String(times.leaseMs), JSON.stringify({ kind: 'join', attempt })],
        String(inboxMs),
      ],
    )) as string[]
    const [said, epoch = '', from = '0', whole, time = '0'] = answer
    if (said !== 'ok') throw new OtherRules(rules)
    this.#epoch = epoch
    this.#setClock(time)
    this.#behind = 0
    this.#reads = true
    if (whole === '1') {
      began(Number(from))
      this.#reading.begin(epoch, this.#node, Number(from), false)
      // Somebody has to end the time to recover.
      setTimeout(() => this.#beat(), times.recoverMs + 1)
      return 'joined'
    }
    this.#told = Promise.withResolvers()
    this.#reading.begin(epoch, this.#node, Number(from), true)
    const late = setTimeout(() => this.#told.resolve(false), times.stateMs)
    const told = await this.#told.promise
    clearTimeout(late)
    return told ? 'joined' : 'untold'
  }

  async #comeBack(): Promise<void> {
    if (this.#epoch === '' || this.#stopped) return
    if (!this.#member) {
      this.#begin('epoch')
      return
    }
    this.#reads = false
    await this.#beat()
  }

  /** Whether the node still has its place. */
  async #beat(): Promise<boolean> {
    const { client, times, beaten } = this.#parts
    if (!client.up || this.#node === '' || this.#stopped) return false
    if (!this.#member && !this.#joining) {
      this.#begin('epoch')
      return false
    }
    const node = this.#node
    const readBefore = this.#reading.rev
    try {
      const [said, rev = '0', time = '0'] = (await client.run(
        scripts.beat,
        [keys.state, keys.nodes],
        [
          ...[prefix, this.#epoch, node, String(times.leaseMs), String(inboxMs)],
          this.#member ? '1' : '0',
        ],
      )) as string[]
      if (node !== this.#node || this.#stopped) return false
      if (said !== 'ok') {
        this.#begin(said === 'epoch' ? 'epoch' : 'fenced')
        return false
      }
      this.#setClock(time)
      if (!this.#reads) this.#readOn()
      this.#isKnown = true
      this.#watchProgress(Number(rev), readBefore)
      this.#reading.trimInbox()
      if (this.#member) beaten()
      return true
    } catch (error) {
      this.unanswered(error)
      return false
    }
  }

  /** An engine that is away says so by itself. One that refuses a script of ours needs somebody to look. */
  unanswered(error: unknown): void {
    if (!(error instanceof EngineUnavailable)) this.#parts.failed(error)
  }

  /** Nothing is read on a new connection before the engine has said that it knows this node's epoch. */
  #readOn(): void {
    this.#reads = true
    this.#reading.goOn()
  }

  /** The log may have been cut or rewound behind our back, or the connection that reads it be stuck. */
  #watchProgress(rev: number, readBefore: number): void {
    this.lag = Math.max(0, rev - this.#reading.rev)
    const stuck = rev > this.#reading.rev && this.#reading.rev === this.#readBefore
    this.#behind = stuck ? this.#behind + 1 : 0
    this.#readBefore = this.#reading.rev
    if (rev < readBefore) this.#begin('epoch')
    else if (this.#behind === 2) this.#reading.goOn()
    else if (this.#behind > 3) this.#begin('behind')
  }

  #setClock(time: string): void {
    this.#offset = Number(time) - this.#parts.now()
  }
}
