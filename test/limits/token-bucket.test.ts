import { expect, test } from 'bun:test'
import { aMinute, TokenBucket } from '../../src/limits/token-bucket.ts'

function bucket(perMinute: number, burst: number) {
  const clock = { time: 5_000 }
  const subject = new TokenBucket(aMinute(perMinute, burst), () => clock.time)
  return { clock, taken: (times: number) => Array.from({ length: times }, () => subject.take()) }
}

test('a bucket gives its burst at once, and then no more', () => {
  expect(bucket(6, 3).taken(5)).toEqual([true, true, true, false, false])
})

test('it gives one more each time that the rate allows it', () => {
  const { clock, taken } = bucket(6, 1)
  expect(taken(1)).toEqual([true])
  clock.time += 9_999
  expect(taken(1)).toEqual([false])
  clock.time += 1
  expect(taken(2)).toEqual([true, false])
})

test('it saves up no more than its burst', () => {
  const { clock, taken } = bucket(6, 2)
  clock.time += 3_600_000
  expect(taken(3)).toEqual([true, true, false])
})

test('asking in vain costs nothing', () => {
  const { clock, taken } = bucket(60, 1)
  taken(1)
  for (let each = 0; each < 10; each += 1) {
    clock.time += 99
    expect(taken(1)).toEqual([false])
  }
  clock.time += 11
  expect(taken(1)).toEqual([true])
})
