import { Shared } from '../../wire/bytes/shared.ts'
import type { CallPresence } from '../calls/exchange.ts'
import type { Directory } from '../directory/directory.ts'
import type { Registration } from '../directory/registration.ts'
import { Held } from './held-bytes.ts'

/** Bytes that an array takes for each element, and that a small object takes, about. */
const referenceBytes = 8
const objectBytes = 56

/**
 * Copies of the directory, and of who is in a call, for readers. A copy is made when first asked for, and shared until the next
 * change. So many slow readers hold one copy together for each state, not one each.
 */
export class Snapshots {
  readonly #directory: Directory
  readonly #held: Held
  #list: Shared<Buffer> | undefined
  #here: Shared<readonly Registration[]> | undefined
  #presence: Shared<CallPresence> | undefined
  readonly #switchboard: { readonly presence: CallPresence }

  constructor(
    directory: Directory,
    switchboard: { readonly presence: CallPresence },
    held = new Held(),
  ) {
    this.#directory = directory
    this.#switchboard = switchboard
    this.#held = held
    directory.subscribe(() => {
      this.#list = undefined
      this.#here = undefined
    })
  }

  /** The answer to `list` in lines, with its newline. */
  get list(): Shared<Buffer> {
    if (!this.#list) {
      const bytes = Buffer.from(`${this.#directory.names}\n`)
      this.#list = new Shared(bytes, bytes.length, (size) => this.#held.add(size))
    }
    return this.#list
  }

  /** All registrations, in order. */
  get here(): Shared<readonly Registration[]> {
    if (!this.#here) {
      const all = this.#directory.all()
      const size = referenceBytes * all.length
      this.#here = new Shared(all, size, (size) => this.#held.add(size))
    }
    return this.#here
  }

  /** Who takes calls, and who is in one. */
  get presence(): Shared<CallPresence> {
    const { presence } = this.#switchboard
    if (this.#presence?.value !== presence) {
      this.#presence = new Shared(presence, bytesOf(presence), (size) => this.#held.add(size))
    }
    return this.#presence
  }
}

/** Names are those of the registrations, and take nothing here. */
function bytesOf({ ready, busy }: CallPresence): number {
  const parties = busy.reduce((sum, push) => sum + 1 + (push.with?.length ?? 0), 0)
  return referenceBytes * ready.length + (objectBytes + referenceBytes) * parties
}
