import { expect, test } from 'bun:test'
import { isKnownHost } from '../../../src/web/http/known-hosts.ts'

test.each([
  { host: '127.0.0.1', known: true },
  { host: '192.0.2.7', known: true },
  { host: '[::1]', known: true },
  { host: '[2001:db8::7]', known: true },
  { host: 'localhost', known: true },
  { host: 'LOCALHOST', known: true },
  { host: 'localhost.', known: true },
  { host: 'encontro.example', known: true },
  { host: 'Encontro.Example.', known: true },
  { host: 'evil.example', known: false },
  { host: 'encontro.example.evil.example', known: false },
  { host: 'www.encontro.example', known: false },
  { host: 'notencontro.example', known: false },
  { host: 'localhost.evil.example', known: false },
  { host: 'localhost.localdomain', known: false },
  { host: '127.0.0.1.evil.example', known: false },
  { host: '1270.0.0.1', known: false },
  { host: '[::1].evil.example', known: false },
  { host: 'machine', known: false },
  { host: '', known: false },
  { host: '.', known: false },
])('the host “$host” is known: $known', ({ host, known }) => {
  expect(isKnownHost(host, ['encontro.example'])).toBe(known)
})

test('without public names only addresses and localhost are known', () => {
  expect(isKnownHost('encontro.example', [])).toBe(false)
  expect(isKnownHost('', [])).toBe(false)
})
