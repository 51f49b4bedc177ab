import { expect, test } from 'bun:test'
import { KeyedHash } from '../src/keyed-hash.ts'

/** The key of the published vectors: the bytes 0 to 7. */
const key = Int32Array.of(0x03020100, 0x07060504)

/** Vectors of even length: of 0, 1, 2, … bytes that count from 0 (Linux, lib/tests/siphash_kunit.c). */
test.each([
  { units: 0, hash: 0x5814_c896 },
  { units: 1, hash: 0xbc4b_0e30 },
  { units: 2, hash: 0x7e05_9ea6 },
  { units: 3, hash: 0xa008_0b65 },
  { units: 4, hash: 0x5779_99b1 },
  { units: 5, hash: 0xe4fa_32cf },
  { units: 6, hash: 0x6b28_096c },
  { units: 7, hash: 0x1665_8a7c },
])('a text of $units units has the published hash', ({ units, hash }) => {
  const bytes = Uint8Array.from({ length: 2 * units }, (_, each) => each)
  const text = new TextDecoder('utf-16le').decode(bytes)
  expect(new KeyedHash(key).ofText(text) >>> 0).toBe(hash)
})

test('texts of any length have one, and another with another key', () => {
  const [one, other] = [new KeyedHash(), new KeyedHash()]
  let different = 0
  for (let length = 0; length < 1_000; length += 1) {
    const text = 'é'.repeat(length)
    expect(one.ofText(text)).toBe(one.ofText(text))
    if (one.ofText(text) !== other.ofText(text)) different += 1
  }
  expect(different).toBeGreaterThan(990)
})
