import { Outbox, type Sink } from '../../wire/bytes/outbox.ts'
import type { Shared } from '../../wire/bytes/shared.ts'

/**
 * The output of one connection: the bytes that wait, how many of these are changes, and when the
 * reader last took some.
 */
export class Outgoing extends Outbox {
  readonly #now: () => number
  #progressAt: number
  /** Upper bound for the waiting bytes that are changes. */
  #waitingPushBytes = 0

  /** `now` is any clock that only goes forward, in milliseconds. */
  constructor(socket: Sink, now: () => number) {
    super(socket)
    this.#now = now
    this.#progressAt = now()
  }

  get waitingPushBytes(): number {
    return this.#waitingPushBytes
  }

  /** When the reader last took waiting bytes, when bytes began to wait, or when goodbye was said. */
  get progressAt(): number {
    return this.#progressAt
  }

  override send(text: string): void {
    const before = this.waiting
    super.send(text)
    if (before === 0 && this.waiting > 0) this.#progressAt = this.#now()
  }

  override sendBytes(bytes: Buffer, length: number): void {
    const before = this.waiting
    super.sendBytes(bytes, length)
    if (before === 0 && this.waiting > 0) this.#progressAt = this.#now()
  }

  override sendShared(shared: Shared<Buffer>, length?: number): void {
    const before = this.waiting
    super.sendShared(shared, length)
    if (before === 0 && this.waiting > 0) this.#progressAt = this.#now()
  }

  /** Sends changes. They are counted while they wait. */
  sendPush(lines: Shared<Buffer>): void {
    this.sendShared(lines)
    this.#waitingPushBytes = Math.min(this.#waitingPushBytes + lines.size, this.waiting)
  }

  /** Counts changes that are about to be sent together with other text. */
  countPush(bytes: number): void {
    this.#waitingPushBytes += bytes
  }

  /** The socket takes bytes again. */
  drain(): void {
    if (this.flush() > 0) this.#progressAt = this.#now()
    this.#waitingPushBytes = Math.min(this.#waitingPushBytes, this.waiting)
  }

  /** Everything is sent: the time limit for closing begins. */
  saidGoodbye(): void {
    this.#progressAt = this.#now()
  }
}
