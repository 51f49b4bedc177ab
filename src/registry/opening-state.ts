import { formatPush } from '../wire/push.ts'
import type { Registration } from './directory.ts'

export type Presence = {
  /** In order of registration. */
  here: readonly Registration[]
  /** Who takes calls here. */
  ready: readonly Registration[]
  /** Who is in a call. */
  busy: readonly Registration[]
}

/**
 * The state that a watcher is told first: everybody who was registered when it asked, written out
 * a piece at a time as the reader takes it, so that a directory of any size costs one reader no
 * more than lists of references. What changes meanwhile is held, and told when that is done.
 */
export class OpeningState {
  readonly #lines: Iterator<string>
  #held: string[] = []
  #heldBytes = 0
  #done = false

  constructor(presence: Presence) {
    this.#lines = linesOf(presence)
  }

  get done(): boolean {
    return this.#done
  }

  /** Bytes of changes that wait for the state to be taken. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  hold(line: string, bytes: number): void {
    this.#held.push(line)
    this.#heldBytes += bytes
  }

  /** The next lines, of about that many characters; with the last, what was held. */
  take(characters: number): string {
    let lines = ''
    while (lines.length < characters) {
      const { value, done } = this.#lines.next()
      if (done) {
        this.#done = true
        return lines + this.#held.join('')
      }
      lines += value
    }
    return lines
  }
}

function* linesOf({ here, ready, busy }: Presence): Generator<string, undefined> {
  for (const registration of here) yield formatPush({ kind: 'here', ...registration })
  for (const { name, ip } of ready) yield formatPush({ kind: 'ready', name, ip })
  for (const { name, ip } of busy) yield formatPush({ kind: 'busy', name, ip })
  yield formatPush({ kind: 'synced', count: here.length })
}
