import { isUtf8 } from 'node:buffer'
import type { Framing } from '../message.ts'

/**
 * One message cut from the bytes: its text, or the reason why there is no text. After `too-long`
 * nothing more is read, because the next bytes may belong to the same message.
 */
export type Framed = { kind: 'text'; text: string } | { kind: 'bad-utf8' } | { kind: 'too-long' }

const newline = 0x0a
const carriageReturn = 0x0d
const comma = 0x2c
// One for all connections without pending bytes. Nearly all connections have none.
const empty: Buffer = Buffer.alloc(0)

/**
 * Whole lines are decoded together, up to this many bytes. This is much faster than line by line.
 * Further input stays bytes: a peer whose requests wait then costs about as much memory as it sent.
 */
const blockBytes = 16 * 1024

/**
 * Cuts the bytes of one connection into messages, in both framings. It keeps at most one message
 * and one chunk in memory. It has no clock: the owner of the connection calls `settleAsBare` when
 * nothing has followed the first bytes for long enough, so that they are a whole bare message.
 *
 * `next` gives one message at a time. While replies wait to be read, the owner does not call it, and
 * so there is no queue of requests.
 */
export class Framer {
  #maxBytes: number
  #framing: Framing | 'undecided'
  #pending: Buffer = empty
  /** How many of the pending bytes have been read. */
  #start = 0
  /** A decoded block of whole lines. It has been read up to `#at`. */
  #block = ''
  #at = 0
  /** The pending bytes up to here are not all UTF-8, so each line is decoded by itself. */
  #mixedUntil = 0
  #ended = false
  #broken = false

  /** `maxBytes` is the limit for one message, without its line ending. */
  constructor(maxBytes: number, framing: Framing | 'undecided' = 'undecided') {
    this.#maxBytes = maxBytes
    this.#framing = framing
  }

  /** Takes effect for every message that `next` has not returned yet. */
  set maxBytes(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get framing(): Framing | 'undecided' {
    return this.#framing
  }

  /** Whether the bytes so far would be a first client's registration if nothing follows them. */
  get mayBeBare(): boolean {
    return this.#framing === 'undecided' && !this.#ended && count(this.#pending, comma) === 3
  }

  /** Whether there are whole lines that `next` has not returned yet. */
  get holdsLines(): boolean {
    return this.#at < this.#block.length || this.#pending.includes(newline, this.#start)
  }

  /** Whether the next byte begins a line, and everything before it has been read. */
  get atLine(): boolean {
    return (
      this.#framing === 'lines' && this.#pending.length === 0 && this.#block === '' && !this.#broken
    )
  }

  /** Bytes in memory that `next` has not returned yet. */
  get heldBytes(): number {
    return this.#pending.length + this.#block.length
  }

  /** From now on each chunk is one message. The bytes so far are the first. */
  settleAsBare(): void {
    if (this.#framing === 'undecided') this.#framing = 'bare'
  }

  push(chunk: Buffer): void {
    if (this.#broken) return
    this.#keep(this.#pending.length === 0 ? chunk : Buffer.concat([this.#unread(), chunk]))
    if (this.#framing === 'undecided' && this.#pending.includes(newline)) this.#framing = 'lines'
  }

  /** The input has ended: the bytes that are left are the last message. */
  end(): void {
    this.#ended = true
    if (this.#framing === 'undecided') this.#framing = 'lines'
  }

  /** No more messages: drops the pending bytes, and ignores all later ones. */
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
    // Dropped as soon as it is read, so that an idle connection keeps no block in memory.
    if (this.#at === this.#block.length) this.#dropBlock()
    return this.#checked(line)
  }

  /** Position of the line break that ends the next block, or -1 if there is no whole line. */
  #endOfBlock(): number {
    const bytes = this.#pending
    const most = this.#start + blockBytes
    if (bytes.length <= most) return bytes.lastIndexOf(newline)
    const last = bytes.lastIndexOf(newline, most)
    return last >= this.#start ? last : bytes.indexOf(newline, this.#start)
  }

  /** Decodes the lines up to the line break at `end`. Returns false if they are not all UTF-8. */
  #cutBlock(end: number): boolean {
    const bytes = this.#pending
    // Nearly every chunk ends at the end of a line. Then `subarray` is not needed.
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
    // A copy, so that an unfinished line does not keep the whole chunk in memory.
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

  /** There is no line break: waits for one, unless the line is too long or the input has ended. */
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
    // One UTF-16 code unit is at most three bytes in UTF-8, so most lines need no counting.
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

/** Whether the last character is incomplete, so that the rest of it must follow (RFC 3629, section 3). */
function endsInsideCharacter(bytes: Buffer): boolean {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return false
    // C0, C1 and F5 to FF begin no character, so no later byte can complete them.
    if (byte >= 0xc0) {
      if (byte < 0xc2 || byte > 0xf4) return false
      return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2)
    }
  }
  return false
}
