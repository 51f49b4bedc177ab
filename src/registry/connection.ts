import type { Endpoint } from '../endpoint.ts'
import type { Log, LogEntry } from '../log.ts'
import { Framer } from '../wire/lines.ts'
import type { Framing, Push, RefusalCode } from '../wire/message.ts'
import { Outbox } from '../wire/outbox.ts'
import { formatPush } from '../wire/push.ts'
import { formatReply } from '../wire/reply.ts'
import { parseRequest } from '../wire/request.ts'
import { type Stranger, strangerAnswer, strangerBytes, strangerOf } from '../wire/stranger.ts'
import { type Conversation, type House, leave, refused, type Step, step } from './conversation.ts'
import type { RegistryLimits } from './limits.ts'
import { OpeningState } from './opening-state.ts'

/** What a connection needs of its socket. */
export type Wire = {
  write(bytes: string | Buffer): number
  pause(): void
  resume(): void
  /** Sends FIN; what the other end still sends is read. */
  shutdown(): void
  /** Closes both directions, orderly. */
  end(): void
  /** Closes at once: what was not read or written is lost. */
  terminate(): void
}

export type ConnectionParts = {
  house: House
  limits: RegistryLimits
  log: Log
  /** Unix time, or any clock that only goes forward, in milliseconds. */
  now: () => number
  /** Counts a connection that is closed for meeting a limit. */
  met: (limit: LimitMet) => void
  /** Where the web page is, for browsers that dial the wrong port. */
  webUrl: () => string
  /** Tells the server's books that this connection began or stopped to watch, wait or close. */
  changed: (connection: Connection) => void
}

/** The limits that close a connection. */
export type LimitMet = 'stalled' | 'signIn' | 'full' | 'slowWatcher' | 'lineTooLong'

/** Replies are handed to the socket when they reach this size, so that a batch stays bounded. */
const batchCharacters = 64 * 1024

/**
 * One connection: bytes in, conversation, bytes out. However many requests a data event brings,
 * their replies go out in one write; while replies wait to be read, no request is looked at and
 * the socket is paused, so that a slow reader waits alone and costs bounded memory.
 */
export class Connection {
  readonly remote: Endpoint
  readonly #wire: Wire
  readonly #parts: ConnectionParts
  readonly #framer: Framer
  readonly #outbox: Outbox
  #conversation: Conversation
  /** `closing`: everything is said; it only remains that the other end closes too. */
  #phase: 'open' | 'saying-goodbye' | 'closing' | 'closed' = 'open'
  #firstBytes: Buffer | undefined = Buffer.alloc(0)
  #quiet: Timer | undefined
  #inputEnded = false
  #paused = false
  #opening: OpeningState | undefined
  /** Changes that came while the opening state was still being sent. */
  #heldPushes: string[] = []
  #heldPushBytes = 0
  /** Of what waits in the outbox, at most so much is pushes. */
  #queuedPushBytes = 0
  readonly #openedAt: number
  /** When its reader last took something of what waits, or it was told goodbye. */
  #progressAt: number

  constructor(wire: Wire, remote: Endpoint, trusted: boolean, parts: ConnectionParts) {
    this.remote = remote
    this.#wire = wire
    this.#parts = parts
    this.#framer = new Framer(parts.limits.maxLineBytes)
    this.#outbox = new Outbox((bytes) => wire.write(bytes))
    this.#conversation = { state: 'anonymous', trusted, watching: false }
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

  get #framing(): Framing {
    return this.#framer.framing === 'bare' ? 'bare' : 'lines'
  }

  data(chunk: Buffer): void {
    if (this.#phase !== 'open') return
    this.#stopQuiet()
    if (this.#firstBytes) {
      const stranger = this.#judge(chunk)
      if (stranger) {
        this.#turnAway(stranger)
        return
      }
    }
    this.#framer.push(chunk)
    if (this.#framer.mayBeBare) this.#awaitQuiet()
    this.#process()
  }

  /** The other end sends no more: what came before is answered, then it is over. */
  inputEnd(): void {
    this.#stopQuiet()
    this.#inputEnded = true
    if (this.#phase === 'closing') {
      this.#close()
      return
    }
    this.#framer.end()
    this.#process()
  }

  /** The socket takes bytes again. */
  drain(): void {
    if (this.#outbox.flush() > 0) this.#progressAt = this.#parts.now()
    this.#queuedPushBytes = Math.min(this.#queuedPushBytes, this.#outbox.waiting)
    if (this.#outbox.waiting === 0) this.#process()
  }

  /** One line for a watcher. Closes it where too much waits already; nobody else waits for it. */
  push(line: string): void {
    if (this.#phase !== 'open') return
    const bytes = Buffer.byteLength(line)
    if (this.#opening) {
      this.#heldPushes.push(line)
      this.#heldPushBytes += bytes
    } else {
      this.#send(line)
      this.#queuedPushBytes = Math.min(this.#queuedPushBytes + bytes, this.#outbox.waiting)
    }
    const waiting = this.#heldPushBytes + this.#queuedPushBytes
    if (waiting <= this.#parts.limits.maxWaitingPushBytes) return
    this.#parts.met('slowWatcher')
    this.#parts.log({ event: 'watcher.slow', ...this.remote, bytes: waiting })
    this.abandon()
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
    this.gone()
    this.#wire.terminate()
  }

  /** The socket is closed, by whoever: nothing of the connection may remain. */
  gone(): void {
    this.#stopQuiet()
    this.#leave()
    this.#phase = 'closed'
    this.#outbox.clear()
    this.#opening = undefined
    this.#heldPushes = []
    this.#parts.changed(this)
  }

  #process(): void {
    while (this.#phase === 'open' && this.#outbox.waiting === 0) {
      const batch = this.#nextReplies()
      if (batch === '') break
      this.#send(batch)
    }
    if (this.#outbox.waiting > 0) this.#pause()
    else if (this.#phase === 'saying-goodbye') this.#shutdown()
    else if (this.#inputEnded && this.#phase === 'open') this.#finish('')
    else this.#unpause()
    this.#parts.changed(this)
  }

  /** The replies to what has come in, up to a batch; empty when nothing is left to answer. */
  #nextReplies(): string {
    let batch = ''
    while (batch.length < batchCharacters) {
      if (this.#opening) {
        batch += this.#opening.take(batchCharacters)
        if (this.#opening.done) batch += this.#endOpening()
        continue
      }
      const message = this.#framer.next()
      if (!message) break
      if (message.kind === 'too-long') {
        this.#parts.met('lineTooLong')
        this.#finish(batch + this.#refusal('line-too-long'))
        return ''
      }
      const { next, reply, log } =
        message.kind === 'text' ? this.#step(message.text) : refused(this.#conversation, 'bad-utf8')
      this.#conversation = next
      if (log) this.#log(log)
      if (reply.kind === 'watching') this.#opening = this.#open()
      else batch += formatReply(reply, this.#framing)
      if (next.state === 'over') {
        this.#finish(batch)
        return ''
      }
    }
    return batch
  }

  #step(text: string): Step {
    const request = parseRequest(text)
    if (!request.ok) return refused(this.#conversation, request.error)
    const asker = { remote: this.remote, framing: this.#framing }
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
    return new OpeningState(this.#parts.house.directory.all())
  }

  #endOpening(): string {
    const held = this.#heldPushes.join('')
    this.#opening = undefined
    this.#heldPushes = []
    this.#queuedPushBytes += this.#heldPushBytes
    this.#heldPushBytes = 0
    return held
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

  #judge(chunk: Buffer): Stranger | null | undefined {
    const first = Buffer.concat([this.#firstBytes ?? Buffer.alloc(0), chunk]).subarray(
      0,
      strangerBytes,
    )
    const stranger = strangerOf(first)
    this.#firstBytes = stranger === undefined ? first : undefined
    return stranger
  }

  #turnAway(protocol: Stranger): void {
    this.#parts.log({ event: 'stranger.refused', ...this.remote, protocol })
    this.#finish(strangerAnswer(this.#parts.webUrl()))
  }

  #awaitQuiet(): void {
    this.#quiet = setTimeout(() => {
      this.#framer.settleAsBare()
      this.#process()
    }, this.#parts.limits.bareQuietMs)
  }

  #stopQuiet(): void {
    clearTimeout(this.#quiet)
    this.#quiet = undefined
  }

  #log(entries: LogEntry[]): void {
    for (const entry of entries) this.#parts.log(entry)
  }
}
