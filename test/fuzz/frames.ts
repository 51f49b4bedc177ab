import fc from 'fast-check'

import { from, often, word } from './odd-words.ts'

const json = fc.oneof(
  fc.record(
    {
      filter: word,
      order: word,
      page: word,
      pages: fc.oneof(word, fc.integer()),
      personName: word,
      personIp: word,
    },
    { requiredKeys: [] },
  ),
  fc.record({
    call: fc.oneof(
      fc.record({ kind: from('call', 'resume'), name: word, ip: word, id: word }),
      fc.record({
        kind: from('accept', 'decline', 'hangup', 'signal', 'x'),
        id: word,
        payload: word,
      }),
    ),
  }),
  fc.jsonValue(),
)
const said = fc.oneof(
  { weight: 5, arbitrary: json.map((value) => JSON.stringify(value)) },
  {
    weight: 1,
    arbitrary: from('', '{', '['.repeat(5_000), '{"filter":"\ud800"}', 'null', '"'.repeat(99)),
  },
)

/** A length as a frame says it. */
function sizeOf(length: number): Buffer {
  if (length < 126) return Buffer.from([length])
  const size = Buffer.alloc(length < 65_536 ? 3 : 9)
  size[0] = length < 65_536 ? 126 : 127
  if (length < 65_536) size.writeUInt16BE(length, 1)
  else size.writeBigUInt64BE(BigInt(length), 1)
  return size
}

/** A frame of a WebSocket (RFC 6455, section 5.2), mostly as a browser sends them. */
export const frame: fc.Arbitrary<Uint8Array> = fc
  .record({
    first: often(fc.constantFrom(0x81, 0x81, 0x81, 0x82, 0x89, 0x8a), fc.nat({ max: 255 }), 9),
    payload: often(
      said.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    ),
    masked: often(fc.constant(true), fc.constant(false), 15),
    length: often(fc.constant(undefined), fc.constantFrom(0, 125, 65_535, 70_000, 2 ** 40), 15),
  })
  .map(({ first, payload, masked, length = payload.length }) => {
    const size = sizeOf(length)
    if (masked) size[0] = (size[0] ?? 0) | 0x80
    const mask = Buffer.from([1, 2, 3, 4])
    const data = masked
      ? Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)))
      : payload
    return Buffer.concat([Buffer.from([first]), size, masked ? mask : Buffer.alloc(0), data])
  })
