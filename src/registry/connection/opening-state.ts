import type { Shared } from '../../wire/bytes/shared.ts'
import { formatPush } from '../../wire/push.ts'
import type { CallPresence } from '../calls/exchange.ts'
import type { Registration } from '../directory/registration.ts'

export type Presence = {
  /** In order of registration. */
  here: Shared<readonly Registration[]>
  calls: Shared<CallPresence>
  /** The operator's, if there is one. */
  notice?: string
}

/**
 * The state that a watcher is told first: all peers that were registered when it asked. It is written
 * piece by piece, as the watcher reads it, so that even a large directory costs each watcher only
 * lists of references. Changes in the meantime are held, and sent after it.
 */
export class OpeningState {
  readonly #lines: Iterator<string>
  readonly #presence: Presence
  /** Held changes. Other watchers share the same bytes. */
  #held: Shared<Buffer>[] = []
  #heldBytes = 0
  #done = false

  constructor(presence: Presence) {
    this.#lines = linesOf(presence)
    this.#presence = presence
    presence.here.hold()
    presence.calls.hold()
  }

  get done(): boolean {
    return this.#done
  }

  /** Bytes of the held changes. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  hold(lines: Shared<Buffer>): void {
    lines.hold()
    this.#held.push(lines)
    this.#heldBytes += lines.size
  }

  /** This watcher's share of the bytes that several watchers hold. */
  get sharedBytes(): number {
    const { here, calls } = this.#presence
    return this.#held.reduce((sum, { share }) => sum + share, here.share + calls.share)
  }

  /** Releases everything: it is all sent, or the watcher is gone. */
  end(): void {
    for (const lines of this.#held) lines.release()
    this.#held = []
    this.#presence.here.release()
    this.#presence.calls.release()
  }

  /** The next lines, about so many `characters`. The held changes come with the last line. */
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

function* linesOf({ here, calls, notice }: Presence): Generator<string, undefined> {
  const { ready, busy } = calls.value
  for (const registration of here.value) yield formatPush({ kind: 'here', ...registration })
  for (const { name, ip } of ready) yield formatPush({ kind: 'ready', name, ip })
  for (const push of busy) yield formatPush(push)
  if (notice) yield formatPush({ kind: 'notice', text: notice })
  yield formatPush({ kind: 'synced', count: here.value.length })
}
