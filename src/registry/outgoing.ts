import { Outbox } from '../wire/outbox.ts'
import type { Wire } from './connection-parts.ts'

/**
 * The outgoing side of one connection: what waits for its reader, how much of that is changes, and
 * since when the reader has taken nothing.
 */
export class Outgoing {
  readonly #outbox: Outbox
  readonly #now: () => number
  #progressAt: number
  /** Of what waits in the outbox, at most so much is changes. */
  #waitingPushBytes = 0

  /** `now` is any clock that only goes forward, in milliseconds. */
  constructor(wire: Wire, now: () => number) {
    this.#outbox = new Outbox(wire)
    this.#now = now
    this.#progressAt = now()
  }

  /** Bytes that the reader has not taken yet. */
  get waiting(): number {
    return this.#outbox.waiting
  }

  get waitingPushBytes(): number {
    return this.#waitingPushBytes
  }

  /** When the reader last took something of what waits, or was told goodbye. */
  get progressAt(): number {
    return this.#progressAt
  }

  /** Of a peer that resets while it is not read from, Bun may tell nothing but a failed write. */
  get lost(): boolean {
    return this.#outbox.lost
  }

  send(text: string): void {
    const before = this.#outbox.waiting
    this.#outbox.send(text)
    if (before === 0 && this.#outbox.waiting > 0) this.#progressAt = this.#now()
  }

  /** Changes: they count, as long as they wait. */
  sendPush(lines: string, bytes: number): void {
    this.send(lines)
    this.#waitingPushBytes = Math.min(this.#waitingPushBytes + bytes, this.#outbox.waiting)
  }

  /** Changes that are about to be sent with something else. */
  countPush(bytes: number): void {
    this.#waitingPushBytes += bytes
  }

  /** The socket takes bytes again. */
  drain(): void {
    if (this.#outbox.flush() > 0) this.#progressAt = this.#now()
    this.#waitingPushBytes = Math.min(this.#waitingPushBytes, this.#outbox.waiting)
  }

  /** Everything is said: its reader's time begins anew. */
  saidGoodbye(): void {
    this.#progressAt = this.#now()
  }

  clear(): void {
    this.#outbox.clear()
  }
}
