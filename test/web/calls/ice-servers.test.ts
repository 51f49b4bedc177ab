import { expect, test } from 'bun:test'
import { iceServersFor, turnUserOf } from '../../../src/web/calls/ice-servers.ts'

const settings = {
  stunUrls: ['stun:stun.example.org'],
  turnUrls: ['turn:turn.example.org'],
  turnSecret: 'shared with coturn',
  turnLifetimeSeconds: 3_600,
}
const hourMs = 3_600_000

const turn = (user: string, nowMs: number) => {
  const { username = '', credential = '' } = iceServersFor(settings, user, nowMs)[1] ?? {}
  return { username, credential, expiry: Number(username.split(':')[0]) }
}

test('a credential is good for half its lifetime at least, and never for longer than all of it', () => {
  for (let nowMs = 1_790_000_000_000; nowMs < 1_790_000_000_000 + 2 * hourMs; nowMs += 61_007) {
    const left = turn('ana', nowMs).expiry * 1_000 - nowMs
    expect(left).toBeGreaterThanOrEqual(hourMs / 2)
    expect(left).toBeLessThanOrEqual(hourMs)
  }
})

test('who asks all the time gets another one each half of a lifetime', () => {
  const seen = new Set<string>()
  for (let at = 0; at < 3 * hourMs; at += 1_000) seen.add(turn('ana', at).username)
  expect(seen.size).toBe(6)
})

test('coturn finds the password that belongs to the name', () => {
  const { username, credential } = turn('ana', 1_790_000_000_000)
  const right = new Bun.CryptoHasher('sha1', settings.turnSecret).update(username).digest('base64')
  expect(credential).toBe(right)
})

test('a browser has one name there, another than any other’s, and not its session’s id', () => {
  const ids = ['a-session-of-ana-with-128-bits', 'a-session-of-bia-with-128-bits']
  const [ana = '', bia = ''] = ids.map((id) => turnUserOf(id, 'our secret'))
  expect(turnUserOf(ids[0] ?? '', 'our secret')).toBe(ana)
  expect(ana).not.toBe(bia)
  expect(ana).not.toBe(turnUserOf(ids[0] ?? '', 'another secret'))
  expect(ana).toMatch(/^[\w-]{22}$/)
  expect(ana).not.toContain('session')
})
