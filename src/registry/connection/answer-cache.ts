import type { Directory } from '../directory/directory.ts'

/** Lines that one call of `take` answers at most. */
const maxLines = 256

/** Bytes of the longest answer to `details`: IPv6 address, comma, port, newline. */
const maxAnswerBytes = 39 + 1 + 5 + 1

const verb = 'details,'
const newline = 0x0a

/** A power of two, so that a bit mask turns a hash into a slot. */
const slots = 32_768
const empty = 0
const removed = -1
/** A line without a slot after so many probes is not kept. So chosen names cannot make searches long. */
const maxProbes = 8

/** When the next entry does not fit, all entries are dropped. */
const keptBytes = 2 * 1024 * 1024

/** Each entry begins with the length of the line (2 bytes) and of the answer (1 byte). Both follow. */
const headBytes = 3

/**
 * The hot path. The most frequent request of a busy registry is `details,NAME`, again and again for the
 * same names. The answer to such a line is kept, byte for byte, until a peer of that name joins or
 * leaves. The same line is then answered from bytes to bytes, without a string, a request or a reply
 * in between. Making these costs twice as much as all other work, with the system calls
 * (bench/README.md).
 *
 * Only for registered clients, in the framing of lines. The table uses open addressing over one buffer:
 * an object for each entry would cost more than the answer.
 */
export class AnswerCache {
  /** The answers of the last `take`, up to `written`. The next `take` overwrites them. */
  readonly answers = Buffer.allocUnsafe(maxLines * maxAnswerBytes)
  #written = 0
  #lines = 0

  readonly #directory: Directory
  /** For each slot: where in `#kept` its entry begins, `empty` or `removed`. */
  readonly #slots = new Int32Array(slots)
  readonly #kept = Buffer.allocUnsafeSlow(keptBytes)
  /** Where the next entry goes. It begins at 1, because 0 means an empty slot. */
  #end = 1
  /**
   * Random at each start, so that different names share a slot each time. A client that finds such
   * names gains nothing: after `maxProbes` a line is answered the ordinary way.
   */
  readonly #seed = crypto.getRandomValues(new Int32Array(1))[0] ?? 0

  constructor(directory: Directory) {
    this.#directory = directory
    directory.subscribe(({ registration }) => this.#forget(registration.name))
  }

  /** Bytes of `answers` that the last `take` has written. */
  get written(): number {
    return this.#written
  }

  /** Lines that the last `take` has answered. */
  get lines(): number {
    return this.#lines
  }

  /**
   * Answers the first lines of `chunk`, at most `most`, until a line is not in the cache. Returns the
   * number of bytes of the answered lines.
   */
  take(chunk: Buffer, most: number): number {
    const end = Math.min(most, maxLines)
    let start = 0
    this.#written = 0
    this.#lines = 0
    while (this.#lines < end) {
      const lineEnd = endOfLine(chunk, start)
      if (lineEnd === -1) break
      const slot = this.#find(chunk, start, lineEnd)
      if (slot === -1) break
      this.#answer(this.#slots[slot] as number)
      start = lineEnd + 1
    }
    return start
  }

  /** Keeps the answer, if the line is `details,` and a registered name exactly as it is registered. */
  keep(line: string, answer: string): void {
    const name = line.slice(verb.length)
    if (!line.startsWith(verb) || !this.#directory.find(name)) return
    const question = Buffer.from(line)
    if (this.#find(question, 0, question.length) !== -1) return
    const slot = this.#freeSlot(this.#hash(question, 0, question.length))
    if (slot === -1) return
    const bytes = headBytes + question.length + answer.length
    if (this.#end + bytes > keptBytes) {
      this.#slots.fill(empty)
      this.#end = 1
    }
    this.#slots[slot] = this.#end
    this.#kept.writeUInt16LE(question.length, this.#end)
    this.#kept.writeUInt8(answer.length, this.#end + 2)
    this.#kept.set(question, this.#end + headBytes)
    this.#kept.write(answer, this.#end + headBytes + question.length)
    this.#end += bytes
  }

  #forget(name: string): void {
    if (this.#end === 1) return
    const question = Buffer.from(verb + name)
    const slot = this.#find(question, 0, question.length)
    if (slot !== -1) this.#slots[slot] = removed
  }

  #answer(entry: number): void {
    const kept = this.#kept
    const from = entry + headBytes + this.#questionLength(entry)
    const to = from + (kept[entry + 2] as number)
    let written = this.#written
    for (let at = from; at < to; at += 1) this.answers[written++] = kept[at] as number
    this.#written = written
    this.#lines += 1
  }

  /** The slot with the entry for this line, or -1. */
  #find(bytes: Buffer, start: number, end: number): number {
    let slot = this.#hash(bytes, start, end)
    for (let probe = 0; probe < maxProbes; probe += 1) {
      const entry = this.#slots[slot] as number
      if (entry === empty) return -1
      if (entry !== removed && this.#asks(entry, bytes, start, end)) return slot
      slot = (slot + 1) & (slots - 1)
    }
    return -1
  }

  #freeSlot(first: number): number {
    let slot = first
    for (let probe = 0; probe < maxProbes; probe += 1) {
      const entry = this.#slots[slot] as number
      if (entry === empty || entry === removed) return slot
      slot = (slot + 1) & (slots - 1)
    }
    return -1
  }

  #asks(entry: number, bytes: Buffer, start: number, end: number): boolean {
    if (this.#questionLength(entry) !== end - start) return false
    const kept = this.#kept
    let at = entry + headBytes
    for (let index = start; index < end; index += 1) {
      if (kept[at++] !== bytes[index]) return false
    }
    return true
  }

  #questionLength(entry: number): number {
    return (this.#kept[entry] as number) | ((this.#kept[entry + 1] as number) << 8)
  }

  /** FNV-1a (draft-eastlake-fnv), with a seed of our own. */
  #hash(bytes: Buffer, start: number, end: number): number {
    let hash = this.#seed
    for (let index = start; index < end; index += 1) {
      hash = Math.imul(hash ^ (bytes[index] as number), 0x0100_0193)
    }
    return (hash ^ (hash >>> 15)) & (slots - 1)
  }
}

/** Position of the next newline, or -1. Lines are short, so a loop is faster than `indexOf`. */
function endOfLine(bytes: Buffer, start: number): number {
  for (let index = start; index < bytes.length; index += 1) {
    if (bytes[index] === newline) return index
  }
  return -1
}
