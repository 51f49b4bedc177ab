import { Shared } from '../../wire/bytes/shared.ts'
import type { Connection } from './connection.ts'
import { Held } from './held-bytes.ts'

/** The watchers, and the changes that are still to be sent to them. */
export class Broadcast {
  readonly #held: Held
  readonly #watchers = new Set<Connection>()
  #untold = ''
  #telling = false
  #stopped = false

  constructor(held = new Held()) {
    this.#held = held
  }

  /** All changes of one turn of the event loop are one write for each watcher. */
  tellLater(line: string): void {
    if (this.#watchers.size === 0 || this.#stopped) return
    if (this.#untold === '') setImmediate(() => this.#tellNow())
    this.#untold += line
  }

  /** Tells what has happened so far, and nothing after it. */
  stop(): void {
    this.#tellNow()
    this.#stopped = true
  }

  /** Called when a connection may have begun or stopped to watch. */
  changed(connection: Connection): void {
    if (connection.watching === this.#watchers.has(connection)) return
    this.#tellNow()
    if (connection.watching) this.#watchers.add(connection)
    else this.#watchers.delete(connection)
  }

  get watchers(): number {
    return this.#watchers.size
  }

  #tellNow(): void {
    // A slow watcher that is closed in this loop changes the directory. That change waits for the next
    // call: else the watchers later in the loop would get it before the lines that come first.
    if (this.#telling || this.#untold === '') return
    const bytes = Buffer.from(this.#untold)
    const lines = new Shared(bytes, bytes.length, (size) => this.#held.add(size))
    this.#untold = ''
    this.#telling = true
    // `push` does not throw: it ends its own connection if it meets a bug.
    for (const watcher of this.#watchers) watcher.push(lines)
    this.#telling = false
  }
}
