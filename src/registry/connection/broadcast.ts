import { Shared } from '../../wire/shared.ts'
import type { Connection } from './connection.ts'
import { Held } from './held-bytes.ts'

/** The watchers, and the changes that they are yet to be told. */
export class Broadcast {
  readonly #held: Held
  readonly #watchers = new Set<Connection>()
  #untold = ''
  #telling = false

  constructor(held = new Held()) {
    this.#held = held
  }

  /** One write for a watcher, however many changes a turn of the event loop brings. */
  tellLater(line: string): void {
    if (this.#watchers.size === 0) return
    if (this.#untold === '') setImmediate(() => this.#tellNow())
    this.#untold += line
  }

  /** Takes note where a connection began or stopped to watch. */
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
    // A watcher that is closed for being slow changes the directory in the midst of this. That is
    // told next: those whose turn has not come would hear of it before what went before.
    if (this.#telling || this.#untold === '') return
    const bytes = Buffer.from(this.#untold)
    const lines = new Shared(bytes, bytes.length, (size) => this.#held.add(size))
    this.#untold = ''
    this.#telling = true
    // None of these throws: a bug that a line meets at one watcher is that connection's own.
    for (const watcher of this.#watchers) watcher.push(lines)
    this.#telling = false
  }
}
