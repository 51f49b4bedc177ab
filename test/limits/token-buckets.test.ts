import { describe, expect, test } from 'bun:test'
import { TokenBuckets } from '../../src/limits/token-buckets.ts'

describe('a bucket of many', () => {
  test('is a burst at once, and its rate for ever', () => {
    let time = 0
    const buckets = new TokenBuckets({ perSecond: 2, burst: 3 }, () => time)
    const takes = (count: number) => Array.from({ length: count }, () => buckets.take('a'))
    expect(takes(4)).toEqual([true, true, true, false])
    expect(buckets.secondsUntilNext('a')).toBe(1)
    time += 500
    expect(buckets.isEmpty('a')).toBe(false)
    expect(takes(2)).toEqual([true, false])
    expect(buckets.isEmpty('a')).toBe(true)
    time += 3_600_000
    expect(takes(4)).toEqual([true, true, true, false])
    expect(buckets.take('b')).toBe(true)
  })

  test('is forgotten once it is full again', () => {
    let time = 0
    const buckets = new TokenBuckets({ perSecond: 1, burst: 2 }, () => time)
    for (let each = 0; each < 1_000; each += 1) buckets.take(`early ${each}`)
    expect(buckets.known).toBe(1_000)
    time += 2_000
    for (let each = 0; each < 1_000; each += 1) buckets.take(`late ${each}`)
    expect(buckets.known).toBeLessThanOrEqual(1_001)
    for (let each = 0; each < 10; each += 1) buckets.take(`last ${each}`)
    expect(buckets.known).toBeLessThanOrEqual(1_010)
    time += 2_000
    for (let each = 0; each < 1_100; each += 1) buckets.take('one')
    expect(buckets.known).toBe(1)
  })

  test('is one of so many at most, whoever asks; the longest unused goes', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, () => 0, 100)
    for (let each = 0; each < 100_000; each += 1) {
      buckets.take(`address ${each}`)
      if (each % 10 === 0) buckets.take('busy')
    }
    expect(buckets.known).toBeLessThanOrEqual(100)
    expect(buckets.isEmpty('busy')).toBe(true)
  })
})
