import type { Directory } from '../directory/directory.ts'

/** Lines answered at a time; the others have their turn then. */
const maxLines = 256

/** Bytes of the longest answer to `details`: an IPv6 address, a comma, a port, a newline. */
const maxAnswerBytes = 39 + 1 + 5 + 1

const verb = 'details,'
const newline = 0x0a

/** A power of two, so that a hash becomes a slot by cutting bits off. */
const slots = 32_768
const empty = 0
const removed = -1
/** A line that finds no slot after so many is not kept: a client that chooses names cannot make us search. */
const maxProbes = 8

/** Where nothing fits in any more, everything is forgotten and found anew. */
const keptBytes = 2 * 1024 * 1024

/** Of an entry: the length of the line in two bytes, that of the answer in one; both follow. */
const headBytes = 3

/**
 * The hot path: what a busy registry is asked most is where somebody is, over and over and in the
 * same words. The answer to such a line is kept, byte for byte, until somebody of that name comes
 * or goes; what is asked again goes from the bytes that came to the bytes that leave, without
 * becoming a string, a request or a reply in between. Those cost twice as much as the rest of the
 * work, the system calls included (bench/README.md).
 *
 * Only for clients that may ask, in lines. The table is open addressing over one buffer: an object for
 * each entry would cost more than the answer.
 */
export class AnswerCache {
  /** The answers to the lines last taken, up to `written`: for now, until the next are. */
  readonly answers = Buffer.allocUnsafe(maxLines * maxAnswerBytes)
  #written = 0
  #lines = 0

  readonly #directory: Directory
  /** Where in `#kept` the entry of a hash begins. */
  readonly #slots = new Int32Array(slots)
  readonly #kept = Buffer.allocUnsafeSlow(keptBytes)
  /** The first byte is nobody's: 0 is an empty slot. */
  #end = 1
  /**
   * Not everybody's names share a slot for good. A client that finds out which do gains nothing: after
   * `maxProbes` a line is answered the ordinary way.
   */
  readonly #seed = crypto.getRandomValues(new Int32Array(1))[0] ?? 0

  constructor(directory: Directory) {
    this.#directory = directory
    directory.subscribe(({ registration }) => this.#forget(registration.name))
  }

  /** Bytes of `answers` that are. */
  get written(): number {
    return this.#written
  }

  /** Lines that they answer. */
  get lines(): number {
    return this.#lines
  }

  /**
   * Answers what `chunk` begins with, up to `most` lines and as long as each is known. Returns how
   * many bytes that took.
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

  /** Keeps what was answered, if the line asks for nothing but a name as it is registered. */
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

  /** The slot of the entry for those bytes; -1 where there is none. */
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

/** -1 where there is none. Lines are short: a loop is faster than a call of the engine's. */
function endOfLine(bytes: Buffer, start: number): number {
  for (let index = start; index < bytes.length; index += 1) {
    if (bytes[index] === newline) return index
  }
  return -1
}
