import { expect, test } from 'bun:test'
import { CallPorts } from '../../../src/web/session/call-ports.ts'

function ports(taken: (ip: string, port: number) => boolean = () => false) {
  const clock = { time: 0 }
  const subject = new CallPorts({ isTaken: taken, now: () => clock.time })
  return { clock, subject }
}

test('no port is suggested twice at one address, however many ask', () => {
  const { subject } = ports()
  const suggested = Array.from({ length: 1_200 }, () => subject.suggest('192.0.2.7'))
  expect(new Set(suggested).size).toBe(1_200)
  expect(Math.min(...suggested)).toBe(5_000)
  expect(Math.max(...suggested)).toBeLessThan(32_768)
})

test('a port that somebody uses at that address is not suggested', () => {
  const { subject } = ports((ip, port) => ip === '192.0.2.7' && port !== 5_432)
  expect(subject.suggest('192.0.2.7')).toBe(5_432)
})

test('a suggestion that nobody used may be made again after ten minutes', () => {
  const { subject, clock } = ports((_, port) => port !== 5_432 && port < 6_000)
  expect(subject.suggest('192.0.2.7')).toBe(5_432)
  expect(subject.suggest('192.0.2.7')).toBeGreaterThanOrEqual(6_000)
  clock.time = 10 * 60_000
  expect(subject.suggest('192.0.2.7')).toBe(5_432)
})

test('so many suggestions are kept at most, and the oldest is forgotten', () => {
  const { subject } = ports()
  for (let each = 0; each < 25_000; each += 1) subject.suggest(`2001:db8::${each.toString(16)}`)
  expect(subject.kept).toBe(20_000)
})
