import { describe, expect, test } from 'bun:test'
import { networkInterfaces } from 'node:os'
import {
  covers,
  fromElsewhere,
  fromHere,
  fromOtherMachines,
  isLoopback,
  outwardAddress,
  reachableAs,
} from '../../src/host/own-addresses.ts'

const outward = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

describe('a call reaches who listens', () => {
  test.each([
    { listening: '127.0.0.1', called: '127.0.0.1', reaches: true },
    { listening: '127.0.0.1', called: '127.0.0.2', reaches: false },
    { listening: '127.0.0.1', called: '::1', reaches: false },
    { listening: '0.0.0.0', called: '127.0.0.1', reaches: true },
    { listening: '0.0.0.0', called: '127.0.0.9', reaches: true },
    { listening: '0.0.0.0', called: '::1', reaches: false },
    { listening: '0.0.0.0', called: '192.0.2.7', reaches: false },
    { listening: '::', called: '::1', reaches: true },
    { listening: '::', called: '127.0.0.1', reaches: true },
    { listening: '::', called: '2001:db8::7', reaches: false },
    { listening: '::1', called: '::1', reaches: true },
    { listening: '::1', called: '127.0.0.1', reaches: false },
    { listening: 'fe80::1%eth0', called: 'fe80::1', reaches: true },
    { listening: 'fe80::1%eth0', called: 'fe80::2', reaches: false },
    { listening: 'FE80::A%eth0', called: 'fe80::a', reaches: true },
    { listening: 'fe80:0:0:0:0:0:0:a%2', called: 'fe80::a', reaches: true },
    { listening: '::ffff:127.0.0.1', called: '127.0.0.1', reaches: true },
    { listening: '::FFFF:7f00:1', called: '127.0.0.1', reaches: true },
    { listening: '127.0.0.1', called: '::ffff:127.0.0.1', reaches: true },
    { listening: '2001:DB8:0:0:0:0:0:7', called: '2001:db8::7', reaches: true },
    { listening: '0:0:0:0:0:0:0:0', called: '::1', reaches: true },
    { listening: '0:0:0:0:0:0:0:0', called: '2001:db8::7', reaches: false },
    { listening: '::', called: '::ffff:127.0.0.1', reaches: true },
  ])('at $listening when it goes to $called: $reaches', ({ listening, called, reaches }) => {
    expect(covers({ ip: listening, port: 3001 }, { ip: called, port: 3001 })).toBe(reaches)
    expect(covers({ ip: listening, port: 3001 }, { ip: called, port: 3002 })).toBe(false)
  })

  test.skipIf(outward === undefined)('on any address of this machine', () => {
    const called = { ip: outward ?? '', port: 3001 }
    expect(covers({ ip: '0.0.0.0', port: 3001 }, called)).toBe(true)
    expect(covers({ ip: '::', port: 3001 }, called)).toBe(true)
    expect(covers({ ip: '127.0.0.1', port: 3001 }, called)).toBe(false)
  })
})

test.each([
  { listening: '0.0.0.0', here: '127.0.0.1', elsewhere: outward ?? '127.0.0.1' },
  { listening: '::', here: '127.0.0.1', elsewhere: outward ?? '127.0.0.1' },
  { listening: '127.0.0.1', here: '127.0.0.1', elsewhere: '127.0.0.1' },
  { listening: '192.0.2.7', here: '192.0.2.7', elsewhere: '192.0.2.7' },
  { listening: '::1', here: '::1', elsewhere: '::1' },
])('what listens at $listening is reached at $here, from elsewhere at $elsewhere', (row) => {
  const endpoint = { ip: row.listening, port: 3001 }
  expect(fromHere(endpoint)).toEqual({ ip: row.here, port: 3001 })
  expect(fromElsewhere(endpoint)).toEqual({ ip: row.elsewhere, port: 3001 })
})

test('this machine is reachable as localhost, and at its own addresses', () => {
  const { names, addresses } = reachableAs()
  expect(names).toContain('localhost')
  for (const name of names) expect(name).toMatch(/^[a-z0-9.-]+$/)
  expect(addresses).toContain('127.0.0.1')
  if (outward) expect(addresses).toContain(outward)
  // They need an interface beside them, which a URL cannot name.
  expect(addresses.filter((address) => address.startsWith('fe80'))).toEqual([])
})

describe('of several addresses of a machine, others are told', () => {
  const at = (name: string, address: string) => ({
    name,
    address,
    internal: name === 'lo',
    family: address.includes(':') ? 'IPv6' : 'IPv4',
  })
  const inner = [at('lo', '127.0.0.1'), at('docker0', '172.17.0.1'), at('br-1f', '172.18.0.1')]

  test.each([
    { have: [...inner, at('eth0', '192.0.2.7')], told: '192.0.2.7' },
    { have: [at('eth0', '2001:db8::7'), at('eth0', '192.0.2.7')], told: '192.0.2.7' },
    { have: [...inner, at('eth0', 'fe80::1'), at('eth0', '2001:db8::7')], told: '2001:db8::7' },
    { have: [at('lo', '::1'), at('eth0', 'fe80::1')], told: undefined },
    { have: inner, told: '172.17.0.1' },
  ])('$told', ({ have, told }) => {
    expect(outwardAddress('::', have)).toBe(told as string)
  })

  test('one of IPv4 where only IPv4 is listened to', () => {
    expect(outwardAddress('0.0.0.0', [at('eth0', '2001:db8::7')])).toBeUndefined()
  })
})

test('other machines reach a listener at every address of this one, and never at a loopback address', () => {
  expect(fromOtherMachines({ ip: '192.0.2.1', port: 3001 })).toEqual([
    { ip: '192.0.2.1', port: 3001 },
  ])
  for (const ip of ['0.0.0.0', '::']) {
    const all = fromOtherMachines({ ip, port: 3001 })
    const others = reachableAs().addresses.filter((each) => !isLoopback(each))
    expect(all).toEqual(others.map((each) => ({ ip: each, port: 3001 })))
    expect(all.some((each) => isLoopback(each.ip))).toBe(false)
  }
})
