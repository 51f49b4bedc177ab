import { isUtf8 } from 'node:buffer'
import type { Framing } from './message.ts'

/**
 * What came out of the bytes: the text of one message, or why there is none. After `too-long`
 * nothing more is read: what follows may be the rest of the same message.
 */
export type Framed = { kind: 'text'; text: string } | { kind: 'bad-utf8' } | { kind: 'too-long' }

const newline = 0x0a
const carriageReturn = 0x0d
const comma = 0x2c
// Shared by all connections that hold nothing, which is nearly all of them at any time.
const empty: Buffer = Buffer.alloc(0)

/**
 * Bytes that are decoded at once, if they hold whole lines. Much faster than line by line; and a
 * peer that may not be answered yet is to cost about what it sent, so the rest stays bytes.
 */
const blockBytes = 16 * 1024

/**
 * Turns the bytes of one connection into messages, in either framing, keeping at most one message
 * and one chunk in memory. It has no clock: the owner of the connection tells it when the first
 * bytes have been quiet long enough to be a whole bare message (`settleAsBare`).
 *
 * Messages are pulled one at a time (`next`), so that a reader whose replies wait stops here and
 * not in an unbounded queue of requests.
 */
export class Framer {
  #maxBytes: number
  #framing: Framing | 'undecided'
  #pending: Buffer = empty
  /** How far these have been read. */
  #start = 0
  /** A block of whole lines, decoded, and how far it has been read. */
  #block = ''
  #at = 0
  /** Up to here the pending bytes are not all UTF-8: each line is decoded by itself. */
  #mixedUntil = 0
  #ended = false
  #broken = false

  /** `maxBytes` is of one message, its line ending not counted. */
  constructor(maxBytes: number, framing: Framing | 'undecided' = 'undecided') {
    this.#maxBytes = maxBytes
    this.#framing = framing
  }

  /** From the next message that is cut off, and for the one that is coming in. */
  set maxBytes(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get framing(): Framing | 'undecided' {
    return this.#framing
  }

  /** Whether the bytes so far, if nothing follows them, are a first client's registration. */
  get mayBeBare(): boolean {
    return this.#framing === 'undecided' && !this.#ended && count(this.#pending, comma) === 3
  }

  /** Whether there are whole lines that nobody has asked for yet. */
  get holdsLines(): boolean {
    return this.#at < this.#block.length || this.#pending.includes(newline, this.#start)
  }

  /** Whether what comes next begins a line, and nothing before it is still to be read. */
  get atLine(): boolean {
    return (
      this.#framing === 'lines' && this.#pending.length === 0 && this.#block === '' && !this.#broken
    )
  }

  /** Bytes that are kept for what was not asked for yet. */
  get heldBytes(): number {
    return this.#pending.length + this.#block.length
  }

  /** Takes the bytes so far for one whole message, and each later chunk as well. */
  settleAsBare(): void {
    if (this.#framing === 'undecided') this.#framing = 'bare'
  }

  push(chunk: Buffer): void {
    if (this.#broken) return
    this.#keep(this.#pending.length === 0 ? chunk : Buffer.concat([this.#unread(), chunk]))
    if (this.#framing === 'undecided' && this.#pending.includes(newline)) this.#framing = 'lines'
  }

  /** At the end of input, what is left counts as a message. */
  end(): void {
    this.#ended = true
    if (this.#framing === 'undecided') this.#framing = 'lines'
  }

  /** Nothing more is asked for: what has come and what comes is not kept. */
  close(): void {
    this.#broken = true
    this.#keep(empty)
    this.#dropBlock()
  }

  next(): Framed | undefined {
    if (this.#broken) return undefined
    if (this.#framing === 'bare') return this.#nextBare()
    if (this.#at < this.#block.length) return this.#nextOfBlock()
    const end = this.#endOfBlock()
    if (end === -1) return this.#rest()
    if (this.#start >= this.#mixedUntil && this.#cutBlock(end)) return this.#nextOfBlock()
    return this.#message(withoutReturn(this.#take()))
  }

  #nextOfBlock(): Framed {
    const end = this.#block.indexOf('\n', this.#at)
    const line = this.#block.slice(this.#at, end)
    this.#at = end + 1
    // A connection that is quiet now must not hold the block that it once sent.
    if (this.#at === this.#block.length) this.#dropBlock()
    return this.#checked(line)
  }

  /** Where the last of the next whole lines ends, as many as make a block; -1 where there is none. */
  #endOfBlock(): number {
    const bytes = this.#pending
    const most = this.#start + blockBytes
    if (bytes.length <= most) return bytes.lastIndexOf(newline)
    const last = bytes.lastIndexOf(newline, most)
    return last >= this.#start ? last : bytes.indexOf(newline, this.#start)
  }

  /** Decodes the lines up to there; false where they are not all UTF-8. */
  #cutBlock(end: number): boolean {
    const bytes = this.#pending
    // Nearly every chunk ends with its last line: then there is nothing to cut.
    const whole = this.#start === 0 && end + 1 === bytes.length
    if (!isUtf8(whole ? bytes : bytes.subarray(this.#start, end))) {
      this.#mixedUntil = end
      return false
    }
    this.#block = bytes.toString('utf8', this.#start, end + 1)
    this.#readTo(end + 1)
    return true
  }

  /** The next line, as bytes. */
  #take(): Buffer {
    const end = this.#pending.indexOf(newline, this.#start)
    const line = this.#pending.subarray(this.#start, end)
    this.#readTo(end + 1)
    return line
  }

  #readTo(position: number): void {
    const bytes = this.#pending
    this.#start = position
    if (position === bytes.length) this.#keep(empty)
    // A copy, so that the start of a line does not keep a whole chunk in memory.
    else if (!bytes.includes(newline, position)) this.#keep(Buffer.from(this.#unread()))
  }

  #unread(): Buffer {
    return this.#start === 0 ? this.#pending : this.#pending.subarray(this.#start)
  }

  #keep(bytes: Buffer): void {
    this.#mixedUntil = Math.max(0, this.#mixedUntil - this.#start)
    this.#pending = bytes
    this.#start = 0
  }

  /** No line ending in sight: wait, unless it can no longer be a legal line or nothing follows. */
  #rest(): Framed | undefined {
    const bytes = this.#pending
    if (bytes.length > this.#maxBytes && withoutReturn(bytes).length > this.#maxBytes) {
      return this.#tooLong()
    }
    if (!this.#ended || bytes.length === 0) return undefined
    this.#keep(empty)
    return this.#message(withoutReturn(bytes))
  }

  #nextBare(): Framed | undefined {
    const bytes = this.#pending
    if (bytes.length === 0) return undefined
    if (bytes.length > this.#maxBytes + 2) return this.#tooLong()
    if (!this.#ended && endsInsideCharacter(bytes)) return undefined
    this.#keep(empty)
    const end = bytes.at(-1) === newline ? bytes.length - 1 : bytes.length
    return this.#message(withoutReturn(bytes.subarray(0, end)))
  }

  #message(bytes: Buffer): Framed {
    if (bytes.length > this.#maxBytes) return this.#tooLong()
    return isUtf8(bytes) ? { kind: 'text', text: bytes.toString() } : { kind: 'bad-utf8' }
  }

  #checked(line: string): Framed {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line
    // A UTF-16 unit takes one to three bytes, so most lines need no counting.
    const tooLong =
      text.length > this.#maxBytes ||
      (text.length * 3 > this.#maxBytes && Buffer.byteLength(text) > this.#maxBytes)
    return tooLong ? this.#tooLong() : { kind: 'text', text }
  }

  #dropBlock(): void {
    this.#block = ''
    this.#at = 0
  }

  #tooLong(): Framed {
    this.close()
    return { kind: 'too-long' }
  }
}

const withoutReturn = (bytes: Buffer): Buffer =>
  bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes

function count(bytes: Buffer, wanted: number): number {
  let found = 0
  for (const byte of bytes) if (byte === wanted) found += 1
  return found
}

/** Whether the last character is cut short (RFC 3629, section 3): its rest is on its way. */
function endsInsideCharacter(bytes: Buffer): boolean {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return false
    // C0, C1 and F5 to FF begin no character: nothing that follows can complete them.
    if (byte >= 0xc0) {
      if (byte < 0xc2 || byte > 0xf4) return false
      return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2)
    }
  }
  return false
}
