import { formatPush } from '../wire/push.ts'
import type { Registration } from './directory.ts'

/**
 * The state that a watcher is told first: everybody who was registered when it asked, written out
 * a piece at a time as the reader takes it, so that a directory of any size costs one reader no
 * more than a list of references.
 */
export class OpeningState {
  readonly #registrations: readonly Registration[]
  #next = 0
  #synced = false

  constructor(registrations: readonly Registration[]) {
    this.#registrations = registrations
  }

  get done(): boolean {
    return this.#synced
  }

  /** The next lines, of about that many characters. */
  take(characters: number): string {
    let lines = ''
    while (lines.length < characters) {
      const registration = this.#registrations[this.#next]
      if (!registration) {
        this.#synced = true
        return lines + formatPush({ kind: 'synced', count: this.#registrations.length })
      }
      lines += formatPush({ kind: 'here', ...registration })
      this.#next += 1
    }
    return lines
  }
}
