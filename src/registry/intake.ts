import { type Framed, Framer } from '../wire/lines.ts'
import type { Framing } from '../wire/message.ts'
import { FirstBytes, type Stranger } from '../wire/stranger.ts'
import type { RegistryLimits } from './limits.ts'

export type IntakeParts = {
  limits: RegistryLimits
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  /** The quiet is over: what has come in is a first client's whole message. */
  settled: () => void
}

/**
 * The incoming side of one connection: what dialled here, how its messages are told apart, and how
 * long each may be.
 */
export class Intake {
  readonly #parts: IntakeParts
  readonly #framer: Framer
  readonly #firstBytes = new FirstBytes()
  #quiet: Timer | undefined
  /** Until when a signal that was under way when the call ended is not too long. */
  #longUntil: number | undefined

  constructor(parts: IntakeParts) {
    this.#parts = parts
    this.#framer = new Framer(parts.limits.maxLineBytes)
  }

  /** Until it is settled, as lines. */
  get framing(): Framing {
    return this.#framer.framing === 'bare' ? 'bare' : 'lines'
  }

  /** Takes in some bytes. A stranger's are not kept. */
  push(chunk: Buffer): Stranger | undefined {
    this.stopWaiting()
    const stranger = this.#firstBytes.judge(chunk)
    if (stranger) return stranger
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

  next(): Framed | undefined {
    return this.#framer.next()
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
      this.#parts.settled()
    }, this.#parts.limits.bareQuietMs)
  }

  #shorten(): void {
    if (this.#longUntil === undefined || this.#parts.now() < this.#longUntil) return
    this.#longUntil = undefined
    this.#framer.maxBytes = this.#parts.limits.maxLineBytes
  }
}
