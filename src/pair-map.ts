/**
 * Values under pairs of keys, in the order in which they came. Where a first key leads to one value
 * alone, as nearly all do, there is no second map: with thousands of values that is most of what
 * such a map would take. Every operation takes constant time.
 */
export class PairMap<First, Second, Value extends object> {
  readonly #firstOf: (value: Value) => First
  readonly #secondOf: (value: Value) => Second
  readonly #found = new Map<First, Value | Map<Second, Value>>()

  constructor(firstOf: (value: Value) => First, secondOf: (value: Value) => Second) {
    this.#firstOf = firstOf
    this.#secondOf = secondOf
  }

  get(first: First, second: Second): Value | undefined {
    const found = this.#found.get(first)
    if (found instanceof Map) return found.get(second)
    return found && this.#secondOf(found) === second ? found : undefined
  }

  /** Of those under the first key, the one that has been there longest. */
  earliest(first: First): Value | undefined {
    const found = this.#found.get(first)
    return found instanceof Map ? found.values().next().value : found
  }

  /** In the place of the one under the same pair, where there is one. */
  set(value: Value): void {
    const first = this.#firstOf(value)
    const second = this.#secondOf(value)
    const found = this.#found.get(first)
    if (found instanceof Map) found.set(second, value)
    else if (!found || this.#secondOf(found) === second) this.#found.set(first, value)
    else {
      const both: [Second, Value][] = [
        [this.#secondOf(found), found],
        [second, value],
      ]
      this.#found.set(first, new Map(both))
    }
  }

  /** Takes out whatever is under that value's pair. */
  delete(value: Value): void {
    const first = this.#firstOf(value)
    const second = this.#secondOf(value)
    const found = this.#found.get(first)
    if (found instanceof Map) {
      found.delete(second)
      if (found.size === 0) this.#found.delete(first)
    } else if (found && this.#secondOf(found) === second) this.#found.delete(first)
  }

  clear(): void {
    this.#found.clear()
  }
}
