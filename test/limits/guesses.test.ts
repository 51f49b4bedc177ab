import { describe, expect, test } from 'bun:test'
import { Guesses } from '../../src/limits/guesses.ts'

function guessing(wrongPerMinute: number) {
  const clock = { time: 0 }
  const guesses = new Guesses({ wrongPerMinute }, () => clock.time)
  /** Guesses as long as it may; how often that was. */
  const guessAll = (ip: string, tries = 1_000) => {
    let times = 0
    for (; times < tries && guesses.waitSeconds(ip) === 0; times += 1) guesses.guessedWrong(ip)
    return times
  }
  return { guesses, clock, guessAll }
}

/** So many addresses of one provider, each a customer's network of its own. */
const ofOneProvider = Array.from({ length: 100 }, (_, each) => `2001:db8:${each.toString(16)}::1`)
/** The same, each of another provider. */
const ofMany = Array.from({ length: 100 }, (_, each) => `${1 + each}.2.0.1`)

describe('guesses from one address', () => {
  test('are so many at once, and so many a minute for ever', () => {
    const { guesses, clock, guessAll } = guessing(6)
    expect(guessAll('192.0.2.1')).toBe(6)
    expect(guesses.waitSeconds('192.0.2.1')).toBe(10)
    clock.time = 9_999
    expect(guesses.waitSeconds('192.0.2.1')).toBe(1)
    clock.time = 10_000
    expect(guessAll('192.0.2.1')).toBe(1)
    expect(guesses.waitSeconds('198.51.100.1')).toBe(0)
  })

  test.each([
    ['127.0.0.1', '127.9.8.7', true],
    ['127.0.0.1', '::1', true],
    ['2001:db8::1', '2001:db8::ffff:1', true],
    ['2001:db8::1', '2001:db8:0:1::1', false],
    ['192.0.2.1', '192.0.2.2', false],
  ])('%s and %s are one: %p', (one, other, same) => {
    const { guesses, guessAll } = guessing(3)
    guessAll(one)
    expect(guesses.waitSeconds(other) > 0).toBe(same)
  })

  test('cost nothing that are right', () => {
    const { guesses } = guessing(1)
    for (let each = 0; each < 100; each += 1) expect(guesses.waitSeconds('192.0.2.1')).toBe(0)
  })
})

describe('guesses from all addresses together', () => {
  test('are ten times as many, whoever and how many they are', () => {
    const { clock, guessAll } = guessing(2)
    const guessEach = () => ofMany.reduce((sum, ip) => sum + guessAll(ip), 0)
    expect(guessEach()).toBe(20)
    expect(guessEach()).toBe(0)
    clock.time = 30_000
    expect(guessEach()).toBe(10)
  })

  test('are half of that for those who guess from a thousand addresses of one provider', () => {
    const { guesses, guessAll } = guessing(2)
    expect(ofOneProvider.reduce((sum, ip) => sum + guessAll(ip), 0)).toBeLessThanOrEqual(11)
    expect(guesses.waitSeconds('2001:db8:ffff::1')).toBeGreaterThan(0)
    // Everybody else mistypes and tries again, as ever.
    expect(guessAll('203.0.113.7', 1)).toBe(1)
    expect(guesses.waitSeconds('192.0.2.1')).toBe(0)
    expect(guesses.waitSeconds('::1')).toBe(0)
  })

  test('leave nobody waiting for long: a network is forgotten after ten minutes', () => {
    const { guesses, clock, guessAll } = guessing(2)
    guessAll('203.0.113.7', 1)
    for (const ip of ofOneProvider) guessAll(ip)
    expect(guesses.waitSeconds('203.0.113.7')).toBeGreaterThan(0)
    clock.time = 600_000
    for (const ip of ofOneProvider) guessAll(ip)
    expect(guesses.waitSeconds('203.0.113.7')).toBe(0)
  })

  test('wait as long as is said', () => {
    const { guesses, clock, guessAll } = guessing(2)
    for (const ip of ofOneProvider) guessAll(ip)
    const wait = guesses.waitSeconds('2001:db8:ffff::1')
    clock.time = wait * 1_000
    expect(guesses.waitSeconds('2001:db8:ffff::1')).toBe(0)
  })
})
