import { describe, expect, test } from 'bun:test'
import { addressGroup } from '../../../src/limits/address-group.ts'
import type { RegistryLimits } from '../../../src/limits/registry-limits.ts'
import { AddressTable, type Seat } from '../../../src/registry/entrance/address-table.ts'
import { defaultLimits } from '../../support/limits.ts'

function addressTable(limits: Partial<RegistryLimits> = {}) {
  const clock = { time: 0 }
  const subject = new AddressTable({ ...defaultLimits, ...limits }, () => clock.time)
  const come = (ip: string | undefined, places?: number) => {
    const seat = subject.admit(ip, places)
    return seat.ok ? 'in' : seat.error
  }
  const seat = (ip: string | undefined, places?: number): Seat => {
    const taken = subject.admit(ip, places)
    if (!taken.ok) throw new Error(taken.error)
    return taken.value
  }
  return { subject, clock, come, seat }
}

describe('whom the limits take for one address', () => {
  test.each([
    ['203.0.113.5', '203.0.113.5'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::ffff:ffff:ffff:ffff', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is of %s', (ip, group) => {
    expect(addressGroup(ip)).toBe(group)
  })
})

describe('places', () => {
  test('are as many as the limit says, and free again when they are left', () => {
    const { come, seat, subject } = addressTable({ maxConnections: 2 })
    const first = seat('10.0.0.1')
    expect(come('10.0.0.2')).toBe('in')
    expect(come('10.0.0.3')).toBe('too-many-connections')
    expect(come(undefined)).toBe('too-many-connections')
    first.leave()
    first.leave()
    expect(subject.taken).toBe(1)
    expect(come('10.0.0.3')).toBe('in')
    expect(come('10.0.0.4')).toBe('too-many-connections')
  })

  test('are not taken in part', () => {
    const { come } = addressTable({ maxConnections: 4 })
    expect(come(undefined, 3)).toBe('in')
    expect(come(undefined, 3)).toBe('too-many-connections')
    expect(come(undefined)).toBe('in')
  })

  test('of one address are as many as the limit says; an IPv6 network of 64 bits is one', () => {
    const { come, seat } = addressTable({ maxConnectionsPerAddress: 2 })
    const first = seat('2001:db8::1')
    expect(come('2001:db8::2')).toBe('in')
    expect(come('2001:db8::3')).toBe('too-many-from-address')
    expect(come('2001:db8:0:1::1')).toBe('in')
    expect(come(undefined)).toBe('in')
    first.leave()
    expect(come('2001:db8::3')).toBe('in')
    expect(come('2001:db8::4')).toBe('too-many-from-address')
  })

  test('of who is exempt count in all, but not for the address', () => {
    const { come, seat } = addressTable({ maxConnectionsPerAddress: 1, maxConnections: 3 })
    const first = seat('10.0.0.1')
    first.exempt()
    first.exempt()
    const second = seat('10.0.0.1')
    expect(come('10.0.0.1')).toBe('too-many-from-address')
    first.leave()
    expect(come('10.0.0.1')).toBe('too-many-from-address')
    second.leave()
    expect(come('10.0.0.1')).toBe('in')
  })
})

describe('the rate of one address', () => {
  test('is a burst, and then so many a second; who is refused loses nothing', () => {
    const { come, clock } = addressTable({ connectionsPerSecond: 2, connectionBurst: 3 })
    for (let each = 0; each < 3; each += 1) expect(come('10.0.0.1')).toBe('in')
    for (let each = 0; each < 99; each += 1) expect(come('10.0.0.1')).toBe('connecting-too-fast')
    expect(come('10.0.0.2')).toBe('in')
    clock.time = 499
    expect(come('10.0.0.1')).toBe('connecting-too-fast')
    clock.time = 500
    expect(come('10.0.0.1')).toBe('in')
    expect(come('10.0.0.1')).toBe('connecting-too-fast')
  })
})

describe('what is remembered', () => {
  test('is bounded, however many addresses there are', () => {
    const { subject, seat } = addressTable({ maxKnownAddresses: 100 })
    for (let each = 0; each < 10_000; each += 1) {
      seat(`10.1.${each >> 8}.${each & 255}`).leave()
      seat(`2001:db8:${each.toString(16)}::1`).leave()
    }
    expect(subject.known).toBeLessThanOrEqual(100)
  })
})
