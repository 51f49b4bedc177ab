/** Up to so many changes are put in their places one by one; of more the list is made anew. */
const fewChanges = 32

/**
 * A list in order. What comes and goes is put in its place when somebody looks: a crowd that comes
 * while nobody does is sorted once, and an item that comes and goes again costs nothing.
 */
export class SortedList<T> {
  readonly #compare: (a: T, b: T) => number
  #items: T[]
  /** What is not in its place yet, and what still is. No item is in both. */
  readonly #added = new Set<T>()
  readonly #removed = new Set<T>()

  /**
   * `compare` must tell any two items apart: it returns 0 for an item and itself alone, or what
   * is put in its place.
   */
  constructor(compare: (a: T, b: T) => number, items: Iterable<T> = []) {
    this.#compare = compare
    this.#items = [...items].sort(compare)
  }

  get length(): number {
    return this.#items.length + this.#added.size - this.#removed.size
  }

  slice(start: number, end: number): T[] {
    return this.#settled().slice(start, end)
  }

  /** The items that are kept, in the same order, but with those first that are to `comeFirst`. */
  filter(keep: (item: T) => boolean, comesFirst: (item: T) => boolean): SortedList<T> {
    const kept = new SortedList<T>(
      (a, b) => Number(comesFirst(b)) - Number(comesFirst(a)) || this.#compare(a, b),
    )
    // What is left of a list in order is in order.
    const items = this.#settled().filter(keep)
    kept.#items = [...items.filter(comesFirst), ...items.filter((item) => !comesFirst(item))]
    return kept
  }

  /** One that is not in the list. */
  add(item: T): void {
    if (!this.#removed.delete(item)) this.#added.add(item)
  }

  /** One that is in the list. */
  remove(item: T): void {
    if (!this.#added.delete(item)) this.#removed.add(item)
  }

  #settled(): T[] {
    const changes = this.#added.size + this.#removed.size
    if (changes === 0) return this.#items
    if (changes <= fewChanges) this.#settleEach()
    else this.#settleAll()
    this.#added.clear()
    this.#removed.clear()
    return this.#items
  }

  #settleEach(): void {
    for (const item of this.#removed) {
      const place = this.#placeOf(item)
      if (this.#items[place] === item) this.#items.splice(place, 1)
    }
    for (const item of this.#added) this.#items.splice(this.#placeOf(item), 0, item)
  }

  /** Only what is new is sorted: to sort the whole list again takes ten times as long. */
  #settleAll(): void {
    this.#items = this.#items.filter((item) => !this.#removed.has(item))
    const all: T[] = []
    let from = 0
    for (const item of [...this.#added].sort(this.#compare)) {
      const place = this.#placeOf(item)
      while (from < place) all.push(this.#items[from++] as T)
      all.push(item)
    }
    while (from < this.#items.length) all.push(this.#items[from++] as T)
    this.#items = all
  }

  /** Finding a place takes a binary search, changing it one move of memory. */
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
