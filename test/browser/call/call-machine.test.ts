import { describe, expect, test } from 'bun:test'
import { type CallEvent, deadlineOf, limits } from '../../../src/browser/call/call-machine.ts'
import type { CallEnding, CallNews } from '../../../src/page-protocol.ts'
import { live } from '../../support/live-call.ts'

const bia = { name: 'Bia', ip: '10.0.0.2' }
const caio = { name: 'Caio', ip: '10.0.0.3' }
const id = 'call-1'

const news = (told: CallNews): CallEvent => ({ from: 'server', news: told })
const tag = 'wish-1'
const call: CallEvent = { from: 'person', does: 'call', person: bia, sending: 'video', tag }
const accept: CallEvent = { from: 'person', does: 'accept', sending: 'audio' }
const decline: CallEvent = { from: 'person', does: 'decline' }
const hangUp: CallEvent = { from: 'person', does: 'hang-up' }
const clock: CallEvent = { from: 'clock' }
const away: CallEvent = { from: 'server', link: 'away' }
const here: CallEvent = { from: 'server', link: 'here' }
const outgoing = { kind: 'ringing', id, direction: 'out', ...bia, ringsForMs: 45_000 } as const
const ringingOut = news({ ...outgoing, tag })
const ringingIn = news({ kind: 'ringing', id, direction: 'in', ...bia, ringsForMs: 45_000 })
const accepted = (polite: boolean) => news({ kind: 'accepted', id, ...bia, polite, iceServers: [] })
/** Both called each other, and the registry made one call of it. */
const crossed = news({ kind: 'accepted', id, ...bia, polite: true, iceServers: [], tag })
const ended = (reason: CallEnding) => news({ kind: 'ended', id, reason })
const peer = (told: (CallEvent & { from: 'peer' })['told']): CallEvent => ({
  from: 'peer',
  key: '0',
  told,
})
const talking = [call, ringingOut, accepted(false), peer('connected')]
const resume = { do: 'send', wish: { kind: 'resume', id, ...bia } } as const
const hangUpWish = { do: 'send', wish: { kind: 'hangup', id } } as const

describe('placing a call', () => {
  test('asks, opens the camera, rings, connects and talks', () => {
    expect(live(call).effects).toEqual([
      { do: 'send', wish: { kind: 'call', ...bia, tag } },
      { do: 'open-media', sending: 'video' },
    ])
    expect(live(call, ringingOut).state).toMatchObject({ at: 'ringing-out' })
    const answered = live(call, ringingOut, accepted(false))
    expect(answered.state.at).toBe('connecting')
    expect(answered.effects).toEqual([
      { do: 'connect', id, key: '0', person: bia, polite: false, iceServers: [] },
    ])
    expect(live(...talking).state).toMatchObject({ at: 'talking', signalling: 'there' })
  })

  test.each<[string, CallEvent[], string]>([
    ['refused', [ringingOut, news({ kind: 'declined', id })], 'declined'],
    ['busy', [news({ kind: 'refused', wish: 'call', tag, code: 'busy' })], 'busy'],
    ['nobody answers', [ringingOut, ended('timeout')], 'no-answer'],
    ['they leave', [ringingOut, ended('left')], 'left'],
    ['taken back', [ringingOut, hangUp], 'cancelled'],
    ['the server is away', [away], 'server-away'],
    ['another code', [news({ kind: 'refused', wish: 'call', tag, code: 'not-ready' })], 'refused'],
  ])('ends when %s', (_, events, kind) => {
    const { state, did } = live(call, ...events)
    expect(state).toMatchObject({ at: 'over', outcome: { kind }, person: bia })
    expect(did).toContain('release')
  })

  test('taken back before it has an id, it is hung up as soon as it has one', () => {
    for (const late of [ringingOut, crossed]) {
      expect(live(call, hangUp, late).effects).toEqual([hangUpWish])
      expect(live(call, hangUp, late).state.at).toBe('over')
    }
  })

  test('asked for again, it is not taken for the one that was taken back', () => {
    const again: CallEvent = {
      from: 'person',
      does: 'call',
      person: bia,
      sending: 'video',
      tag: '2',
    }
    const second = news({ ...outgoing, id: 'call-2', tag: '2' })
    expect(live(call, hangUp, again, ringingOut).effects).toEqual([hangUpWish])
    expect(live(call, hangUp, again, ringingOut).state.at).toBe('asking')
    expect(live(call, hangUp, again, ringingOut, second).state).toMatchObject({ id: 'call-2' })
    const refused = news({ kind: 'refused', wish: 'call', tag, code: 'busy' })
    expect(live(call, hangUp, again, refused).state.at).toBe('asking')
  })

  test('two who call each other are connected at once', () => {
    expect(live(call, crossed).state.at).toBe('connecting')
    expect(live(call, ringingIn, crossed).state).toMatchObject({
      at: 'connecting',
      sending: 'video',
    })
    expect(live(call, ringingIn, crossed).did).toEqual(['connect'])
  })

  test('goes on where the other took theirs back before the two met', () => {
    const back = live(call, ringingIn, ended('cancelled'))
    expect(back.state).toMatchObject({ at: 'asking', tag })
    expect(back.effects).toEqual([])
    const mine = news({ ...outgoing, id: 'call-2', tag })
    expect(live(call, ringingIn, ended('cancelled'), mine).state.at).toBe('ringing-out')
  })

  test('a call that comes in first takes the place of the one that was asked for', () => {
    const theirs = news({ kind: 'ringing', id: 'x', direction: 'in', ...caio, ringsForMs: 1 })
    const refused = news({ kind: 'refused', wish: 'call', tag, code: 'already-in-call' })
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
    expect(live(...talking, second).state).toMatchObject({ person: bia })
  })

  test('a call that rings says that the one before is over, of which the end was lost', () => {
    const second = news({ kind: 'ringing', id: 'other', direction: 'in', ...caio, ringsForMs: 9 })
    for (const before of [[ringingIn], [ringingIn, accept], [call, ringingOut]]) {
      const { state, did } = live(...before, away, here, second)
      expect(state).toMatchObject({ at: 'ringing-in', id: 'other', person: caio })
      expect(did).toEqual(['release'])
    }
  })

  test('does not ring on where the registry took for its answer a call that was taken back', () => {
    const { state, effects } = live(call, hangUp, ringingIn, crossed)
    expect(state).toMatchObject({ at: 'over', outcome: { kind: 'missed' } })
    expect(effects).toEqual([hangUpWish, { do: 'release' }])
  })
})

describe('a call that this tab has ended', () => {
  const resumed = news({ kind: 'resumed', id, ...bia, iceServers: [] })

  test.each<[string, CallEvent[], CallEvent]>([
    ['cancelled, and answered meanwhile', [call, ringingOut, hangUp], accepted(false)],
    ['answered, and hung up at once', [ringingIn, accept, hangUp], accepted(true)],
    ['refused, and told again', [ringingIn, decline], ringingIn],
    ['hung up, and told again', [ringingIn, accept, hangUp], ringingIn],
    ['given up for no answer', [call, ringingOut, 48_001, clock] as CallEvent[], accepted(false)],
    ['hung up while it was taken up again', [...talking, away, here, hangUp], resumed],
  ])('%s, does not come back', (_, events, late) => {
    for (const between of [[], [{ from: 'person', does: 'dismiss' } as const], [call]]) {
      const before = live(...events, ...between).state
      const { state, effects } = live(...events, ...between, late)
      expect(state.at).toBe(before.at)
      // Said again: the first time may be what was lost.
      expect(effects).toEqual([hangUpWish])
    }
  })
})

describe('a call that is given up', () => {
  const said = (payload: string) => news({ kind: 'signal', id, payload })
  const farewellOf = ({ effects }: ReturnType<typeof live>) =>
    effects.flatMap((effect) =>
      effect.do === 'send' && effect.wish.kind === 'signal' ? [effect.wish.payload] : [],
    )

  test.each<[string, (CallEvent | number)[], string]>([
    ['no way was found', [call, ringingOut, accepted(false), 30_000, clock], 'failed'],
    ['the connection was lost', [...talking, peer('broken'), 20_000, clock], 'lost'],
    [
      'it could not be set up',
      [call, ringingOut, accepted(false), { from: 'engine', key: '0', threw: 'NotSupportedError' }],
      'not-set-up',
    ],
  ])('says that %s to the other end, which was not hung up on', (_, events, why) => {
    const end = live(...events)
    expect(end.state).toMatchObject({ at: 'over', outcome: { kind: why } })
    const [payload = ''] = farewellOf(end)
    expect(end.did).toEqual(['send', 'send', 'release'])
    const kind = why === 'not-set-up' ? 'not-set-up-there' : why
    for (const state of [[call, ringingOut, accepted(false)], talking]) {
      const told = live(...state, said(payload))
      expect(told.state).toMatchObject({ at: 'over', outcome: { kind } })
      expect(told.did).toEqual(['send', 'release'])
      expect(live(...state, said(payload), ended('hangup')).state).toEqual(told.state)
    }
  })

  test('is nothing that another signal can be taken for', () => {
    for (const payload of ['', 'x', 'e30', 'eyJmYXJld2VsbCI6ImhhY2tlZCJ9', 'a'.repeat(200)]) {
      expect(live(...talking, said(payload)).did).toEqual(['receive'])
    }
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

  test('goes on when the registry takes the other end for lost, and is taken up again', () => {
    const lost = live(...talking, ended('lost'))
    expect(lost.state).toMatchObject({ at: 'talking', signalling: 'lost' })
    expect(lost.effects).toEqual([resume])
    const refused = news({ kind: 'refused', wish: 'resume', id, code: 'unknown-user' })
    const again = live(...talking, ended('lost'), refused, limits.resumeMs, clock)
    expect(again.effects).toEqual([resume])
    const resumed = live(
      ...talking,
      ended('lost'),
      news({ kind: 'resumed', id, ...bia, iceServers: [] }),
    )
    expect(resumed.state).toMatchObject({ at: 'talking', signalling: 'there' })
    expect(resumed.did).toEqual(['signalling-back'])
  })

  test('goes on with whoever the other end is now, where that has changed', () => {
    const now = { name: 'Bia no celular', ip: '10.0.0.9' }
    const resumed = news({ kind: 'resumed', id, ...now, iceServers: [] })
    const { state } = live(...talking, ended('lost'), resumed)
    expect(state).toMatchObject({ at: 'talking', person: now })
    const again = live(...talking, ended('lost'), resumed, ended('lost'))
    expect(again.effects).toEqual([{ do: 'send', wish: { kind: 'resume', id, ...now } }])
  })

  test.each(['left', 'moved'] as const)('is over at once when it is said to be %s', (reason) => {
    const { state, effects } = live(...talking, ended(reason))
    expect(state).toMatchObject({ at: 'over', outcome: { kind: reason }, person: bia })
    expect(effects).toEqual([{ do: 'release' }])
  })

  test('says that it goes on when the server is back', () => {
    expect(live(...talking, away).state).toMatchObject({ at: 'talking', signalling: 'away' })
    // Nothing more: what is signalled before the server knows the call is lost.
    expect(live(...talking, away, here).effects).toEqual([resume])
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

  test('is over at once when the other end is lost in every way', () => {
    const both = [ended('lost'), peer('channel-closed')]
    expect(live(...talking, ...both).state).toMatchObject({ outcome: { kind: 'left' } })
    const last = live(...talking, ...both.reverse())
    expect(last.state).toMatchObject({ outcome: { kind: 'left' } })
    // It may have asked to come back, and the registry let it in.
    expect(last.effects).toContainEqual(hangUpWish)
    expect(live(...talking, peer('channel-closed')).state.at).toBe('talking')
  })

  test('fails where the two find no way to each other', () => {
    const failed = live(call, ringingOut, accepted(false), limits.connectMs, clock)
    expect(failed.state).toMatchObject({ outcome: { kind: 'failed' } })
    expect(failed.did).toEqual(['send', 'send', 'release'])
  })

  test('an answer that was given while the server was away is found out', () => {
    const resumed = news({ kind: 'resumed', id, ...bia, iceServers: [] })
    expect(live(call, ringingOut, away, here).effects).toEqual([resume])
    expect(live(call, ringingOut, away, here, resumed).state.at).toBe('connecting')
    expect(live(ringingIn, accept, away, here, resumed).effects).toEqual([
      { do: 'connect', id, key: '0', person: bia, polite: true, iceServers: [] },
    ])
  })
})

describe('how long a call still rings', () => {
  test.each([
    ['in', [ringingIn]],
    ['out', [call, ringingOut]],
  ])('is not forgotten while the tab waits to be told anew: %s', (_, events) => {
    const before = live(...events).state
    const after = live(...events, 5_000, away, here).state
    expect(before).toMatchObject({ ringsUntil: expect.any(Number) })
    expect(after).toMatchObject({ ringsUntil: (before as { ringsUntil: number }).ringsUntil })
    // But it does not wait for that as long as the call rings.
    expect(deadlineOf(after)).toBeLessThan(1_000 + 5_000 + 45_000)
  })
})

describe('a press on a person who is in a call', () => {
  const press: CallEvent = { from: 'person', does: 'find-busy', person: caio }

  test('is told, and opens nothing', () => {
    const busy = { at: 'over', person: caio, outcome: { kind: 'busy' } } as const
    expect(live(press)).toMatchObject({ state: busy, did: [] })
    expect(live(call, hangUp, press)).toMatchObject({ state: busy, did: [] })
  })

  test('changes nothing of a call that there is', () => {
    expect(live(...talking, press).state.at).toBe('talking')
  })
})
