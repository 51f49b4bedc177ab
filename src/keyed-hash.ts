/**
 * HalfSipHash-1-3 (Aumasson and Bernstein, as Linux has it for its tables; 32 bits, with a key of
 * 64): a client that does not know the key cannot find texts that meet in a table, however long they look
 * and whatever they time (decisions/021).
 */
export class KeyedHash {
  readonly #key0: number
  readonly #key1: number
  /** What is being hashed; its end is the length, as the algorithm has it. */
  #words = new Int32Array(64)

  constructor(key: Int32Array = crypto.getRandomValues(new Int32Array(2))) {
    this.#key0 = key[0] as number
    this.#key1 = key[1] as number
  }

  /** Of its UTF-16 units, as bytes in the order of little endian. */
  ofText(text: string): number {
    const { length } = text
    const words = this.#room(length >> 1)
    let word = 0
    for (; word < length >> 1; word += 1) {
      words[word] = text.charCodeAt(2 * word) | (text.charCodeAt(2 * word + 1) << 16)
    }
    words[word] = (length << 25) | (length & 1 ? text.charCodeAt(length - 1) : 0)
    return this.#mixed(words, word)
  }

  #room(words: number): Int32Array {
    if (words >= this.#words.length) this.#words = new Int32Array(2 * words)
    return this.#words
  }

  /** One round for each word up to the last, and three to finish. */
  #mixed(words: Int32Array, last: number): number {
    let v0 = this.#key0
    let v1 = this.#key1
    let v2 = 0x6c79_6765 ^ v0
    let v3 = 0x7465_6462 ^ v1
    for (let round = 0; round <= last + 3; round += 1) {
      const word = round <= last ? (words[round] as number) : 0
      if (round === last + 1) v2 ^= 0xff
      v3 ^= word
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
      v0 ^= word
    }
    return v1 ^ v3
  }
}
