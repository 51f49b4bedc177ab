import { describe, expect, test } from 'bun:test'
import {
  type CallEvent,
  type CallState,
  deadlineOf,
  type Effect,
  limits,
  step,
} from '../../../src/browser/call/call-machine.ts'
import type { CallNews } from '../../../src/page-protocol.ts'

const bia = { name: 'Bia', ip: '10.0.0.2' }
const caio = { name: 'Caio', ip: '10.0.0.3' }
const id = 'call-1'

/** A call that lives through events, a millisecond apart unless told otherwise. */
function live(...events: (CallEvent | number)[]) {
  let state: CallState = { at: 'idle' }
  let now = 1_000
  let effects: Effect[] = []
  for (const event of events) {
    if (typeof event === 'number') {
      now += event
      continue
    }
    now += 1
    const next = step(state, event, now)
    state = next.state
    effects = next.effects
  }
  return { state, effects, now, did: effects.map((effect) => effect.do) }
}

const news = (told: CallNews): CallEvent => ({ from: 'server', news: told })
const call: CallEvent = { from: 'person', does: 'call', person: bia, sending: 'video' }
const accept: CallEvent = { from: 'person', does: 'accept', sending: 'audio' }
const decline: CallEvent = { from: 'person', does: 'decline' }
const hangUp: CallEvent = { from: 'person', does: 'hang-up' }
const clock: CallEvent = { from: 'clock' }
const away: CallEvent = { from: 'server', link: 'away' }
const here: CallEvent = { from: 'server', link: 'here' }
const ringingOut = news({ kind: 'ringing', id, direction: 'out', ...bia, ringsForMs: 45_000 })
const ringingIn = news({ kind: 'ringing', id, direction: 'in', ...bia, ringsForMs: 45_000 })
const accepted = (polite: boolean) => news({ kind: 'accepted', id, ...bia, polite, iceServers: [] })
const ended = (reason: 'hangup' | 'cancelled' | 'timeout' | 'left') =>
  news({ kind: 'ended', id, reason })
const peer = (told: (CallEvent & { from: 'peer' })['told']): CallEvent => ({ from: 'peer', told })
const talking = [call, ringingOut, accepted(false), peer('connected')]
const resume = { do: 'send', wish: { kind: 'resume', id, ...bia } } as const
const hangUpWish = { do: 'send', wish: { kind: 'hangup', id } } as const

describe('placing a call', () => {
  test('asks, opens the camera, rings, connects and talks', () => {
    expect(live(call).effects).toEqual([
      { do: 'send', wish: { kind: 'call', ...bia } },
      { do: 'open-media', sending: 'video' },
    ])
    expect(live(call, ringingOut).state).toMatchObject({ at: 'ringing-out', mine: true })
    const answered = live(call, ringingOut, accepted(false))
    expect(answered.state.at).toBe('connecting')
    expect(answered.effects).toEqual([
      { do: 'connect', id, person: bia, polite: false, iceServers: [] },
    ])
    expect(live(...talking).state).toMatchObject({ at: 'talking', signalling: 'there' })
  })

  test.each<[string, CallEvent[], string]>([
    ['refused', [ringingOut, news({ kind: 'declined', id })], 'declined'],
    ['busy', [news({ kind: 'refused', wish: 'call', code: 'busy' })], 'busy'],
    ['nobody answers', [ringingOut, ended('timeout')], 'no-answer'],
    ['they leave', [ringingOut, ended('left')], 'left'],
    ['taken back', [ringingOut, hangUp], 'cancelled'],
    ['the server is away', [away], 'server-away'],
    ['another code', [news({ kind: 'refused', wish: 'call', code: 'not-ready' })], 'refused'],
  ])('ends when %s', (_, events, kind) => {
    const { state, did } = live(call, ...events)
    expect(state).toMatchObject({ at: 'over', outcome: { kind }, person: bia })
    expect(did).toContain('release')
  })

  test('taken back before it has an id, it is hung up as soon as it has one', () => {
    expect(live(call, hangUp, ringingOut).effects).toEqual([hangUpWish])
    expect(live(call, hangUp, ringingOut).state.at).toBe('over')
    expect(live(call, hangUp, accepted(false)).effects).toEqual([hangUpWish])
  })

  test('two who call each other are connected at once', () => {
    expect(live(call, accepted(true)).state.at).toBe('connecting')
    const crossed = live(call, ringingIn, accepted(true))
    expect(crossed.state).toMatchObject({ at: 'connecting', sending: 'video' })
    expect(crossed.did).toEqual(['connect'])
  })

  test('a call that comes in first takes the place of the one that was asked for', () => {
    const theirs = news({ kind: 'ringing', id: 'x', direction: 'in', ...caio, ringsForMs: 1 })
    const refused = news({ kind: 'refused', wish: 'call', code: 'already-in-call' })
    expect(live(call, theirs, refused).state).toMatchObject({ at: 'ringing-in', person: caio })
  })
})

describe('being called', () => {
  test('rings, and is answered with what the person chose', () => {
    expect(live(ringingIn).state.at).toBe('ringing-in')
    expect(live(ringingIn, accept).effects).toEqual([
      { do: 'send', wish: { kind: 'accept', id } },
      { do: 'open-media', sending: 'audio' },
    ])
    expect(live(ringingIn, accept, accepted(true)).did).toEqual(['connect'])
  })

  test.each<[string, CallEvent[], string]>([
    ['refused here', [decline], 'declined-here'],
    ['answered in another tab', [news({ kind: 'elsewhere', id })], 'elsewhere'],
    ['another tab was faster', [accept, news({ kind: 'elsewhere', id })], 'elsewhere'],
    ['taken back', [ended('cancelled')], 'missed'],
    [
      'too late',
      [accept, news({ kind: 'refused', wish: 'accept', id, code: 'unknown-call' })],
      'missed',
    ],
  ])('ends when %s', (_, events, kind) => {
    expect(live(ringingIn, ...events).state).toMatchObject({ at: 'over', outcome: { kind } })
  })

  test('stops by itself where the registry says nothing more', () => {
    expect(live(ringingIn, 45_000, clock).state.at).toBe('ringing-in')
    expect(live(ringingIn, 48_000, clock).state).toMatchObject({ outcome: { kind: 'missed' } })
    // The server is back, and knows of no call that rings.
    expect(live(ringingIn, away, here, limits.tellMs, clock).state.at).toBe('over')
    expect(live(ringingIn, away, here, ringingIn, limits.tellMs, clock).state.at).toBe('ringing-in')
  })

  test('says again that it answers, where the server may have missed it', () => {
    expect(live(ringingIn, accept, away, here, ringingIn).effects).toEqual([
      { do: 'send', wish: { kind: 'accept', id } },
    ])
  })

  test('news of another call change nothing', () => {
    const other = news({ kind: 'ended', id: 'other', reason: 'cancelled' })
    expect(live(ringingIn, other).state.at).toBe('ringing-in')
    const second = news({ kind: 'ringing', id: 'other', direction: 'in', ...caio, ringsForMs: 9 })
    expect(live(ringingIn, second).state).toMatchObject({ person: bia })
  })
})

describe('a call that runs', () => {
  test('is hung up by the channel and by the registry', () => {
    expect(live(...talking, hangUp).effects).toEqual([
      { do: 'say-bye' },
      hangUpWish,
      { do: 'release' },
    ])
    expect(live(...talking, peer('bye')).state).toMatchObject({ outcome: { kind: 'hung-up' } })
    expect(live(...talking, peer('bye')).effects).toEqual([hangUpWish, { do: 'release' }])
    expect(live(...talking, ended('hangup')).state).toMatchObject({ outcome: { kind: 'hung-up' } })
  })

  test('goes on when the registry takes the other end for left, and is taken up again', () => {
    const left = live(...talking, ended('left'))
    expect(left.state).toMatchObject({ at: 'talking', signalling: 'lost' })
    expect(left.effects).toEqual([resume])
    const refused = news({ kind: 'refused', wish: 'resume', id, code: 'unknown-user' })
    const again = live(...talking, ended('left'), refused, limits.resumeMs, clock)
    expect(again.effects).toEqual([resume])
    const resumed = live(...talking, ended('left'), news({ kind: 'resumed', id, iceServers: [] }))
    expect(resumed.state).toMatchObject({ at: 'talking', signalling: 'there' })
    expect(resumed.did).toEqual(['signalling-back'])
  })

  test('says that it goes on when the server is back', () => {
    expect(live(...talking, away).state).toMatchObject({ at: 'talking', signalling: 'away' })
    expect(live(...talking, away, here).effects).toEqual([resume, { do: 'signalling-back' }])
  })

  test('survives ten seconds without a network, and is lost after twenty', () => {
    expect(live(...talking, peer('broken'), 10_000, clock, peer('connected')).state).toMatchObject({
      at: 'talking',
    })
    const broken = live(...talking, peer('broken'), 15_000, peer('failed'))
    expect(deadlineOf(broken.state)).toBe(broken.now - 15_001 + limits.brokenMs)
    expect(live(...talking, peer('failed'), 20_000, clock).state).toMatchObject({
      outcome: { kind: 'lost' },
    })
  })

  test('is over at once when the other end has left in every way', () => {
    const both = [ended('left'), peer('channel-closed')]
    expect(live(...talking, ...both).state).toMatchObject({ outcome: { kind: 'left' } })
    expect(live(...talking, ...both.reverse()).state).toMatchObject({ outcome: { kind: 'left' } })
    expect(live(...talking, peer('channel-closed')).state.at).toBe('talking')
  })

  test('fails where the two find no way to each other', () => {
    const failed = live(call, ringingOut, accepted(false), limits.connectMs, clock)
    expect(failed.state).toMatchObject({ outcome: { kind: 'failed' } })
    expect(failed.did).toEqual(['say-bye', 'send', 'release'])
  })

  test('an answer that was given while the server was away is found out', () => {
    const resumed = news({ kind: 'resumed', id, iceServers: [] })
    expect(live(call, ringingOut, away, here).effects).toEqual([resume])
    expect(live(call, ringingOut, away, here, resumed).state.at).toBe('connecting')
    expect(live(ringingIn, accept, away, here, resumed).effects).toEqual([
      { do: 'connect', id, person: bia, polite: true, iceServers: [] },
    ])
  })
})
