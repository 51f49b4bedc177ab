/** An array kept in order: finding a place takes a binary search, changing it one move of memory. */
export class SortedList<T> {
  readonly #compare: (a: T, b: T) => number
  readonly #items: T[]

  /**
   * `compare` must tell any two items apart: it returns 0 for an item and itself alone, or what
   * is put in its place.
   */
  constructor(compare: (a: T, b: T) => number, items: Iterable<T> = []) {
    this.#compare = compare
    this.#items = [...items].sort(compare)
  }

  get length(): number {
    return this.#items.length
  }

  slice(start: number, end: number): T[] {
    return this.#items.slice(start, end)
  }

  filter(keep: (item: T) => boolean): SortedList<T> {
    return new SortedList(this.#compare, this.#items.filter(keep))
  }

  add(item: T): void {
    this.#items.splice(this.#placeOf(item), 0, item)
  }

  remove(item: T): void {
    const place = this.#placeOf(item)
    if (this.#items[place] === item) this.#items.splice(place, 1)
  }

  /** Puts an item where another is that compares the same. */
  replace(item: T, other: T): void {
    const place = this.#placeOf(item)
    if (this.#items[place] === item) this.#items[place] = other
  }

  #placeOf(item: T): number {
    let low = 0
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compare(this.#items[middle] as T, item) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
