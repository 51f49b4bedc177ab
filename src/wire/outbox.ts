/** Shared by all who keep nothing, which is nearly everybody. Never written to. */
const none: Buffer[] = []

/** A socket, as far as it is written to. */
export type Sink = {
  /**
   * Of a buffer, `length` bytes from `offset` on, by default all. Returns how many bytes it took,
   * or -1 where it is closed.
   */
  write(bytes: string | Buffer, offset?: number, length?: number): number
}

/**
 * What waits to be written to one socket, in order. Bun hands a write to the kernel once and
 * keeps nothing of what the kernel did not take; dropping that rest would splice two messages
 * together. Whoever owns the socket calls `flush` when it drains, and bounds `waiting`.
 */
export class Outbox {
  readonly #sink: Sink
  #queue: Buffer[] = none
  #waiting = 0
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

  send(text: string): void {
    if (text === '') return
    if (this.#waiting > 0) {
      this.#keep(Buffer.from(text))
      return
    }
    const taken = this.#write(text)
    if (taken < 0 || taken === Buffer.byteLength(text)) return
    this.#keep(Buffer.from(text).subarray(taken))
  }

  /** The first `length` bytes of what the sender will use again. */
  sendBytes(bytes: Buffer, length: number): void {
    if (this.#waiting > 0) {
      this.#keep(Buffer.from(bytes.subarray(0, length)))
      return
    }
    const taken = this.#sink.write(bytes, 0, length)
    if (taken < 0) this.#lost = true
    else if (taken < length) this.#keep(Buffer.from(bytes.subarray(taken, length)))
  }

  /** Writes on; returns how many bytes were taken. */
  flush(): number {
    const before = this.#waiting
    if (before === 0) return 0
    const bytes = this.#queue.length === 1 ? (this.#queue[0] as Buffer) : Buffer.concat(this.#queue)
    const taken = this.#write(bytes)
    if (taken < 0) {
      this.clear()
      return 0
    }
    this.#queue = taken < bytes.length ? [bytes.subarray(taken)] : none
    this.#waiting = bytes.length - taken
    return taken
  }

  /** Forgets what waits: the socket is gone. */
  clear(): void {
    this.#queue = none
    this.#waiting = 0
  }

  #write(bytes: string | Buffer): number {
    const taken = this.#sink.write(bytes)
    if (taken < 0) this.#lost = true
    return taken
  }

  #keep(bytes: Buffer): void {
    if (this.#waiting === 0) this.#queue = []
    this.#queue.push(bytes)
    this.#waiting += bytes.length
  }
}
