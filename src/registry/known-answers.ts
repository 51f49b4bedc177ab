import type { Directory } from './directory.ts'

/**
 * The hot path: what a busy registry is asked most is where somebody is, over and over and in the
 * same words. The answer to such a line is kept, word for word, until somebody of that name comes
 * or goes; a request that is found here is neither parsed nor looked up nor written out again.
 *
 * Only for those who may ask, in lines. Holds at most one answer for each name in the directory.
 */
export class KnownAnswers {
  readonly #directory: Directory
  readonly #answers = new Map<string, string>()

  constructor(directory: Directory) {
    this.#directory = directory
    directory.subscribe(({ registration }) => this.#answers.delete(question(registration.name)))
  }

  /** The answer to that line, its own line ending included. */
  to(line: string): string | undefined {
    return this.#answers.get(line)
  }

  /** Keeps what was answered, if the line asks for nothing but a name as it is registered. */
  keep(line: string, answer: string): void {
    const registration = this.#directory.find(line.slice(verb.length))
    if (!registration || !line.startsWith(verb)) return
    // Not the line itself: it may be a part of a large block, which it would keep in memory.
    this.#answers.set(question(registration.name), answer)
  }
}

const verb = 'details,'

const question = (name: string) => verb + name
