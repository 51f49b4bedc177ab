import { formatPush } from '../../wire/push.ts'
import type { Shared } from '../../wire/shared.ts'
import type { Registration } from '../directory/registration.ts'

export type Presence = {
  /** In order of registration. */
  here: Shared<readonly Registration[]>
  /** The peers that take calls here. */
  ready: readonly Registration[]
  /** The peers in a call. */
  busy: readonly Registration[]
}

/**
 * The state that a watcher is told first: everybody who was registered when it asked, written out
 * a piece at a time as the reader takes it, so that a directory of any size costs one reader no
 * more than lists of references. What changes meanwhile is held, and told when that is done.
 */
export class OpeningState {
  readonly #lines: Iterator<string>
  readonly #here: Presence['here']
  /** Shared with the other watchers. */
  #held: Shared<Buffer>[] = []
  #heldBytes = 0
  #done = false

  constructor(presence: Presence) {
    this.#lines = linesOf(presence)
    this.#here = presence.here
    this.#here.hold()
  }

  get done(): boolean {
    return this.#done
  }

  /** Bytes of changes that wait for the state to be taken. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  hold(lines: Shared<Buffer>): void {
    lines.hold()
    this.#held.push(lines)
    this.#heldBytes += lines.size
  }

  /** Of what others hold too, the part that is for this one. */
  get sharedBytes(): number {
    return this.#held.reduce((sum, { share }) => sum + share, this.#here.share)
  }

  /** Nobody reads on: lets go of everything. */
  end(): void {
    for (const lines of this.#held) lines.release()
    this.#held = []
    this.#here.release()
  }

  /** The next lines, of about that many characters; with the last, what was held. */
  take(characters: number): string {
    let lines = ''
    while (lines.length < characters) {
      const { value, done } = this.#lines.next()
      if (done) {
        this.#done = true
        return lines + this.#held.map(({ value }) => value.toString()).join('')
      }
      lines += value
    }
    return lines
  }
}

function* linesOf({ here, ready, busy }: Presence): Generator<string, undefined> {
  for (const registration of here.value) yield formatPush({ kind: 'here', ...registration })
  for (const { name, ip } of ready) yield formatPush({ kind: 'ready', name, ip })
  for (const { name, ip } of busy) yield formatPush({ kind: 'busy', name, ip })
  yield formatPush({ kind: 'synced', count: here.value.length })
}
