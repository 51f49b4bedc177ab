/** Somebody came or went, as an audience is told of it. */
export type Change = `joined ${string}` | `left ${string}`

/** When changes were made, and how long after that they came to each of an audience. */
export class Changes {
  /** Whether they are noted: of a million arrivals each would cost more than it takes to read it. */
  noted = false
  readonly #madeAt = new Map<Change, number>()
  #delays: number[] = []

  get made(): number {
    return this.#madeAt.size
  }

  /** One for each change and each of those who were told of it. */
  get arrivals(): number {
    return this.#delays.length
  }

  make(change: Change): void {
    if (this.noted) this.#madeAt.set(change, performance.now())
  }

  /** One of the audience was told of them. Of changes that were not made here nothing is noted. */
  arrived(changes: readonly Change[]): void {
    if (!this.noted) return
    for (const change of changes) {
      const madeAt = this.#madeAt.get(change)
      if (madeAt !== undefined) this.#delays.push(performance.now() - madeAt)
    }
  }

  /** The delay that this part of all arrivals did not exceed, in milliseconds. */
  delay(part: number): number {
    const sorted = Float64Array.from(this.#delays).sort()
    return sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN
  }

  clear(): void {
    this.#madeAt.clear()
    this.#delays = []
  }
}
