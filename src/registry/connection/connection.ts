import type { Endpoint } from '../../endpoint.ts'
import type { RegistryLimits } from '../../limits/registry-limits.ts'
import type { CallPush, Push, RefusalCode } from '../../wire/message.ts'
import type { Sink } from '../../wire/outbox.ts'
import { formatPush } from '../../wire/push.ts'
import { byeText } from '../../wire/refusal.ts'
import type { Shared } from '../../wire/shared.ts'
import { type Stranger, strangerAnswer } from '../../wire/stranger.ts'
import type { Line } from '../calls/call.ts'
import type { Rights } from '../entrance/lock.ts'
import { Answering } from './answering.ts'
import { Dialogue, type DialogueParts } from './dialogue.ts'
import type { Held } from './held-bytes.ts'
import { Intake } from './intake.ts'
import { Outgoing } from './outgoing.ts'
import { type Rest, rest, Turn } from './turn.ts'

/** What a connection needs of its socket. */
export type ConnectionSocket = Sink & {
  pause(): void
  resume(): void
  /** Sends FIN; what the other end still sends is read. */
  shutdown(): void
  /** Closes both directions, orderly. */
  end(): void
  /** Closes at once: what was not read or written is lost. */
  terminate(): void
}

/** What all connections share. */
export type ConnectionParts = DialogueParts & {
  /** Counts the bytes that are held for all connections. */
  held: Held
  limits: RegistryLimits
  /** Unix time, or any clock that only goes forward, in milliseconds. */
  now: () => number
  /** Where the web page is, for browsers that dial the wrong port, if there is one. */
  webUrl: () => string | undefined
  /** Called when this connection began or stopped to watch, to wait or to be trusted. */
  changed: (connection: Connection) => void
  /** Something threw that has to do with this connection: a bug, which is to end it alone. */
  failed: (connection: Connection, error: unknown) => void
}

/**
 * One connection: bytes in, dialogue, bytes out. However many requests a data event brings,
 * their replies go out in one write. While replies wait to be read, no request is looked at and
 * the socket is paused: a slow reader waits alone and costs bounded memory. A connection that asks
 * for much at once waits for the others' turn; one that asks too fast waits for a while.
 *
 * Whatever throws in here is a bug, and is made to end this connection alone.
 *
 * Longer than other files: reading, pausing and closing depend on one phase.
 */
export class Connection implements Line {
  readonly remote: Endpoint
  readonly #socket: ConnectionSocket
  readonly #parts: ConnectionParts
  readonly #intake: Intake
  readonly #dialogue: Dialogue
  readonly #outgoing: Outgoing
  readonly #answering: Answering
  /** `closing`: everything is said; it only remains that the other end closes too. */
  #phase: 'open' | 'saying-goodbye' | 'closing' | 'closed' = 'open'
  #inputEnded = false
  #paused = false
  /** Until it is over, no further request is looked at. */
  #rest: Rest | undefined
  readonly #openedAt: number
  /** As the server was last told. */
  #reported: Standing
  #reportedBytes = 0

  constructor(socket: ConnectionSocket, remote: Endpoint, rights: Rights, parts: ConnectionParts) {
    this.remote = remote
    this.#socket = socket
    this.#parts = parts
    this.#intake = new Intake(parts, this)
    this.#outgoing = new Outgoing(socket, parts.now)
    this.#dialogue = new Dialogue(remote, this, rights, parts)
    this.#answering = new Answering({
      intake: this.#intake,
      dialogue: this.#dialogue,
      outgoing: this.#outgoing,
      shared: parts,
      // Changes that were not told yet belong to the state that follows, and would be told twice.
      beforeOpening: () => this.#report(),
    })
    this.#openedAt = parts.now()
    this.#reported = rights.trusted ? trustedNewcomer : newcomer
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
      const answered = this.#rest ? 0 : this.#answering.answerCached(chunk)
      if (answered === chunk.length && this.#outgoing.waiting === 0) return
      const stranger = this.#intake.push(answered === 0 ? chunk : chunk.subarray(answered))
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
      else this.#report()
    })
  }

  /** Lines for a watcher. Closes it where too much waits already; nobody else waits for it. */
  push(lines: Shared<Buffer>): void {
    this.#shielded(() => {
      if (this.#phase !== 'open') return
      const { opening } = this.#dialogue
      if (opening) opening.hold(lines)
      else this.#outgoing.sendPush(lines)
      this.#report()
      const waiting = (opening?.heldBytes ?? 0) + this.#outgoing.waitingPushBytes
      if (waiting <= this.#parts.limits.maxWaitingPushBytes) return
      this.#parts.limitHit('slowWatcher')
      this.#parts.log({ event: 'watcher.slow', ...this.remote, bytes: waiting })
      this.abandon()
    })
  }

  /** Something of its call. It waits for no opening state and does not count as a change. */
  tell(push: CallPush): void {
    this.#shielded(() => {
      if (this.#phase !== 'open') return
      this.#outgoing.send(this.#dialogue.tell(push))
      this.#report()
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
    if (this.#phase === 'open') this.#finish(formatPush(push, this.#intake.framing))
  }

  /** Refuses the connection as a whole and closes it. */
  refuseAndClose(code: RefusalCode): void {
    if (this.#phase === 'open') this.#finish(this.#dialogue.refuse(code, this.#intake.framing))
  }

  /** Closes at once, whatever waits. */
  abandon(): void {
    try {
      this.gone()
    } finally {
      this.#socket.terminate()
    }
  }

  /** For when even that cannot be done orderly: the socket closes, and says so by `gone`. */
  cut(): void {
    this.#phase = 'closed'
    this.#socket.terminate()
  }

  /** The socket is closed, by either end: nothing of the connection may remain. */
  gone(): void {
    this.#intake.close()
    this.#rest?.cancel()
    try {
      this.#dialogue.leave()
    } finally {
      this.#phase = 'closed'
      this.#outgoing.clear()
      this.#report()
    }
  }

  #process(): void {
    const turn = new Turn(this.#parts.limits)
    while (this.#phase === 'open' && !this.#rest && this.#outgoing.waiting === 0) {
      const { text, next } = this.#answering.next(turn)
      if (next === 'finish') this.#finish(text)
      else if (next !== 'go-on') this.#turnAway(next)
      if (next !== 'go-on') break
      const list = this.#dialogue.takeList(this.#intake.framing)
      if (text === '' && !list) break
      this.#outgoing.send(text)
      if (list) {
        this.#intake.countReply(list.length, this.trusted)
        this.#outgoing.sendShared(list.bytes, list.length)
      }
      turn.countReplies(text.length + (list?.length ?? 0))
      this.#restAfter(turn)
    }
    if (this.#outgoing.waiting > 0) this.#pause()
    else if (this.#phase === 'saying-goodbye') this.#shutdown()
    else if (this.#rest && this.#phase === 'open') this.#pause()
    else if (this.#inputEnded && this.#phase === 'open') this.#finish('')
    else this.#unpause()
    this.#report()
  }

  /** Where a turn was long, the others have theirs first; where it went too fast, there is a pause. */
  #restAfter(turn: Turn): void {
    if (this.#phase !== 'open') return
    const more = this.#intake.holdsMessages || this.#dialogue.opening !== undefined
    const milliseconds = turn.restMs(more)
    if (milliseconds === undefined) return
    if (milliseconds > 0 && !this.#intake.mayRest()) {
      this.#parts.limitHit('relentless')
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
    this.#report()
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
    this.#socket.shutdown()
  }

  #close(): void {
    this.gone()
    this.#socket.end()
  }

  /** A stranger is no client: it gets one answer that its own protocol understands. */
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

  /** Every request could change what the server is told of; nearly none does. */
  #report(): void {
    const held = this.#ownBytes
    if (held !== this.#reportedBytes) {
      this.#parts.held.add(held - this.#reportedBytes)
      this.#reportedBytes = held
    }
    const { waitingFor, watching, trusted } = this
    const known = this.#reported
    if (
      waitingFor === known.waitingFor &&
      watching === known.watching &&
      trusted === known.trusted
    ) {
      return
    }
    this.#reported = { waitingFor, watching, trusted }
    this.#parts.changed(this)
  }

  #pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#socket.pause()
  }

  #unpause(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#socket.resume()
  }
}

/** What the server is told of. */
type Standing = Pick<Connection, 'waitingFor' | 'watching' | 'trusted'>

/** Shared by all connections that have not changed since they came. */
const newcomer: Standing = { waitingFor: 'sign-in', watching: false, trusted: false }
const trustedNewcomer: Standing = { ...newcomer, trusted: true }
