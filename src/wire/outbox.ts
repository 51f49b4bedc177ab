/**
 * What waits to be written to one socket, in order. Bun hands a write to the kernel once and
 * keeps nothing of what the kernel did not take; dropping that rest would splice two messages
 * together. Whoever owns the socket calls `flush` when it drains, and bounds `waiting`.
 */
export class Outbox {
  readonly #write: (bytes: string | Buffer) => number
  #queue: Buffer[] = []
  #waiting = 0

  /** `write` returns how many bytes it took, or -1 on a closed socket. */
  constructor(write: (bytes: string | Buffer) => number) {
    this.#write = write
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
    this.#queue = taken < bytes.length ? [bytes.subarray(taken)] : []
    this.#waiting = bytes.length - taken
    return taken
  }

  /** Forgets what waits: the socket is gone. */
  clear(): void {
    this.#queue = []
    this.#waiting = 0
  }

  #keep(bytes: Buffer): void {
    this.#queue.push(bytes)
    this.#waiting += bytes.length
  }
}
