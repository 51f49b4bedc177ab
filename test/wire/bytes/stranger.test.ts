import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { strangerAnswer, strangerBytes, strangerOf } from '../../../src/wire/bytes/stranger.ts'

const methods = 'GET HEAD POST PUT DELETE OPTIONS PATCH CONNECT TRACE'.split(' ')

describe('the first bytes', () => {
  test.each(methods)('of a %s are HTTP, once its space is there', (method) => {
    expect(strangerOf(Buffer.from(method))).toBeUndefined()
    expect(strangerOf(Buffer.from(`${method} `))).toBe('HTTP')
    expect(strangerOf(Buffer.from(`${method} / HTTP/1.1\r\n`))).toBe('HTTP')
  })

  test('of HTTP/2 with prior knowledge are HTTP', () => {
    expect(strangerOf(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))).toBe('HTTP')
  })

  test('of a TLS hello of any version are TLS', () => {
    expect(strangerOf(Buffer.of(0x16))).toBeUndefined()
    expect(strangerOf(Buffer.of(0x16, 0x03))).toBe('TLS')
    expect(strangerOf(Buffer.of(0x16, 0x03, 0x01, 0x02, 0x00))).toBe('TLS')
    expect(strangerOf(Buffer.of(0x16, 0x02))).toBeNull()
  })

  test.each([
    ['get / HTTP/1.1'],
    ['GETULIO,127.0.0.1,4000,5000'],
    ['PUT,127.0.0.1,4000,5000'],
    ['POST\n'],
    ['ana,127.0.0.1,4000,5000'],
    ['\n'],
    ['list\n'],
    ['Ping\n'],
  ])('%j are nobody strange', (text) => {
    expect(strangerOf(Buffer.from(text))).toBeNull()
  })

  test('are judged the same however many of them have come, once they are judged', () => {
    const start = fc.constantFrom(...methods, '\x16\x03', 'ana,', '')
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 12 }), (text, bytes) => {
        const all = Buffer.concat([Buffer.from(text), bytes])
        const judged = Array.from({ length: all.length }, (_, length) =>
          strangerOf(all.subarray(0, length + 1)),
        ).filter((verdict) => verdict !== undefined)
        expect(new Set(judged).size).toBeLessThan(2)
        if (all.length >= strangerBytes) expect(judged).not.toBeEmpty()
      }),
    )
  })
})

test('the answer is one whole HTTP response that says where the web page is', () => {
  const answer = strangerAnswer('https://encontro.example/')
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  expect(head).toStartWith('HTTP/1.1 400 ')
  expect(head).toContain(`\r\nContent-Length: ${Buffer.byteLength(body)}`)
  expect(head).toContain('\r\nConnection: close')
  expect(body).toContain('https://encontro.example/')
})
