/**
 * What many connections hold at a time and nobody changes: the same bytes for many readers, for
 * example. `told` hears of its size when the first holds it, and of as much less when the last is done.
 */
export class Shared<Value> {
  readonly value: Value
  /** About how many bytes it takes. */
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

  /** The part of one holder. */
  get share(): number {
    return this.size / Math.max(1, this.#holders)
  }
}
