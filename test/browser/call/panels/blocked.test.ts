import { afterEach, beforeEach, expect, test } from 'bun:test'
import {
  block,
  blockedPeople,
  isBlocked,
  isListed,
  networkOf,
  unblock,
} from '../../../../src/browser/call/panels/blocked.ts'
import { addressGroup } from '../../../../src/limits/address-group.ts'

const key = 'encontro.blocked'
const stored = new Map<string, string>()

beforeEach(() => {
  stored.clear()
  globalThis.localStorage = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, text: string) => void stored.set(name, text),
  } as Storage
})
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'localStorage')
})

const zoe = { name: 'Zoe', ip: '192.0.2.7', nameOnly: false }

test('a blocked address is blocked whatever it calls itself', () => {
  block(zoe)
  expect(isBlocked({ name: 'Zoe', ip: '192.0.2.7' })).toBe(true)
  expect(isBlocked({ name: 'Outra', ip: '192.0.2.7' })).toBe(true)
  expect(isBlocked({ name: 'Zoe', ip: '192.0.2.8' })).toBe(false)
})

test('at an address that is our own too, the name decides', () => {
  block({ ...zoe, nameOnly: true })
  expect(isBlocked({ name: 'Zoe', ip: '192.0.2.7' })).toBe(true)
  expect(isBlocked({ name: 'Bia', ip: '192.0.2.7' })).toBe(false)
})

test('of IPv6 a whole network is blocked', () => {
  block({ ...zoe, ip: '2001:db8:0:7::1' })
  expect(isBlocked({ name: 'x', ip: '2001:db8:0:7:ffff::2' })).toBe(true)
  expect(isBlocked({ name: 'x', ip: '2001:db8:0:8::1' })).toBe(false)
})

test('nobody is listed twice, and whoever is unblocked rings again', () => {
  block(zoe)
  block(zoe)
  expect(blockedPeople()).toEqual([zoe])
  expect(isListed(zoe)).toBe(true)
  unblock(zoe)
  expect(blockedPeople()).toEqual([])
  expect(isBlocked(zoe)).toBe(false)
})

test.each(['', 'x', '{}', 'null', '[1, null, {"name": 1}]', '[{"name":"a","ip":"b"}]'])(
  'what somebody else stored there, %j, blocks nobody',
  (text) => {
    stored.set(key, text)
    expect(blockedPeople()).toEqual([])
  },
)

test('where nothing may be stored, it holds for as long as the page is open', () => {
  Reflect.deleteProperty(globalThis, 'localStorage')
  block(zoe)
  expect(isBlocked(zoe)).toBe(true)
  unblock(zoe)
  expect(isBlocked(zoe)).toBe(false)
})

test.each([
  '192.0.2.7',
  '::1',
  '::',
  '2001:db8::1',
  'fe80::1:2:3:4',
  '2001:db8:1:2:3:4:5:6',
  '1::',
  '1:0:0:2::5',
  '64:ff9b::c000:207',
])('%s is of the same network as it is for the limits of the server', (ip) => {
  const network = networkOf(ip)
  expect(ip.includes(':') ? `${network}::/64` : network).toBe(addressGroup(ip))
})
