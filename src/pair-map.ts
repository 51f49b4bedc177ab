import { KeyedHash } from './keyed-hash.ts'

/** A power of two, so that a hash becomes a slot by cutting bits off. */
const leastSlots = 64

/**
 * Values under pairs of keys, of which the first is a text. Where a first key leads to one value
 * alone, as nearly all do, there is no second map: with thousands of values that is most of what
 * such a map would take. Every operation takes constant time.
 *
 * Open addressing with linear probing (Knuth, The Art of Computer Programming 3, section 6.4,
 * algorithms L and R): what is taken out leaves nothing behind. A `Map` of the engine keeps a place
 * for it until it is built anew, and every place of the same key is walked over: with 15,000
 * registered, a name that came and went for the 500th time cost twenty times as much as the first.
 */
export class PairMap<Second, Value extends object> {
  readonly #firstOf: (value: Value) => string
  readonly #secondOf: (value: Value) => Second
  #keys: (string | undefined)[] = []
  #found: (Value | Map<Second, Value> | undefined)[] = []
  #hashes = new Int32Array(0)
  /** Nobody outside knows which names meet in a slot. */
  readonly #hash = new KeyedHash()
  #used = 0

  constructor(firstOf: (value: Value) => string, secondOf: (value: Value) => Second) {
    this.#firstOf = firstOf
    this.#secondOf = secondOf
    this.#resize(leastSlots)
  }

  get(first: string, second: Second): Value | undefined {
    const found = this.#found[this.#slotOf(first)]
    if (found instanceof Map) return found.get(second)
    return found && this.#secondOf(found) === second ? found : undefined
  }

  /** The entry under the first key that has been there longest. */
  earliest(first: string): Value | undefined {
    const found = this.#found[this.#slotOf(first)]
    return found instanceof Map ? found.values().next().value : found
  }

  /** All entries under the first key, the one that has been there longest first. */
  all(first: string): Value[] {
    const found = this.#found[this.#slotOf(first)]
    if (found instanceof Map) return [...found.values()]
    return found ? [found] : []
  }

  /** In the place of the one under the same pair, where there is one. */
  set(value: Value): void {
    const first = this.#firstOf(value)
    const second = this.#secondOf(value)
    const slot = this.#slotOf(first)
    const found = this.#found[slot]
    if (found instanceof Map) found.set(second, value)
    else if (!found) this.#put(slot, first, value)
    else if (this.#secondOf(found) === second) this.#found[slot] = value
    else {
      const both: [Second, Value][] = [
        [this.#secondOf(found), found],
        [second, value],
      ]
      this.#found[slot] = new Map(both)
    }
  }

  /** Takes out whatever is under that value's pair. */
  delete(value: Value): void {
    const second = this.#secondOf(value)
    const slot = this.#slotOf(this.#firstOf(value))
    const found = this.#found[slot]
    if (found instanceof Map) {
      found.delete(second)
      if (found.size === 0) this.#take(slot)
    } else if (found && this.#secondOf(found) === second) this.#take(slot)
  }

  clear(): void {
    this.#used = 0
    this.#resize(leastSlots)
  }

  /** Where the key is, or else the empty slot where it belongs. */
  #slotOf(first: string): number {
    const mask = this.#keys.length - 1
    const hash = this.#hash.ofText(first)
    let slot = hash & mask
    for (;;) {
      const key = this.#keys[slot]
      if (key === undefined || (this.#hashes[slot] === hash && key === first)) return slot
      slot = (slot + 1) & mask
    }
  }

  #put(slot: number, first: string, value: Value): void {
    this.#keys[slot] = first
    this.#found[slot] = value
    this.#hashes[slot] = this.#hash.ofText(first)
    this.#used += 1
    // Past two thirds the way to an empty slot becomes long.
    if (this.#used * 3 > this.#keys.length * 2) this.#resize(this.#keys.length * 2)
  }

  /** Whatever was put behind this one because its place was taken moves up. */
  #take(slot: number): void {
    const mask = this.#keys.length - 1
    let hole = slot
    for (let next = (hole + 1) & mask; this.#keys[next] !== undefined; next = (next + 1) & mask) {
      const home = (this.#hashes[next] as number) & mask
      if (((next - home) & mask) < ((next - hole) & mask)) continue
      this.#keys[hole] = this.#keys[next]
      this.#found[hole] = this.#found[next]
      this.#hashes[hole] = this.#hashes[next] as number
      hole = next
    }
    this.#keys[hole] = undefined
    this.#found[hole] = undefined
    this.#used -= 1
    if (this.#keys.length > leastSlots && this.#used * 8 < this.#keys.length) {
      this.#resize(this.#keys.length / 2)
    }
  }

  #resize(slots: number): void {
    const keys = this.#keys
    const found = this.#found
    this.#keys = Array(slots).fill(undefined)
    this.#found = Array(slots).fill(undefined)
    this.#hashes = new Int32Array(slots)
    if (this.#used === 0) return
    for (const [slot, key] of keys.entries()) {
      if (key === undefined) continue
      const place = this.#slotOf(key)
      this.#keys[place] = key
      this.#found[place] = found[slot]
      this.#hashes[place] = this.#hash.ofText(key)
    }
  }
}
