import { Outbox, type Sink } from '../../wire/outbox.ts'
import type { Shared } from '../../wire/shared.ts'

/**
 * The outgoing side of one connection: what waits for its reader, how much of that is changes, and
 * since when the reader has taken nothing.
 */
export class Outgoing extends Outbox {
  readonly #now: () => number
  #progressAt: number
  /** Of what waits, at most so much is changes. */
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

  /** When the reader last took something of what waits, or was told goodbye. */
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

  /** Changes: they count, as long as they wait. */
  sendPush(lines: Shared<Buffer>): void {
    this.sendShared(lines)
    this.#waitingPushBytes = Math.min(this.#waitingPushBytes + lines.size, this.waiting)
  }

  /** Changes that are about to be sent with something else. */
  countPush(bytes: number): void {
    this.#waitingPushBytes += bytes
  }

  /** The socket takes bytes again. */
  drain(): void {
    if (this.flush() > 0) this.#progressAt = this.#now()
    this.#waitingPushBytes = Math.min(this.#waitingPushBytes, this.waiting)
  }

  /** Everything is said: its reader's time begins anew. */
  saidGoodbye(): void {
    this.#progressAt = this.#now()
  }
}
