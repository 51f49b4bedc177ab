import { Shared } from '../../wire/shared.ts'
import type { Directory } from '../directory/directory.ts'
import type { Registration } from '../directory/registration.ts'
import { Held } from './held-bytes.ts'

/** About what an array takes for each thing in it. */
const referenceBytes = 8

/**
 * The directory as it is, made once after a change for all that ask: however many read slowly, there
 * is one copy for each state in which somebody asked.
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

  /** The answer to `list`, with its newline. */
  get list(): Shared<Buffer> {
    if (!this.#list) {
      const bytes = Buffer.from(`${this.#directory.names}\n`)
      this.#list = new Shared(bytes, bytes.length, (size) => this.#held.add(size))
    }
    return this.#list
  }

  /** Everybody, in order of registration. */
  get here(): Shared<readonly Registration[]> {
    if (!this.#here) {
      const all = this.#directory.all()
      const size = referenceBytes * all.length
      this.#here = new Shared(all, size, (size) => this.#held.add(size))
    }
    return this.#here
  }
}
