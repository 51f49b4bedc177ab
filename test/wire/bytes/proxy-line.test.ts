import { expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  formatProxyLine,
  maxProxyLineBytes,
  parseProxyLine,
} from '../../../src/wire/bytes/proxy-line.ts'

const to = { ip: '127.0.0.1', port: 3001 }

test.each([
  { ip: '192.0.2.7', port: 4000, line: 'PROXY TCP4 192.0.2.7 127.0.0.1 4000 3001\r\n' },
  { ip: '2001:db8::7', port: 1, line: 'PROXY TCP6 2001:db8::7 127.0.0.1 1 3001\r\n' },
])('a connection from $ip begins with $line', ({ ip, port, line }) => {
  expect(formatProxyLine({ ip, port }, to)).toBe(line)
  expect(parseProxyLine(line)).toEqual({ ok: true, value: { ip, port } })
})

test('any end comes back in canonical form, in a line that is short enough', () => {
  const ip = fc.oneof(fc.ipV4(), fc.ipV6())
  fc.assert(
    fc.property(ip, fc.integer({ min: 1, max: 65_535 }), (ip, port) => {
      const line = formatProxyLine({ ip, port }, to)
      expect(line.length).toBeLessThanOrEqual(maxProxyLineBytes)
      const parsed = parseProxyLine(line)
      expect(parsed.ok && parsed.value.port).toBe(port)
    }),
  )
})

test.each([
  '',
  '\n',
  'PROXY UNKNOWN\r\n',
  'PROXY TCP4 192.0.2.7 127.0.0.1 4000 3001\n',
  'PROXY TCP4 192.0.2.7 127.0.0.1 4000\r\n',
  'PROXY TCP4 127.1 127.0.0.1 4000 3001\r\n',
  'PROXY TCP4 2001:db8::7 2001:db8::1 4000 3001\r\n',
  'PROXY TCP6 192.0.2.7 192.0.2.1 4000 3001\r\n',
  'PROXY TCP4  192.0.2.7 127.0.0.1 4000 3001\r\n',
  'PROXY TCP4 fe80::1%eth0 127.0.0.1 4000 3001\r\n',
  'PROXY TCP4 192.0.2.7 127.0.0.1 0 3001\r\n',
  'proxy TCP4 192.0.2.7 127.0.0.1 4000 3001\r\n',
  'auth,key\n',
])('no other line is one: %j', (line) => {
  expect(parseProxyLine(line)).toEqual({ ok: false, error: 'not-proxied' })
})
