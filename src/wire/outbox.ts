import type { Shared } from './shared.ts'

/** A socket, as far as it is written to. */
export type Sink = {
  /**
   * Of a buffer, `length` bytes from `offset` on, by default all. Returns how many bytes it took,
   * or -1 where it is closed.
   */
  write(bytes: string | Buffer, offset?: number, length?: number): number
}

/** Bytes that wait, from `start` on; `shared` where others hold them too. */
type Piece = { bytes: Buffer; start: number; shared: Shared<Buffer> | undefined }

/** Shared by all outboxes that keep nothing, which are nearly all. Never written to. */
const none: Piece[] = []

/** Small pieces are put together into one write up to so many bytes; a larger one is never copied. */
const writeBytes = 64 * 1024

/**
 * What waits to be written to one socket, in order. Bun hands a write to the kernel once and
 * keeps nothing of what the kernel did not take; dropping that rest would splice two messages
 * together. The owner of the socket calls `flush` when it drains, and bounds `waiting`.
 */
export class Outbox {
  readonly #sink: Sink
  #queue: Piece[] = none
  #waiting = 0
  #own = 0
  #lost = false

  constructor(sink: Sink) {
    this.#sink = sink
  }

  /** A write has failed: the socket is no good any more. */
  get lost(): boolean {
    return this.#lost
  }

  /** Bytes that the kernel has not taken yet. */
  get waiting(): number {
    return this.#waiting
  }

  /** Bytes that are kept for this socket alone. */
  get ownBytes(): number {
    return this.#own
  }

  /** Of what is kept for others too, the part that is for this one. */
  get sharedBytes(): number {
    return this.#queue.reduce((sum, { shared }) => sum + (shared?.share ?? 0), 0)
  }

  send(text: string): void {
    if (text === '') return
    if (this.#waiting > 0) {
      this.#keep(Buffer.from(text), 0)
      return
    }
    const taken = this.#write(text)
    if (taken < 0 || taken === Buffer.byteLength(text)) return
    this.#keep(Buffer.from(Buffer.from(text).subarray(taken)), 0)
  }

  /** The first `length` bytes of what the sender will use again. */
  sendBytes(bytes: Buffer, length: number): void {
    const taken = this.#waiting > 0 ? 0 : this.#write(bytes, length)
    if (taken >= 0 && taken < length) this.#keep(Buffer.from(bytes.subarray(taken, length)), 0)
  }

  /** The first `length` bytes of what nobody changes, and others are sent as well: not copied. */
  sendShared(shared: Shared<Buffer>, length = shared.value.length): void {
    const taken = this.#waiting > 0 ? 0 : this.#write(shared.value, length)
    if (taken < 0 || taken === length) return
    this.#keep(shared.value.subarray(0, length), taken, shared)
  }

  /** Writes on; returns how many bytes were taken. */
  flush(): number {
    const before = this.#waiting
    while (this.#waiting > 0) {
      const bytes = this.#nextWrite()
      const taken = this.#sink.write(bytes)
      if (taken < 0) {
        this.#lost = true
        this.clear()
        return 0
      }
      this.#drop(taken)
      if (taken < bytes.length) break
    }
    return before - this.#waiting
  }

  /** Forgets what waits: the socket is gone. */
  clear(): void {
    for (const { shared } of this.#queue) shared?.release()
    this.#queue = none
    this.#waiting = 0
    this.#own = 0
  }

  #write(bytes: string | Buffer, length?: number): number {
    const taken =
      length === undefined ? this.#sink.write(bytes) : this.#sink.write(bytes, 0, length)
    if (taken < 0) this.#lost = true
    return taken
  }

  #keep(bytes: Buffer, start: number, shared?: Shared<Buffer>): void {
    if (this.#waiting === 0) this.#queue = []
    this.#queue.push({ bytes, start, shared })
    this.#waiting += bytes.length - start
    if (shared) shared.hold()
    else this.#own += bytes.length
  }

  #nextWrite(): Buffer {
    const parts: Buffer[] = []
    let length = 0
    for (const { bytes, start } of this.#queue) {
      if (length > 0 && length + bytes.length - start > writeBytes) break
      parts.push(bytes.subarray(start))
      length += bytes.length - start
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
  }

  /** So many bytes at the front wait no more. */
  #drop(taken: number): void {
    this.#waiting -= taken
    let left = taken
    let done = 0
    for (const piece of this.#queue) {
      const length = piece.bytes.length - piece.start
      if (left < length) {
        piece.start += left
        break
      }
      left -= length
      done += 1
      if (piece.shared) piece.shared.release()
      else this.#own -= piece.bytes.length
    }
    this.#queue = this.#waiting === 0 ? none : this.#queue.slice(done)
  }
}
