/**
 * What waits for its turn, each under a key. Keys come one after another, whatever waits under each: a key
 * with much to do holds nobody up.
 */
export class FairQueue<Item> {
  /** The key whose turn comes next is the first. No list is empty. */
  readonly #waiting = new Map<string, Item[]>()

  get empty(): boolean {
    return this.#waiting.size === 0
  }

  add(key: string, item: Item): void {
    const items = this.#waiting.get(key)
    if (items) items.push(item)
    else this.#waiting.set(key, [item])
  }

  /** The next item; its key comes last from now on. */
  take(): { key: string; item: Item } | undefined {
    const next = this.#waiting.entries().next().value
    if (!next) return undefined
    const [key, [item, ...others]] = next
    this.#waiting.delete(key)
    if (others.length > 0) this.#waiting.set(key, others)
    return item === undefined ? undefined : { key, item }
  }

  /** What was taken is not done yet: it comes before whatever else waits under its key. */
  giveBack(key: string, item: Item): void {
    this.#waiting.set(key, [item, ...(this.#waiting.get(key) ?? [])])
  }

  clear(): void {
    this.#waiting.clear()
  }
}
