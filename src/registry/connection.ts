import type { Endpoint } from '../endpoint.ts'
import type { CallPush, Push, RefusalCode } from '../wire/message.ts'
import { formatPush } from '../wire/push.ts'
import { byeText } from '../wire/refusal.ts'
import { formatReply } from '../wire/reply.ts'
import type { Shared } from '../wire/shared.ts'
import { type Stranger, strangerAnswer } from '../wire/stranger.ts'
import type { Line } from './call.ts'
import type { ConnectionParts, Welcome, Wire } from './connection-parts.ts'
import { Dialogue } from './dialogue.ts'
import { Intake } from './intake.ts'
import type { OpeningState } from './opening-state.ts'
import { Outgoing } from './outgoing.ts'
import { type Rest, rest, Turn } from './turn.ts'

/** Replies are handed to the socket when they reach this size, so that a batch stays bounded. */
const batchCharacters = 64 * 1024
const listLine = Buffer.from('list\n')

/**
 * One connection: bytes in, dialogue, bytes out. However many requests a data event brings,
 * their replies go out in one write; while replies wait to be read, no request is looked at and
 * the socket is paused, so that a slow reader waits alone and costs bounded memory. Who asks for
 * much at once waits for the others' turn, and who asks too fast, for a while.
 *
 * Whatever throws in here is a bug, and is made to end this connection alone.
 *
 * Longer than other files: what is read, answered, paused and closed hangs on one phase. What does
 * not is elsewhere, in the parts that it is made of.
 */
export class Connection implements Line {
  readonly remote: Endpoint
  readonly #wire: Wire
  readonly #parts: ConnectionParts
  readonly #intake: Intake
  readonly #dialogue: Dialogue
  readonly #outgoing: Outgoing
  /** `closing`: everything is said; it only remains that the other end closes too. */
  #phase: 'open' | 'saying-goodbye' | 'closing' | 'closed' = 'open'
  #inputEnded = false
  #paused = false
  /** Until it is over, no further request is looked at. */
  #rest: Rest | undefined
  readonly #openedAt: number
  /** What the server's books know. */
  #booked: Standing
  #bookedBytes = 0

  constructor(wire: Wire, remote: Endpoint, welcome: Welcome, parts: ConnectionParts) {
    this.remote = remote
    this.#wire = wire
    this.#parts = parts
    this.#intake = new Intake(parts, this)
    this.#intake.unhurried = welcome.trusted
    this.#outgoing = new Outgoing(wire, parts.now)
    this.#dialogue = new Dialogue(remote, this, welcome, parts)
    this.#openedAt = parts.now()
    this.#booked = welcome.trusted ? trustedNewcomer : newcomer
  }

  /** What the server waits for, if for anything. */
  get waitingFor(): 'sign-in' | 'reader' | 'close' | undefined {
    if (this.#phase === 'closed') return undefined
    if (this.#phase === 'closing') return 'close'
    if (this.#outgoing.waiting > 0) return 'reader'
    return this.#dialogue.introduced ? undefined : 'sign-in'
  }

  /** Until when the server waits for that. */
  get deadline(): number {
    const { limits } = this.#parts
    switch (this.waitingFor) {
      case 'sign-in':
        return this.#openedAt + limits.signInTimeoutMs
      case 'reader':
        return this.#outgoing.progressAt + limits.stallTimeoutMs
      case 'close':
        return this.#outgoing.progressAt + limits.closeGraceMs
      default:
        return Number.POSITIVE_INFINITY
    }
  }

  /** Bytes that are held for it, a fair part of what others hold too among them. */
  get weight(): number {
    const opening = this.#dialogue.opening?.sharedBytes ?? 0
    return this.#ownBytes + this.#outgoing.sharedBytes + opening
  }

  get open(): boolean {
    return this.#phase === 'open'
  }

  get watching(): boolean {
    return this.#dialogue.watching
  }

  get trusted(): boolean {
    return this.#dialogue.trusted
  }

  data(chunk: Buffer): void {
    this.#shielded(() => {
      if (this.#phase !== 'open') return
      const known = this.#answerKnown(chunk)
      if (known === chunk.length && this.#outgoing.waiting === 0) return
      const stranger = this.#intake.push(known === 0 ? chunk : chunk.subarray(known))
      if (stranger) this.#turnAway(stranger)
      else this.#process()
    })
  }

  /** What has come in is a first client's whole message. */
  settled(): void {
    this.#shielded(() => this.#process())
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
      this.#outgoing.drain()
      if (this.#outgoing.waiting === 0) this.#process()
      else this.#tellBooks()
    })
  }

  /** Lines for a watcher. Closes it where too much waits already; nobody else waits for it. */
  push(lines: Shared<Buffer>): void {
    this.#shielded(() => {
      if (this.#phase !== 'open') return
      const { opening } = this.#dialogue
      if (opening) opening.hold(lines)
      else this.#outgoing.sendPush(lines)
      this.#tellBooks()
      const waiting = (opening?.heldBytes ?? 0) + this.#outgoing.waitingPushBytes
      if (waiting <= this.#parts.limits.maxWaitingPushBytes) return
      this.#parts.met('slowWatcher')
      this.#parts.log({ event: 'watcher.slow', ...this.remote, bytes: waiting })
      this.abandon()
    })
  }

  /** Something of its call. It waits for no opening state and does not count as a change. */
  tell(push: CallPush): void {
    this.#shielded(() => {
      if (this.#phase !== 'open') return
      this.#outgoing.send(this.#dialogue.tell(push))
      this.#tellBooks()
    })
  }

  hasRoom(bytes: number): boolean {
    return this.#outgoing.waiting + bytes <= this.#parts.limits.maxWaitingSignalBytes
  }

  talks(on: boolean): void {
    this.#intake.talks(on)
  }

  /** Closes for the server's own reasons, after everything that waits and one last line. */
  sayGoodbye(push: Extract<Push, { kind: 'bye' }>): void {
    if (this.#phase === 'open') this.#finish(formatPush(push, this.#dialogue.framing))
  }

  /** Refuses the connection as a whole and closes it. */
  refuseAndClose(code: RefusalCode): void {
    if (this.#phase === 'open') this.#finish(this.#dialogue.refuse(code))
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
    this.#intake.close()
    this.#rest?.cancel()
    try {
      this.#dialogue.leave()
    } finally {
      this.#phase = 'closed'
      this.#outgoing.clear()
      this.#tellBooks()
    }
  }

  /** The hot path (known-answers.ts). Returns how many bytes of the chunk that took. */
  #answerKnown(chunk: Buffer): number {
    const ready = this.#dialogue.asksFreely && this.#intake.atLine && !this.#rest
    if (!ready || this.#outgoing.waiting > 0) return 0
    const { knownAnswers, snapshots } = this.#parts
    if (isList(chunk) && this.#intake.allowance > 0) {
      this.#intake.spend(1)
      this.#outgoing.sendShared(snapshots.list)
      return chunk.length
    }
    const taken = knownAnswers.take(chunk, this.#intake.allowance)
    if (taken === 0) return 0
    this.#intake.spend(knownAnswers.lines)
    this.#outgoing.sendBytes(knownAnswers.answers, knownAnswers.written)
    return taken
  }

  #process(): void {
    const turn = new Turn(this.#parts.limits)
    this.#dialogue.framing = this.#intake.framing
    while (this.#phase === 'open' && !this.#rest && this.#outgoing.waiting === 0) {
      const batch = this.#nextReplies(turn)
      const list = this.#dialogue.takeList()
      if (batch === '' && !list) break
      this.#outgoing.send(batch)
      if (list) this.#outgoing.sendShared(list.bytes, list.length)
      turn.countReplies(batch.length + (list?.length ?? 0))
      this.#restAfter(turn)
    }
    if (this.#outgoing.waiting > 0) this.#pause()
    else if (this.#phase === 'saying-goodbye') this.#shutdown()
    else if (this.#rest && this.#phase === 'open') this.#pause()
    else if (this.#inputEnded && this.#phase === 'open') this.#finish('')
    else this.#unpause()
    this.#tellBooks()
  }

  /**
   * The replies to what has come in, up to a batch or to a long list, which follows them; empty when
   * nothing is left to answer.
   */
  #nextReplies(turn: Turn): string {
    let batch = ''
    while (batch.length < batchCharacters) {
      if (this.#dialogue.opening) {
        batch += this.#nextOfOpening(this.#dialogue.opening)
        continue
      }
      const message = turn.over ? undefined : this.#intake.next()
      if (!message) break
      turn.count(message.kind === 'too-fast')
      if (message.kind === 'too-fast') {
        this.#parts.met('tooFast')
        batch += formatReply({ kind: 'refused', code: 'too-fast' }, this.#dialogue.framing)
        continue
      }
      if (message.kind === 'stranger') {
        this.#turnAway(message.stranger)
        return ''
      }
      if (message.kind === 'too-long') {
        this.#parts.met('lineTooLong')
        this.#finish(batch + this.#dialogue.refuse('line-too-long'))
        return ''
      }
      batch += this.#dialogue.answer(message)
      if (this.#dialogue.answersWithList) return batch
      if (this.#dialogue.over) {
        this.#finish(batch)
        return ''
      }
      this.#intake.unhurried = this.trusted
      if (this.#dialogue.asksToWatch) {
        // Changes not yet told belong to the state that follows, and would be told twice.
        this.#tellBooks()
        this.#dialogue.open()
      }
    }
    return batch
  }

  #nextOfOpening(opening: OpeningState): string {
    const lines = opening.take(batchCharacters)
    if (opening.done) {
      this.#outgoing.countPush(opening.heldBytes)
      this.#dialogue.endOpening()
    }
    return lines
  }

  /** Where a turn was long, the others have theirs first; where it went too fast, there is a pause. */
  #restAfter(turn: Turn): void {
    if (this.#phase !== 'open') return
    const more = this.#intake.holdsMessages || this.#dialogue.opening !== undefined
    const milliseconds = turn.restMs(more)
    if (milliseconds === undefined) return
    if (milliseconds > 0 && !this.#intake.mayRest()) {
      this.#parts.met('relentless')
      this.#parts.log({ event: 'connection.relentless', ...this.remote })
      this.sayGoodbye({ kind: 'bye', code: 'too-fast', text: byeText['too-fast'] })
      return
    }
    this.#rest = rest(milliseconds, () => {
      this.#rest = undefined
      this.#shielded(() => this.#process())
    })
  }

  /** Says the last words; once they are out, waits for the other end to close. */
  #finish(lastWords: string): void {
    this.#dialogue.leave()
    this.#intake.close()
    this.#phase = 'saying-goodbye'
    this.#outgoing.send(lastWords)
    if (this.#outgoing.waiting === 0) this.#shutdown()
    this.#tellBooks()
  }

  #shutdown(): void {
    if (this.#inputEnded) {
      this.#close()
      return
    }
    // Closing both directions while the other end still sends would make the kernel answer with a
    // reset, which can overtake and destroy the last reply.
    this.#phase = 'closing'
    this.#outgoing.saidGoodbye()
    this.#unpause()
    this.#wire.shutdown()
  }

  #close(): void {
    this.gone()
    this.#wire.end()
  }

  #turnAway(protocol: Stranger): void {
    this.#parts.log({ event: 'stranger.refused', ...this.remote, protocol })
    this.#finish(strangerAnswer(this.#parts.webUrl()))
  }

  #shielded(act: () => void): void {
    try {
      act()
      // Of a peer that resets while it is not read from, Bun may tell nothing but a failed write.
      if (this.#outgoing.lost && this.#phase !== 'closed') this.abandon()
    } catch (error) {
      this.#parts.failed(this, error)
    }
  }

  get #ownBytes(): number {
    return this.#intake.heldBytes + this.#outgoing.ownBytes
  }

  /** Every request could change what the server keeps books of; nearly none does. */
  #tellBooks(): void {
    const held = this.#ownBytes
    if (held !== this.#bookedBytes) {
      this.#parts.held.add(held - this.#bookedBytes)
      this.#bookedBytes = held
    }
    const { waitingFor, watching, trusted } = this
    const known = this.#booked
    if (
      waitingFor === known.waitingFor &&
      watching === known.watching &&
      trusted === known.trusted
    ) {
      return
    }
    this.#booked = { waitingFor, watching, trusted }
    this.#parts.changed(this)
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
}

/** What the server keeps books of. */
type Standing = Pick<Connection, 'waitingFor' | 'watching' | 'trusted'>

const isList = (chunk: Buffer) => chunk.length === listLine.length && listLine.equals(chunk)

/** Shared by all who are as they came. */
const newcomer: Standing = { waitingFor: 'sign-in', watching: false, trusted: false }
const trustedNewcomer: Standing = { ...newcomer, trusted: true }
