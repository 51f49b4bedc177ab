import type { Endpoint } from '../endpoint.ts'
import type { LogEntry } from '../log.ts'
import type { CallPush, Framing, Push, RefusalCode } from '../wire/message.ts'
import { Outbox } from '../wire/outbox.ts'
import { formatPush } from '../wire/push.ts'
import { formatReply } from '../wire/reply.ts'
import { parseRequest } from '../wire/request.ts'
import { type Stranger, strangerAnswer } from '../wire/stranger.ts'
import type { Line } from './call.ts'
import type { ConnectionParts, Welcome, Wire } from './connection-parts.ts'
import { type Conversation, leave, refused, type Step, step } from './conversation.ts'
import { Intake } from './intake.ts'
import type { Lock } from './lock.ts'
import { OpeningState } from './opening-state.ts'

/** Replies are handed to the socket when they reach this size, so that a batch stays bounded. */
const batchCharacters = 64 * 1024

/** What one connection was answered while the others waited. */
type Turn = { messages: number; refused: number; characters: number }

/**
 * One connection: bytes in, conversation, bytes out. However many requests a data event brings,
 * their replies go out in one write; while replies wait to be read, no request is looked at and
 * the socket is paused, so that a slow reader waits alone and costs bounded memory. Who asks for
 * much at once waits for the others' turn, and who asks too fast, for a while.
 *
 * Whatever throws in here is a bug, and is made to end this connection alone.
 */
export class Connection implements Line {
  readonly remote: Endpoint
  readonly #wire: Wire
  readonly #parts: ConnectionParts
  readonly #intake: Intake
  readonly #outbox: Outbox
  readonly #lock: Lock
  #conversation: Conversation
  /** `closing`: everything is said; it only remains that the other end closes too. */
  #phase: 'open' | 'saying-goodbye' | 'closing' | 'closed' = 'open'
  #inputEnded = false
  #paused = false
  /** A write has failed: the socket is no good any more. */
  #lost = false
  /** Until it is over, no further request is looked at. */
  #rest: { cancel(): void } | undefined
  #opening: OpeningState | undefined
  /** What it is told of its call while it is being answered: that goes out after the answer. */
  #told: string | undefined
  /** Of what waits in the outbox, at most so much is pushes. */
  #queuedPushBytes = 0
  readonly #openedAt: number
  /** When its reader last took something of what waits, or it was told goodbye. */
  #progressAt: number

  constructor(wire: Wire, remote: Endpoint, welcome: Welcome, parts: ConnectionParts) {
    this.remote = remote
    this.#wire = wire
    this.#parts = parts
    const { limits, now } = parts
    const { trusted, locked, lock } = welcome
    this.#lock = lock
    const settled = () => this.#shielded(() => this.#process())
    this.#intake = new Intake({ limits, now, settled })
    this.#intake.unhurried = trusted
    this.#outbox = new Outbox((bytes) => this.#write(bytes))
    this.#conversation = { state: 'anonymous', trusted, locked, watching: false }
    this.#openedAt = parts.now()
    this.#progressAt = this.#openedAt
  }

  /** What the server waits for, if for anything. */
  get waitingFor(): 'sign-in' | 'reader' | 'close' | undefined {
    if (this.#phase === 'closed') return undefined
    if (this.#phase === 'closing') return 'close'
    if (this.#outbox.waiting > 0) return 'reader'
    const now = this.#conversation
    return now.state === 'anonymous' && !now.watching ? 'sign-in' : undefined
  }

  /** Until when the server waits for that. */
  get deadline(): number {
    const { limits } = this.#parts
    switch (this.waitingFor) {
      case 'sign-in':
        return this.#openedAt + limits.signInTimeoutMs
      case 'reader':
        return this.#progressAt + limits.stallTimeoutMs
      case 'close':
        return this.#progressAt + limits.closeGraceMs
      default:
        return Number.POSITIVE_INFINITY
    }
  }

  get open(): boolean {
    return this.#phase === 'open'
  }

  get watching(): boolean {
    return this.#conversation.state !== 'over' && this.#conversation.watching
  }

  get trusted(): boolean {
    return this.#conversation.state !== 'over' && this.#conversation.trusted
  }

  get #framing(): Framing {
    return this.#intake.framing
  }

  data(chunk: Buffer): void {
    this.#shielded(() => {
      if (this.#phase !== 'open') return
      const stranger = this.#intake.push(chunk)
      if (stranger) this.#turnAway(stranger)
      else this.#process()
    })
  }

  /** The other end sends no more: what came before is answered, then it is over. */
  inputEnd(): void {
    this.#shielded(() => {
      this.#inputEnded = true
      this.#intake.end()
      if (this.#phase === 'closing') this.#close()
      else this.#process()
    })
  }

  /** The socket takes bytes again. */
  drain(): void {
    this.#shielded(() => {
      if (this.#outbox.flush() > 0) this.#progressAt = this.#parts.now()
      this.#queuedPushBytes = Math.min(this.#queuedPushBytes, this.#outbox.waiting)
      if (this.#outbox.waiting === 0) this.#process()
    })
  }

  /** One line for a watcher. Closes it where too much waits already; nobody else waits for it. */
  push(line: string): void {
    this.#shielded(() => this.#push(line))
  }

  #push(line: string): void {
    if (this.#phase !== 'open') return
    const bytes = Buffer.byteLength(line)
    if (this.#opening) this.#opening.hold(line, bytes)
    else {
      this.#send(line)
      this.#queuedPushBytes = Math.min(this.#queuedPushBytes + bytes, this.#outbox.waiting)
    }
    const waiting = (this.#opening?.heldBytes ?? 0) + this.#queuedPushBytes
    if (waiting <= this.#parts.limits.maxWaitingPushBytes) return
    this.#parts.met('slowWatcher')
    this.#parts.log({ event: 'watcher.slow', ...this.remote, bytes: waiting })
    this.abandon()
  }

  /** Something of its call. It waits for no opening state and does not count as a change. */
  tell(push: CallPush): void {
    this.#shielded(() => {
      if (this.#phase !== 'open') return
      const line = formatPush(push, this.#framing)
      if (this.#told === undefined) this.#send(line)
      else this.#told += line
    })
  }

  hasRoom(bytes: number): boolean {
    return this.#outbox.waiting + bytes <= this.#parts.limits.maxWaitingSignalBytes
  }

  talks(on: boolean): void {
    this.#intake.talks(on)
  }

  /** Closes for the server's own reasons, after everything that waits and one last line. */
  sayGoodbye(push: Extract<Push, { kind: 'bye' }>): void {
    if (this.#phase === 'open') this.#finish(formatPush(push, this.#framing))
  }

  /** Refuses the connection as a whole and closes it. */
  refuseAndClose(code: RefusalCode): void {
    if (this.#phase === 'open') this.#finish(this.#refusal(code))
  }

  /** Closes at once, whatever waits. */
  abandon(): void {
    try {
      this.gone()
    } finally {
      this.#wire.terminate()
    }
  }

  /** For when even that cannot be done orderly: the socket closes, and says so by `gone`. */
  cut(): void {
    this.#phase = 'closed'
    this.#wire.terminate()
  }

  /** The socket is closed, by whoever: nothing of the connection may remain. */
  gone(): void {
    this.#intake.stopWaiting()
    this.#rest?.cancel()
    try {
      this.#leave()
    } finally {
      this.#phase = 'closed'
      this.#outbox.clear()
      this.#opening = undefined
      this.#parts.changed(this)
    }
  }

  #process(): void {
    const turn = { messages: 0, refused: 0, characters: 0 }
    while (this.#phase === 'open' && !this.#rest && this.#outbox.waiting === 0) {
      this.#told = ''
      const batch = this.#nextReplies(turn)
      this.#told = undefined
      if (batch === '') break
      this.#send(batch)
      turn.characters += batch.length
      this.#restAfter(turn)
    }
    if (this.#outbox.waiting > 0) this.#pause()
    else if (this.#phase === 'saying-goodbye') this.#shutdown()
    else if (this.#rest && this.#phase === 'open') this.#pause()
    else if (this.#inputEnded && this.#phase === 'open') this.#finish('')
    else this.#unpause()
    this.#parts.changed(this)
  }

  /** The replies to what has come in, up to a batch; empty when nothing is left to answer. */
  #nextReplies(turn: Turn): string {
    const { messagesPerTurn, refusalsBeforeRest } = this.#parts.limits
    let batch = ''
    while (batch.length < batchCharacters) {
      if (this.#opening) {
        batch += this.#opening.take(batchCharacters)
        if (this.#opening.done) this.#endOpening()
        continue
      }
      if (turn.messages >= messagesPerTurn || turn.refused >= refusalsBeforeRest) break
      const message = this.#intake.next()
      if (!message) break
      turn.messages += 1
      if (message.kind === 'too-fast') {
        turn.refused += 1
        this.#parts.met('tooFast')
        batch += formatReply({ kind: 'refused', code: 'too-fast' }, this.#framing)
        continue
      }
      if (message.kind === 'too-long') {
        this.#parts.met('lineTooLong')
        this.#finish(batch + this.#refusal('line-too-long'))
        return ''
      }
      const { next, reply, log } =
        message.kind === 'text' ? this.#step(message.text) : refused(this.#conversation, 'bad-utf8')
      this.#conversation = next
      this.#intake.unhurried = this.trusted
      if (log) this.#log(log)
      if (reply.kind === 'refused' && reply.code === 'too-many-attempts') {
        this.#parts.met('wrongSecrets')
      }
      if (reply.kind === 'watching') this.#opening = this.#open()
      else batch += formatReply(reply, this.#framing) + this.#takeTold()
      if (next.state === 'over') {
        this.#finish(batch)
        return ''
      }
    }
    return batch
  }

  /** Where a turn was long, the others have theirs first; where it went too fast, there is a pause. */
  #restAfter({ messages, refused, characters }: Turn): void {
    const { refusalsBeforeRest, restMs, messagesPerTurn, charactersPerTurn } = this.#parts.limits
    const long = messages >= messagesPerTurn || characters >= charactersPerTurn
    const more = this.#intake.holdsMessages || this.#opening !== undefined
    const tooFast = refused >= refusalsBeforeRest || (refused > 0 && long)
    if (this.#phase !== 'open' || !(tooFast || (long && more))) return
    const goOn = () => {
      this.#rest = undefined
      this.#shielded(() => this.#process())
    }
    this.#rest = tooFast ? later(goOn, restMs) : soon(goOn)
  }

  #step(text: string): Step {
    const request = parseRequest(text)
    if (!request.ok) return refused(this.#conversation, request.error)
    const asker = { remote: this.remote, framing: this.#framing, line: this, lock: this.#lock }
    return step(this.#conversation, request.value, asker, this.#parts.house)
  }

  #refusal(code: RefusalCode): string {
    const { reply, log } = refused(this.#conversation, code)
    if (log) this.#log(log)
    return formatReply(reply, this.#framing)
  }

  #open(): OpeningState {
    // Changes not yet told belong to the state that follows, and would be told twice.
    this.#parts.changed(this)
    const { directory, switchboard } = this.#parts.house
    return new OpeningState({ here: directory.all(), ...switchboard.presence() })
  }

  #endOpening(): void {
    this.#queuedPushBytes += this.#opening?.heldBytes ?? 0
    this.#opening = undefined
  }

  #takeTold(): string {
    const told = this.#told ?? ''
    this.#told = ''
    return told
  }

  /** Says the last words; once they are out, waits for the other end to close. */
  #finish(lastWords: string): void {
    this.#leave()
    this.#phase = 'saying-goodbye'
    this.#send(lastWords)
    if (this.#outbox.waiting === 0) this.#shutdown()
    this.#parts.changed(this)
  }

  #shutdown(): void {
    if (this.#inputEnded) {
      this.#close()
      return
    }
    // Closing both directions while the other end still sends would make the kernel answer with a
    // reset, which can overtake and destroy the last reply.
    this.#phase = 'closing'
    this.#progressAt = this.#parts.now()
    this.#unpause()
    this.#wire.shutdown()
  }

  #close(): void {
    this.gone()
    this.#wire.end()
  }

  #leave(): void {
    if (this.#conversation.state === 'over') return
    const { next, log } = leave(this.#conversation, this.#parts.house)
    this.#conversation = next
    if (log) this.#log(log)
  }

  #send(text: string): void {
    const before = this.#outbox.waiting
    this.#outbox.send(text)
    if (before === 0 && this.#outbox.waiting > 0) {
      this.#progressAt = this.#parts.now()
      this.#parts.changed(this)
    }
  }

  #shielded(act: () => void): void {
    try {
      act()
      if (this.#lost && this.#phase !== 'closed') this.abandon()
    } catch (error) {
      this.#parts.failed(this, error)
    }
  }

  /** Of a peer that resets while it is not read from, Bun may tell nothing but this. */
  #write(bytes: string | Buffer): number {
    const taken = this.#wire.write(bytes)
    if (taken < 0) this.#lost = true
    return taken
  }

  #pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#wire.pause()
  }

  #unpause(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#wire.resume()
  }

  #turnAway(protocol: Stranger): void {
    this.#parts.log({ event: 'stranger.refused', ...this.remote, protocol })
    this.#finish(strangerAnswer(this.#parts.webUrl()))
  }

  #log(entries: LogEntry[]): void {
    for (const entry of entries) this.#parts.log(entry)
  }
}

function soon(act: () => void): { cancel(): void } {
  const immediate = setImmediate(act)
  return { cancel: () => clearImmediate(immediate) }
}

function later(act: () => void, milliseconds: number): { cancel(): void } {
  const timer = setTimeout(act, milliseconds)
  return { cancel: () => clearTimeout(timer) }
}
