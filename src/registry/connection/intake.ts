import type { RegistryLimits } from '../../limits/registry-limits.ts'
import { aMinute, TokenBucket } from '../../limits/token-bucket.ts'
import { type Framed, Framer } from '../../wire/lines.ts'
import type { Framing } from '../../wire/message.ts'
import { FirstBytes, isRequestLine, type Stranger } from '../../wire/stranger.ts'

export type IntakeParts = {
  limits: RegistryLimits
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
}

/** Told when the quiet is over: what has come in is a first client's whole message. */
export type Settled = { settled(): void }

/** One message, that it came too fast to be looked at, or that it is no client's. */
export type Message =
  | Framed
  | { kind: 'too-fast'; characters: number }
  | { kind: 'stranger'; stranger: Stranger }

/**
 * The incoming side of one connection: what dialled here, how its messages are told apart, how long
 * each may be and how fast they may come.
 */
export class Intake {
  readonly #parts: IntakeParts
  readonly #listener: Settled
  readonly #framer: Framer
  /** Until it is certain that they are no stranger's. */
  #firstBytes: FirstBytes | undefined = new FirstBytes()
  #begun = false
  #quiet: Timer | undefined
  /** Until when a signal that was under way when the call ended is not too long. */
  #longUntil: number | undefined
  /** None for connections that never need one. */
  #requests: TokenBucket | undefined
  #rests: TokenBucket | undefined

  constructor(parts: IntakeParts, listener: Settled) {
    this.#parts = parts
    this.#listener = listener
    this.#framer = new Framer(parts.limits.maxLineBytes)
  }

  /** Until it is settled, as lines. */
  get framing(): Framing {
    return this.#framer.framing === 'bare' ? 'bare' : 'lines'
  }

  /** Takes in some bytes. A stranger's are not kept. */
  push(chunk: Buffer): Stranger | undefined {
    this.stopWaiting()
    if (this.#firstBytes) {
      const stranger = this.#firstBytes.judge(chunk)
      if (stranger) return stranger
      if (this.#firstBytes.decided) this.#firstBytes = undefined
    }
    this.#shorten()
    this.#framer.push(chunk)
    if (this.#framer.mayBeBare) this.#awaitQuiet()
    return undefined
  }

  /** At the end of input, what is left counts as a message. */
  end(): void {
    this.stopWaiting()
    this.#framer.end()
  }

  /** Nothing more is looked at. */
  close(): void {
    this.stopWaiting()
    this.#framer.close()
  }

  /** Bytes that are kept for what was not looked at yet. */
  get heldBytes(): number {
    return this.#framer.heldBytes
  }

  /** The next message; a trusted connection's may come as fast as they like. */
  next(trusted: boolean): Message | undefined {
    const message = this.#framer.next()
    if (message && !this.#begun) {
      this.#begun = true
      if (message.kind === 'text' && isRequestLine(message.text, this.framing)) {
        return { kind: 'stranger', stranger: 'HTTP' }
      }
    }
    if (!message || message.kind === 'too-long' || trusted) return message
    this.#requests ??= this.#newBucket()
    if (!this.#requests.take() && !isQuit(message))
      return { kind: 'too-fast', characters: charactersOf(message) }
    this.#requests.spend(this.#partsOf(message))
    return message
  }

  /** As how many requests more a message counts for its length. */
  #partsOf(message: Framed): number {
    return Math.floor(charactersOf(message) / this.#parts.limits.charactersPerRequest)
  }

  #newBucket(): TokenBucket {
    const { requestsPerSecond, requestBurst } = this.#parts.limits
    const rate = { perSecond: requestsPerSecond, burst: requestBurst }
    return new TokenBucket(rate, this.#parts.now)
  }

  /** Whether what comes next begins a line, and nothing before it is still to be read. */
  get atLine(): boolean {
    return this.#framer.atLine && this.#firstBytes === undefined && this.#longUntil === undefined
  }

  /** How many messages may come now without coming too fast. */
  allowance(trusted: boolean): number {
    if (trusted) return Number.POSITIVE_INFINITY
    this.#requests ??= this.#newBucket()
    return this.#requests.available
  }

  /** It has to rest for coming too fast; whether it may go on after that. */
  mayRest(): boolean {
    const { restsPerMinute, restBurst } = this.#parts.limits
    this.#rests ??= new TokenBucket(aMinute(restsPerMinute, restBurst), this.#parts.now)
    return this.#rests.take()
  }

  /** Messages that were read without being asked for one by one. */
  spend(messages: number, trusted: boolean): void {
    if (!trusted) this.#requests?.spend(messages)
  }

  /**
   * A reply of so many bytes counts as a request for each `bytesPerRequest` that it has begun. One
   * was counted when the message was read. It may be more than is left; then the next ones wait.
   */
  countReply(bytes: number, trusted: boolean): void {
    this.spend(Math.ceil(bytes / this.#parts.limits.bytesPerRequest) - 1, trusted)
  }

  /** Whether whole messages wait for nothing but to be asked for. */
  get holdsMessages(): boolean {
    return this.#framer.holdsLines
  }

  /** While talking, a message may be as long as a signal. */
  talks(on: boolean): void {
    const { maxLineBytes, maxSignalLineBytes, lateSignalMs } = this.#parts.limits
    if (on) this.#framer.maxBytes = Math.max(maxLineBytes, maxSignalLineBytes)
    this.#longUntil = on ? undefined : this.#parts.now() + lateSignalMs
  }

  stopWaiting(): void {
    clearTimeout(this.#quiet)
    this.#quiet = undefined
  }

  #awaitQuiet(): void {
    this.#quiet = setTimeout(() => {
      this.#framer.settleAsBare()
      this.#listener.settled()
    }, this.#parts.limits.bareQuietMs)
  }

  #shorten(): void {
    if (this.#longUntil === undefined || this.#parts.now() < this.#longUntil) return
    this.#longUntil = undefined
    this.#framer.maxBytes = this.#parts.limits.maxLineBytes
  }
}

/** How much of a message there was to read. Bytes that are no text count for nothing. */
export function charactersOf(message: Message): number {
  if (message.kind === 'too-fast') return message.characters
  return message.kind === 'text' ? message.text.length : 0
}

/** A client that floods may still leave. */
const isQuit = (message: Framed) => message.kind === 'text' && message.text === 'quit'
