import type { Shared } from './shared.ts'

/** The writing part of a socket. */
export type Sink = {
  /**
   * Writes `length` bytes from `offset` on, by default everything. Returns how many bytes were
   * taken, or -1 if the socket is closed.
   */
  write(bytes: string | Buffer, offset?: number, length?: number): number
}

/** Waiting bytes, from `start` on. `shared` is set if other outboxes may hold the same bytes. */
type Piece = { bytes: Buffer; start: number; shared: Shared<Buffer> | undefined }

/** One for all empty outboxes, which are nearly all. Nothing is ever added to it. */
const none: Piece[] = []

/** Small pieces are joined into writes of up to this many bytes. A larger piece is never copied. */
const writeBytes = 64 * 1024

/**
 * The bytes that wait to be written to one socket, in order. Bun gives a write to the kernel once,
 * and does not keep the bytes that the kernel did not take. If they were lost, the message would be
 * cut and run into the next one. The owner calls `flush` at each `drain`, and limits `waiting`.
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

  /** Whether a write has failed. The socket cannot be used any more. */
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

  /** This outbox's share of the bytes that several outboxes hold. */
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

  /** Sends the first `length` bytes. What must wait is copied, because the sender reuses `bytes`. */
  sendBytes(bytes: Buffer, length: number): void {
    const taken = this.#waiting > 0 ? 0 : this.#write(bytes, length)
    if (taken >= 0 && taken < length) this.#keep(Buffer.from(bytes.subarray(taken, length)), 0)
  }

  /** Sends the first `length` bytes. Nothing is copied: nobody changes them, and others hold them too. */
  sendShared(shared: Shared<Buffer>, length = shared.value.length): void {
    const taken = this.#waiting > 0 ? 0 : this.#write(shared.value, length)
    if (taken < 0 || taken === length) return
    this.#keep(shared.value.subarray(0, length), taken, shared)
  }

  /** Writes as much as the kernel takes, and returns how many bytes that was. */
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

  /** Drops all waiting bytes, because the socket is closed. */
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

  /** Removes `taken` bytes from the front. */
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
