import { Shared } from '../../wire/bytes/shared.ts'
import type { Directory } from '../directory/directory.ts'
import type { Registration } from '../directory/registration.ts'
import { Held } from './held-bytes.ts'

/** Bytes that an array takes for each element, about. */
const referenceBytes = 8

/**
 * Copies of the directory for readers. A copy is made when first asked for, and shared until the next
 * change. So many slow readers hold one copy together for each state, not one each.
 */
export class Snapshots {
  readonly #directory: Directory
  readonly #held: Held
  #list: Shared<Buffer> | undefined
  #here: Shared<readonly Registration[]> | undefined

  constructor(directory: Directory, held = new Held()) {
    this.#directory = directory
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
}
