import { describe, expect, test } from 'bun:test'
import { readSigned, sign } from '../../../src/web/session/signature.ts'

const secret = 'a secret of the session'

describe('a signed text', () => {
  test('is read by who has the secret', () => {
    expect(readSigned(sign('eyJpZCI6IngifQ', secret), secret)).toBe('eyJpZCI6IngifQ')
    expect(readSigned(sign('', secret), secret)).toBe('')
    expect(readSigned(sign('a.b', secret), secret)).toBe('a.b')
  })

  // So that what browsers hold stays good: HMAC-SHA-256, RFC 4231, section 4.3 (test case 2).
  test('is signed as it always was', () => {
    const bytes = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
    const base64 = Buffer.from(bytes, 'hex').toString('base64')
    expect(sign('what do ya want for nothing?', 'Jefe')).toBe(
      `what do ya want for nothing?.${base64}`,
    )
  })

  const good = sign('text', secret)
  test.each([
    ['another text', good.replace('text', 'test')],
    ['another secret', sign('text', 'another')],
    ['a signature cut short', good.slice(0, -4)],
    ['no signature', 'text.'],
    ['no dot', 'text'],
    ['nothing', ''],
    ['a signature of other characters', `text.${'*'.repeat(44)}`],
    ['one bit more', `text.A${good.slice(5)}`],
  ])('is not, with %s', (_, given) => {
    expect(readSigned(given, secret)).toBeUndefined()
  })
})
