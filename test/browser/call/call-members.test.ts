import { describe, expect, test } from 'bun:test'
import {
  type CallEvent,
  type CallState,
  deadlineOf,
  limits,
  membersOf,
} from '../../../src/browser/call/call-machine.ts'
import { farewellSignal } from '../../../src/browser/call/farewell.ts'
import type { CallEnding, CallNews } from '../../../src/page-protocol.ts'
import { live } from '../../support/live-call.ts'

const bia = { name: 'Bia', ip: '10.0.0.2' }
const caio = { name: 'Caio', ip: '10.0.0.3' }
const davi = { name: 'Davi', ip: '10.0.0.4' }
type Someone = typeof bia
const id = 'call-1'
const tag = 'wish-1'
const iceServers: never[] = []

const news = (told: CallNews): CallEvent => ({ from: 'server', news: told })
const peer = (key: string, told: (CallEvent & { from: 'peer' })['told']): CallEvent => ({
  from: 'peer',
  key,
  told,
})
const call: CallEvent = { from: 'person', does: 'call', person: bia, sending: 'video', tag }
const accept: CallEvent = { from: 'person', does: 'accept', sending: 'audio' }
const hangUp: CallEvent = { from: 'person', does: 'hang-up' }
const clock: CallEvent = { from: 'clock' }
const away: CallEvent = { from: 'server', link: 'away' }
const here: CallEvent = { from: 'server', link: 'here' }
const member = (person: Someone, offers = false) =>
  news({ kind: 'member', id, ...person, offers, iceServers })
const gone = (person: Someone, reason: 'hangup' | 'left' | 'lost') =>
  news({ kind: 'gone', id, ...person, reason })
const ended = (reason: CallEnding) => news({ kind: 'ended', id, reason })
const accepted = news({ kind: 'accepted', id, ...bia, polite: false, iceServers })
const came = (person: Someone, visit: string) =>
  news({ kind: 'member', id, ...person, visit, offers: false, iceServers })
const told = (person: Someone, visit: string, older?: true) =>
  news({ kind: 'resumed', id, ...person, visit, ...(older ? { older } : {}), iceServers })
const renamed = { name: 'Beatriz', ip: '10.9.9.9' }
const resumed = (person: Someone) => news({ kind: 'resumed', id, ...person, iceServers })

/** Of two: `0` is Bia. */
const ofTwo = [
  call,
  news({ kind: 'ringing', id, direction: 'out', ...bia, ringsForMs: 45_000, tag }),
  accepted,
  peer('0', 'connected'),
]
/** Of three: `1` is Caio. */
const ofThree = [...ofTwo, member(caio), peer('1', 'connected')]
const ofFour = [...ofThree, member(davi), peer('2', 'connected')]

/** Invited by Bia, who is with Caio. */
const invited = [
  news({
    ...{ kind: 'ringing', id, direction: 'in', ...bia, others: [caio], ringsForMs: 45_000 },
  } as const),
  accept,
  news({ kind: 'accepted', id, ...bia, polite: true, invitation: true, iceServers }),
]

describe('somebody who comes into a call', () => {
  test('is connected to, and gives way to nobody: the newcomer offers', () => {
    expect(live(...ofTwo, member(caio)).effects).toEqual([
      { do: 'connect', id, key: '1', person: caio, polite: true, iceServers },
    ])
    const { state, names } = live(...ofThree)
    expect(names).toEqual(['Bia', 'Caio'])
    expect(state).toMatchObject({ at: 'talking', person: bia })
  })

  test('knows before who is there, and connects to each that it is told of', () => {
    expect(live(invited[0] as CallEvent).state).toMatchObject({ at: 'ringing-in', others: [caio] })
    expect(live(...invited)).toMatchObject({ names: [], effects: [] })
    const first = live(...invited, member(bia, true))
    expect(first.effects).toMatchObject([{ do: 'connect', key: '0', polite: false }])
    expect(live(...invited, member(bia, true), member(caio, true)).names).toEqual(['Bia', 'Caio'])
  })

  test('whose answer this tab missed connects all the same, as a newcomer', () => {
    const missed = live(...invited.slice(0, 2), away, here, resumed(bia))
    expect(missed.effects).toMatchObject([{ do: 'connect', key: '0', polite: false }])
  })

  test('told twice is connected to once', () => {
    const { names, effects } = live(...ofThree, member(caio))
    expect(names).toEqual(['Bia', 'Caio'])
    expect(effects).toEqual([{ do: 'signalling-back', key: '1', iceServers }])
  })

  test('may have the name of one that is there', () => {
    const another = { ...caio, ip: '10.0.0.33' }
    expect(live(...ofThree, member(another)).names).toEqual(['Bia', 'Caio', 'Caio'])
  })
})

describe('a member that is gone', () => {
  test.each(['hangup', 'left'] as const)('by %s goes, and the call goes on', (reason) => {
    const { state, names, effects } = live(...ofThree, gone(bia, reason))
    expect(names).toEqual(['Caio'])
    expect(state).toMatchObject({ at: 'talking', person: caio })
    expect(effects).toEqual([{ do: 'disconnect', key: '0' }])
  })

  test('says so itself, too', () => {
    expect(live(...ofThree, peer('0', 'bye')).names).toEqual(['Caio'])
    expect(live(...ofThree, peer('0', 'bye'), gone(bia, 'hangup')).names).toEqual(['Caio'])
  })

  test('is seen and heard on, where the registry alone has lost it', () => {
    expect(live(...ofThree, gone(bia, 'lost')).names).toEqual(['Bia', 'Caio'])
    const broken = [...ofThree, gone(bia, 'lost'), peer('0', 'broken')]
    expect(live(...broken, limits.leftMs - 10, clock).names).toEqual(['Bia', 'Caio'])
    expect(live(...broken, limits.leftMs, clock).names).toEqual(['Caio'])
    expect(live(...ofThree, gone(bia, 'lost'), peer('0', 'channel-closed')).names).toEqual(['Caio'])
  })

  test('and comes back takes its own place, from another address too', () => {
    const moved = { ...bia, ip: '10.9.9.9' }
    for (const back of [member(moved), resumed(moved)]) {
      const { state, names, did } = live(...ofThree, gone(bia, 'lost'), back)
      expect(names).toEqual(['Bia', 'Caio'])
      expect(state).toMatchObject({ person: moved })
      expect(did).toEqual(['signalling-back'])
    }
  })

  test('may come back under another name: it is the same visit', () => {
    const heard = [...ofTwo, came(caio, 'v1'), peer('1', 'connected'), came(davi, 'v2')]
    const back = live(...heard, gone(caio, 'lost'), told(renamed, 'v1'))
    expect(back.names).toEqual(['Bia', 'Beatriz', 'Davi'])
    // Nobody's visit: one more, also with a name that is there.
    expect(live(...heard, told({ ...davi, ip: '10.9.9.9' }, 'v3')).names).toHaveLength(4)
    expect(live(...ofThree, resumed({ ...caio, ip: '10.9.9.9' })).names).toHaveLength(3)
  })

  test('and comes anew is connected to anew, also where this tab missed that it went', () => {
    for (const anew of [came(caio, 'v2'), told(caio, 'v2')]) {
      const { names, effects } = live(...ofTwo, came(caio, 'v1'), peer('1', 'connected'), anew)
      expect(names).toEqual(['Bia', 'Caio'])
      expect(effects).toMatchObject([
        { do: 'disconnect', key: '1' },
        { do: 'connect', key: '2', person: caio },
      ])
    }
  })

  test('and is back after it had given this end up is connected to anew', () => {
    const closed = [...ofThree, peer('1', 'channel-closed'), peer('1', 'broken'), resumed(caio)]
    expect(live(...closed).effects).toMatchObject([
      { do: 'disconnect', key: '1' },
      { do: 'connect', key: '2', person: caio },
    ])
  })

  test('goes by its visit, whatever name this tab knows', () => {
    const heard = [...ofTwo, came(caio, 'v1')]
    const leaves = news({ kind: 'gone', id, ...renamed, visit: 'v1', reason: 'left' })
    expect(live(...heard, leaves).names).toEqual(['Bia'])
    const another = news({ kind: 'gone', id, ...renamed, visit: 'v2', reason: 'left' })
    expect(live(...heard, another).names).toEqual(['Bia', 'Caio'])
  })

  test('is the last one: the call is over', () => {
    const { state, did } = live(...ofThree, gone(bia, 'hangup'), peer('1', 'bye'))
    expect(state).toMatchObject({ at: 'over', person: caio, outcome: { kind: 'hung-up' } })
    expect(did).toEqual(['send', 'release'])
  })
})

describe('a connection to one of several', () => {
  test('that breaks leaves the call as it is, for as long as another is up', () => {
    const { state, now } = live(...ofThree, peer('0', 'broken'), 10 * limits.brokenMs, clock)
    expect(membersOf(state).map(({ link }) => link)).toEqual(['broken', 'up'])
    expect(deadlineOf(state)).toBeUndefined()
    expect(now).toBeGreaterThan(limits.brokenMs)
  })

  test('that cannot be made does so too', () => {
    const { state } = live(...ofTwo, member(caio), 10 * limits.connectMs, clock)
    expect(membersOf(state).map(({ link }) => link)).toEqual(['up', 'connecting'])
    const threw: CallEvent = { from: 'engine', key: '1', threw: 'RangeError' }
    expect(live(...ofTwo, member(caio), threw).state.at).toBe('talking')
  })

  test('is the last that broke: the call is lost, and each is told', () => {
    const broken = [...ofThree, peer('0', 'broken'), 5_000, peer('1', 'broken')]
    expect(live(...broken, limits.brokenMs - 10, clock).state.at).toBe('talking')
    const { state, effects } = live(...broken, limits.brokenMs, clock)
    expect(state).toMatchObject({ at: 'over', outcome: { kind: 'lost' } })
    const told = effects.flatMap((effect) => (effect.do === 'send' ? [effect.wish] : []))
    expect(told).toMatchObject([
      { kind: 'signal', to: bia },
      { kind: 'signal', to: caio },
      { kind: 'hangup' },
    ])
  })

  test('leaves two that were down for long with their time', () => {
    const down = [...ofTwo, member(caio), member(davi), peer('1', 'connected'), peer('1', 'broken')]
    expect(live(...down, 60_000, gone(bia, 'hangup'), clock).state.at).toBe('talking')
  })

  test('is the only one that stays: it has the time of a call of two from then on', () => {
    const alone = live(...ofThree, peer('0', 'broken'), limits.brokenMs, gone(caio, 'hangup'))
    expect(alone.state.at).toBe('talking')
    expect(deadlineOf(alone.state)).toBe(alone.now + limits.brokenMs)
  })
})

describe('a registry that has lost the call', () => {
  test('and the last that it lost: it goes too, once nothing comes of it', () => {
    const lost = [...ofThree, gone(bia, 'lost'), ended('lost')]
    expect(live(...lost, peer('1', 'channel-closed')).names).toEqual(['Bia'])
    expect(live(...lost, peer('1', 'broken'), limits.leftMs, clock).names).toEqual(['Bia'])
  })

  test('of whom it speaks after a long absence has the time to be spoken of', () => {
    const broken = [...ofThree, peer('0', 'broken'), peer('1', 'broken'), 9_000, away, 1_000, here]
    expect(live(...broken, clock, 30, resumed(bia), resumed(caio)).state).toMatchObject({
      others: [
        { key: '0', link: 'broken' },
        { key: '1', link: 'broken' },
      ],
    })
    const never = [...ofTwo, member(caio), 2 * limits.connectMs, away, 200, here]
    expect(live(...never, clock).names).toEqual(['Bia', 'Caio'])
  })

  test('tells of one that came while this tab was away: the other keeps its place', () => {
    expect(live(...ofTwo, away, here, resumed(bia), resumed(caio)).names).toEqual(['Bia', 'Caio'])
    const answered = [...invited.slice(0, 2), away, here, resumed(bia), resumed(caio)]
    expect(live(...answered).names).toEqual(['Bia', 'Caio'])
  })

  test('tells of one that came while this tab was away, and of the other that it went', () => {
    const back = live(...ofTwo, away, here, told(caio, 'v1'))
    expect(back.names).toEqual(['Bia', 'Caio'])
    expect(back.effects).toMatchObject([{ do: 'connect', key: '1', person: caio }])
    expect(live(...ofTwo, away, here, told(caio, 'v1'), gone(bia, 'left')).names).toEqual(['Caio'])
    // Another one with her name is not her.
    const namesake = { ...bia, ip: '10.9.9.9' }
    expect(live(...ofTwo, away, here, told(namesake, 'v1')).names).toEqual(['Bia', 'Bia'])
  })

  test('after a restart tells of the other end of a call of two, by whatever name', () => {
    const heard = [...ofTwo, away, here, told(renamed, 'v1', true)]
    expect(live(...heard)).toMatchObject({ names: ['Beatriz'], did: ['signalling-back'] })
    // From then on it is known by this visit.
    expect(live(...heard, away, here, told(caio, 'v2'), told(bia, 'v1')).names).toEqual([
      'Bia',
      'Caio',
    ])
  })

  test('leaves all that are seen; each goes when its connection breaks', () => {
    const lost = [...ofThree, gone(bia, 'lost'), ended('lost')]
    expect(live(...lost)).toMatchObject({ names: ['Bia', 'Caio'], did: ['send'] })
    const { names } = live(...lost, peer('0', 'broken'), limits.leftMs, clock)
    expect(names).toEqual(['Caio'])
    // Nothing ever came of one: it is not waited for.
    expect(live(...ofThree, member(davi), ended('lost')).names).toEqual(['Bia', 'Caio'])
  })

  test('is told to take it up again, and says who is there', () => {
    const back = live(...ofThree, away, here)
    expect(back.effects).toMatchObject([{ wish: { kind: 'resume', id } }])
    const { state } = live(...ofThree, away, here, resumed(bia), resumed(caio))
    expect(state).toMatchObject({ signalling: 'there', others: [{ lost: false }, { lost: false }] })
  })

  test('of a member of whom nothing is said then, no more is waited for than the connection', () => {
    const silent = [...ofThree, away, here, resumed(caio)]
    expect(live(...silent).names).toEqual(['Bia', 'Caio'])
    expect(live(...silent, peer('0', 'broken'), limits.leftMs, clock).names).toEqual(['Caio'])
  })

  test('and says that it is over ends it, with a word to those that it had lost', () => {
    const { state, did } = live(...ofThree, gone(bia, 'lost'), ended('hangup'))
    expect(state).toMatchObject({ at: 'over', outcome: { kind: 'hung-up' } })
    expect(did).toEqual(['say-bye', 'release'])
  })
})

describe('signals', () => {
  const signal = (from?: Someone) =>
    news({ kind: 'signal', id, payload: 'e30', ...(from ? { from } : {}) })

  test('go to the connection of the member that sent them', () => {
    expect(live(...ofThree, signal(caio)).effects).toMatchObject([{ do: 'receive', key: '1' }])
    expect(live(...ofThree, signal(davi)).effects).toEqual([])
    expect(live(...ofTwo, signal()).effects).toMatchObject([{ do: 'receive', key: '0' }])
  })

  test('of one that this tab has let go are nobody else’s', () => {
    const alone = [...ofThree, peer('1', 'bye')]
    expect(live(...alone, signal(caio)).effects).toEqual([])
    const farewell = farewellSignal('failed')
    const bad = news({ kind: 'signal', id, payload: farewell, from: caio })
    expect(live(...alone, bad).state.at).toBe('talking')
  })

  test.each(['too-fast', 'member-needed', 'unknown-member'])(
    'refused as %s are made up for',
    (code) => {
      const refused = news({ kind: 'refused', wish: 'signal', id, code })
      const once = [...ofThree, refused, refused, limits.againMs - 10, clock]
      expect(live(...once).effects).toEqual([])
      expect(live(...once, limits.againMs, clock).effects).toEqual([{ do: 'signalling-back' }])
      expect(live(...once, limits.againMs, clock, limits.againMs, clock).effects).toEqual([])
    },
  )
})

describe('an invitation', () => {
  const invite: CallEvent = { from: 'person', does: 'invite', person: caio, tag: 'i' }
  const rings = news({ kind: 'invited', id, ...caio, ringsForMs: 45_000, tag: 'i' })
  const inviting = [...ofTwo, invite, rings]
  const of = (state: CallState) =>
    'invited' in state ? state.invited.map((each) => each.person) : []

  test('is sent, and stands until something is heard of it', () => {
    expect(live(...ofTwo, invite).effects).toEqual([
      { do: 'send', wish: { kind: 'invite', id, ...caio, tag: 'i' } },
    ])
    expect(of(live(...inviting).state)).toEqual([caio])
    expect(of(live(...inviting, member(caio)).state)).toEqual([])
    const notComing = news({ kind: 'not-coming', id, ...caio, reason: 'declined' })
    expect(of(live(...inviting, notComing).state)).toEqual([])
    const refused = news({ kind: 'refused', wish: 'invite', id, tag: 'i', code: 'busy' })
    expect(of(live(...ofTwo, invite, refused).state)).toEqual([])
  })

  test('is given up after its time, if nothing is heard of it', () => {
    expect(of(live(...ofTwo, invite, limits.askMs - 10, clock).state)).toEqual([caio])
    expect(of(live(...ofTwo, invite, limits.askMs, clock).state)).toEqual([])
    expect(of(live(...inviting, limits.askMs, clock).state)).toEqual([caio])
    expect(of(live(...inviting, 45_000 + limits.lateMs, clock).state)).toEqual([])
  })

  test('is taken back', () => {
    const back: CallEvent = { from: 'person', does: 'uninvite', person: caio }
    const { state, effects } = live(...inviting, back)
    expect(of(state)).toEqual([])
    expect(effects).toEqual([{ do: 'send', wish: { kind: 'uninvite', id, ...caio } }])
  })
})

test('whoever hangs up leaves all, and the call of the others goes on without it', () => {
  const { state, effects } = live(...ofFour, hangUp)
  expect(state).toMatchObject({ at: 'over', outcome: { kind: 'hung-up-here' } })
  expect(effects).toEqual([
    { do: 'say-bye' },
    { do: 'send', wish: { kind: 'hangup', id } },
    { do: 'release' },
  ])
})

describe('an invitation into a call that this tab has left', () => {
  const rings = (ring: string) =>
    news({
      ...({
        kind: 'ringing',
        id,
        direction: 'in',
        ...bia,
        others: [caio],
        ringsForMs: 45_000,
      } as const),
      ring,
    })
  const decline: CallEvent = { from: 'person', does: 'decline' }

  test('rings, whether it was hung up or declined before', () => {
    expect(live(...ofThree, hangUp, rings('one')).state.at).toBe('ringing-in')
    expect(live(rings('one'), decline, rings('two')).state.at).toBe('ringing-in')
    const joined = [rings('two'), accept, invited[2] as CallEvent, member(bia, true)]
    expect(live(...ofThree, hangUp, ...joined)).toMatchObject({ names: ['Bia'], did: ['connect'] })
  })

  test('that was declined is not taken for another one where it comes late', () => {
    const { state, effects } = live(rings('one'), decline, rings('one'))
    expect(state.at).toBe('over')
    expect(effects).toEqual([{ do: 'send', wish: { kind: 'hangup', id } }])
  })
})
