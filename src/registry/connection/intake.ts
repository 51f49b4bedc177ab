import type { RegistryLimits } from '../../limits/registry-limits.ts'
import { aMinute, TokenBucket } from '../../limits/token-bucket.ts'
import { type Framed, Framer } from '../../wire/bytes/lines.ts'
import { FirstBytes, isRequestLine, type Stranger } from '../../wire/bytes/stranger.ts'
import type { Framing } from '../../wire/message.ts'

export type IntakeParts = {
  limits: RegistryLimits
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
}

/** `settled` is called when nothing has followed for `bareQuietMs`: the input is a whole bare message. */
export type Settled = { settled(): void }

/** One message; or a message that came too fast and is not read; or a stranger's protocol. */
export type Message =
  | Framed
  | { kind: 'too-fast'; characters: number }
  | { kind: 'stranger'; stranger: Stranger }

/**
 * The input of one connection: recognises strangers, cuts the bytes into messages, and holds the
 * limits for the length and the rate of messages.
 */
export class Intake {
  readonly #parts: IntakeParts
  readonly #listener: Settled
  readonly #framer: Framer
  /** `undefined` as soon as the first bytes are known to be a client's. */
  #firstBytes: FirstBytes | undefined = new FirstBytes()
  #begun = false
  #quiet: Timer | undefined
  /** After a call, long messages are allowed until this time: a signal may still be under way. */
  #longUntil: number | undefined
  /** Created when first needed: many connections never need one. */
  #requests: TokenBucket | undefined
  #rests: TokenBucket | undefined

  constructor(parts: IntakeParts, listener: Settled) {
    this.#parts = parts
    this.#listener = listener
    this.#framer = new Framer(parts.limits.maxLineBytes)
  }

  /** `lines` also while it is undecided. */
  get framing(): Framing {
    return this.#framer.framing === 'bare' ? 'bare' : 'lines'
  }

  /** Takes one chunk. Returns the protocol of a stranger, whose bytes are not kept. */
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

  /** The input has ended: the bytes that are left are the last message. */
  end(): void {
    this.stopWaiting()
    this.#framer.end()
  }

  /** No more messages: all bytes are dropped. */
  close(): void {
    this.stopWaiting()
    this.#framer.close()
  }

  /** Bytes in memory that `next` has not returned yet. */
  get heldBytes(): number {
    return this.#framer.heldBytes
  }

  /** The next message. No limit of the rate applies to a trusted connection. */
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

  /** A long message counts as several requests. Returns how many more than one. */
  #partsOf(message: Framed): number {
    return Math.floor(charactersOf(message) / this.#parts.limits.charactersPerRequest)
  }

  #newBucket(): TokenBucket {
    const { requestsPerSecond, requestBurst } = this.#parts.limits
    const rate = { perSecond: requestsPerSecond, burst: requestBurst }
    return new TokenBucket(rate, this.#parts.now)
  }

  /** Whether the next byte begins a line that the hot path may answer: nothing is pending. */
  get atLine(): boolean {
    return this.#framer.atLine && this.#firstBytes === undefined && this.#longUntil === undefined
  }

  /** How many messages may come now before one is too fast. */
  allowance(trusted: boolean): number {
    if (trusted) return Number.POSITIVE_INFINITY
    this.#requests ??= this.#newBucket()
    return this.#requests.available
  }

  /** Takes one of the rests that the connection may have. False if it has had too many. */
  mayRest(): boolean {
    const { restsPerMinute, restBurst } = this.#parts.limits
    this.#rests ??= new TokenBucket(aMinute(restsPerMinute, restBurst), this.#parts.now)
    return this.#rests.take()
  }

  /** Counts messages that the hot path has answered, without `next`. */
  spend(messages: number, trusted: boolean): void {
    if (!trusted) this.#requests?.spend(messages)
  }

  /**
   * A long reply counts as several requests: one for each `bytesPerRequest`, rounded up. The first was
   * counted with the message. If the bucket has less, it goes below zero and must fill again.
   */
  countReply(bytes: number, trusted: boolean): void {
    this.spend(Math.ceil(bytes / this.#parts.limits.bytesPerRequest) - 1, trusted)
  }

  /** Whether there are whole lines that `next` has not returned yet. */
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

/** Length of a message in UTF-16 code units; 0 for bytes that are not UTF-8. */
export function charactersOf(message: Message): number {
  if (message.kind === 'too-fast') return message.characters
  return message.kind === 'text' ? message.text.length : 0
}

/** `quit` is never refused as too fast. */
const isQuit = (message: Framed) => message.kind === 'text' && message.text === 'quit'
