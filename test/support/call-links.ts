/** One way between two that talk: what was said first arrives first, and whenever the test says so. */
export class Link {
  readonly #waiting: (() => void)[] = []
  #dead = false

  get size(): number {
    return this.#waiting.length
  }

  say(arrives: () => void): void {
    if (!this.#dead) this.#waiting.push(arrives)
  }

  /** Lets the first so many arrive, as if in one piece. */
  deliver(count = 1): void {
    for (const arrives of this.#waiting.splice(0, count)) arrives()
  }

  /** Nothing more is said; what is under way arrives. */
  end(last?: () => void): void {
    if (last) this.say(last)
    this.#dead = true
  }

  /** Nothing more arrives but `last`, the news of that. */
  cut(last?: () => void): void {
    this.#waiting.length = 0
    if (last) this.#waiting.push(last)
    this.#dead = true
  }
}
