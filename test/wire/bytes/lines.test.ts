import { describe, expect, test } from 'bun:test'
import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import { type Framed, Framer } from '../../../src/wire/bytes/lines.ts'

const text = (words: string): Framed => ({ kind: 'text', text: words })
const badUtf8: Framed = { kind: 'bad-utf8' }
const tooLong: Framed = { kind: 'too-long' }

function pull(framer: Framer): Framed[] {
  const messages: Framed[] = []
  for (let next = framer.next(); next; next = framer.next()) messages.push(next)
  return messages
}

/** What came out of the chunks by the time each was in, and after the end of input. */
function feed(framer: Framer, chunks: (string | Uint8Array)[]): Framed[] {
  const messages = chunks.flatMap((chunk) => {
    framer.push(Buffer.from(chunk as Uint8Array))
    return pull(framer)
  })
  framer.end()
  return [...messages, ...pull(framer)]
}

/** The same, from all the bytes at once and without a care for cost. */
function naive(bytes: Buffer, maxBytes: number): Framed[] {
  const messages: Framed[] = []
  let start = 0
  while (start < bytes.length) {
    const found = bytes.indexOf('\n', start)
    const end = found === -1 ? bytes.length : found
    const line = bytes.subarray(start, end)
    const words = line.at(-1) === 0x0d ? line.subarray(0, -1) : line
    if (words.length > maxBytes) return [...messages, tooLong]
    messages.push(isUtf8(words) ? text(words.toString()) : badUtf8)
    start = end + 1
  }
  return messages
}

function cut(bytes: Buffer, cuts: number[]): Buffer[] {
  const at = cuts.map((position) => position % (bytes.length + 1)).sort((a, b) => a - b)
  return [...at, bytes.length].map((end, index) => bytes.subarray(at[index - 1] ?? 0, end))
}

/** Bytes in which line endings, cut characters and long lines are likely. */
const someBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r', '\r\n', 'ping', 'a,b,c,d', 'é', '👩', 'x'.repeat(7)),
      fc.uint8Array({ maxLength: 4 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))))

describe('lines', () => {
  test('come out whole, whatever the bytes and however they are cut', () => {
    fc.assert(
      fc.property(
        someBytes,
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 24 }),
        (bytes, cuts, maxBytes) => {
          expect(feed(new Framer(maxBytes), cut(bytes, cuts))).toEqual(naive(bytes, maxBytes))
        },
      ),
      { numRuns: 3_000 },
    )
  })

  test('come out the same when nobody asks for them until the end', () => {
    fc.assert(
      fc.property(someBytes, fc.array(fc.nat(), { maxLength: 20 }), (bytes, cuts) => {
        const framer = new Framer(12)
        for (const chunk of cut(bytes, cuts)) framer.push(chunk)
        framer.end()
        expect(pull(framer)).toEqual(naive(bytes, 12))
      }),
      { numRuns: 1_000 },
    )
  })

  test('are settled by the first newline, for good', () => {
    const framer = new Framer(64)
    expect(framer.framing).toBe('undecided')
    framer.push(Buffer.from('ana,127.0.0.1,4000,5000\nbia,'))
    expect(framer.framing).toBe('lines')
    framer.settleAsBare()
    expect(framer.framing).toBe('lines')
    expect(framer.mayBeBare).toBeFalse()
    expect(pull(framer)).toEqual([text('ana,127.0.0.1,4000,5000')])
  })

  test('that are too long end it: nothing that follows is read', () => {
    const framer = new Framer(4)
    expect(feed(framer, ['ping\n12345\nping\n', 'ping\n'])).toEqual([text('ping'), tooLong])
    expect(framer.next()).toBeUndefined()
  })

  test('without an end are given up as soon as they cannot be legal', () => {
    const framer = new Framer(4)
    framer.push(Buffer.from('1234\r'))
    expect(framer.next()).toBeUndefined()
    framer.push(Buffer.from('\r'))
    expect(framer.next()).toEqual(tooLong)
  })
})

describe('bare messages', () => {
  const bare = (...chunks: (string | Uint8Array)[]): Framed[] => {
    const framer = new Framer(16, 'bare')
    return chunks.flatMap((chunk) => {
      framer.push(Buffer.from(chunk as Uint8Array))
      return pull(framer)
    })
  }

  test.each([
    { bytes: 'a,b,c,d', may: true },
    { bytes: ',,,', may: true },
    { bytes: 'a,b,c,d\r', may: true },
    { bytes: 'a,b,c', may: false },
    { bytes: 'a,b,c,d,e', may: false },
    { bytes: 'a,b,c,d\n', may: false },
    { bytes: 'ping', may: false },
    { bytes: '', may: false },
  ])('may start with $bytes: $may', ({ bytes, may }) => {
    const framer = new Framer(64)
    framer.push(Buffer.from(bytes))
    expect(framer.mayBeBare).toBe(may)
  })

  test('may not start once the input has ended: what is left is a line', () => {
    const framer = new Framer(64)
    framer.push(Buffer.from('a,b,c,d'))
    framer.end()
    expect({ may: framer.mayBeBare, framing: framer.framing }).toEqual({
      may: false,
      framing: 'lines',
    })
    expect(pull(framer)).toEqual([text('a,b,c,d')])
  })

  test('are one for each chunk, the first being what had come when it was quiet', () => {
    const framer = new Framer(64)
    framer.push(Buffer.from('a,b,'))
    framer.push(Buffer.from('c,d'))
    expect(framer.next()).toBeUndefined()
    framer.settleAsBare()
    expect(pull(framer)).toEqual([text('a,b,c,d')])
    framer.push(Buffer.from('list'))
    expect(pull(framer)).toEqual([text('list')])
  })

  test.each([
    { why: 'LF', chunk: 'ping\n', message: text('ping') },
    { why: 'CR', chunk: 'ping\r', message: text('ping') },
    { why: 'CRLF', chunk: 'ping\r\n', message: text('ping') },
    { why: 'LF that is all', chunk: '\n', message: text('') },
    { why: 'LF after another', chunk: 'a\nb\n', message: text('a\nb') },
  ])('lose a trailing $why', ({ chunk, message }) => {
    expect(bare(chunk)).toEqual([message])
  })

  test('that end inside a character wait for its rest, in as many chunks as it takes', () => {
    for (const character of ['é', '€', '👩']) {
      const bytes = Buffer.from(`a${character}`)
      const chunks = Array.from(bytes, (byte) => Buffer.of(byte))
      expect(bare(bytes.subarray(0, 2), ...chunks.slice(2))).toEqual([text(`a${character}`)])
    }
  })

  test.each([
    [[0xff]],
    [[0x61, 0xc0]],
    [[0xf5]],
    [[0x80]],
    [[0xc3, 0x28]],
    [[0x80, 0x80, 0x80, 0x80]],
  ])('that can become no text are refused at once: %j', (bytes) => {
    expect(bare(Uint8Array.from(bytes), 'ping')).toEqual([badUtf8, text('ping')])
  })

  test('that end inside a character at the end of input are refused', () => {
    const framer = new Framer(16, 'bare')
    expect(feed(framer, [Buffer.of(0x61, 0xc3)])).toEqual([badUtf8])
  })

  test('that are too long end it', () => {
    expect(bare('x'.repeat(16), 'x'.repeat(17), 'ping')).toEqual([text('x'.repeat(16)), tooLong])
    expect(bare(`${'x'.repeat(16)}\r\n`)).toEqual([text('x'.repeat(16))])
  })

  test('never make it throw', () => {
    fc.assert(
      fc.property(
        someBytes,
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.nat(20),
        (bytes, cuts, settle) => {
          const framer = new Framer(12)
          for (const [index, chunk] of cut(bytes, cuts).entries()) {
            framer.push(chunk)
            if (index === settle) framer.settleAsBare()
            for (const message of pull(framer)) {
              if (message.kind === 'text') expect(Buffer.byteLength(message.text)).toBeLessThan(13)
            }
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('the longest message', () => {
  test('may be set anew, also for one that is coming in', () => {
    const framer = new Framer(4)
    framer.push(Buffer.from('abcd'))
    framer.maxBytes = 8
    framer.push(Buffer.from('efgh\nabcdefgh\n'))
    expect(framer.next()).toEqual(text('abcdefgh'))
    framer.maxBytes = 4
    expect(framer.next()).toEqual(tooLong)
  })

  test('is not waited for beyond what was set, however much was allowed before', () => {
    const framer = new Framer(4)
    framer.maxBytes = 8
    framer.push(Buffer.from('abcdefgh'))
    expect(framer.next()).toBeUndefined()
    framer.maxBytes = 4
    framer.push(Buffer.from('i'))
    expect(framer.next()).toEqual(tooLong)
  })
})
