/**
 * A value that several connections hold and nobody changes: the same bytes for many readers, for
 * example. Calls `told` with `size` when the first connection holds it, and with `-size` when the last
 * one has released it.
 */
export class Shared<Value> {
  readonly value: Value
  /** Bytes that the value takes in memory, about. */
  readonly size: number
  readonly #told: (bytes: number) => void
  #holders = 0

  constructor(value: Value, size: number, told: (bytes: number) => void = () => {}) {
    this.value = value
    this.size = size
    this.#told = told
  }

  hold(): void {
    this.#holders += 1
    if (this.#holders === 1) this.#told(this.size)
  }

  release(): void {
    this.#holders -= 1
    if (this.#holders === 0) this.#told(-this.size)
  }

  /** Bytes for each holder. */
  get share(): number {
    return this.size / Math.max(1, this.#holders)
  }
}
