import { expect, test } from 'bun:test'
import { type CallEvent, type CallState, step } from '../../../../src/browser/call/call-machine.ts'
import { missedCalls, settle } from '../../../../src/browser/call/missed/missed-calls.ts'
import { createMissedWatch } from '../../../../src/browser/call/missed/missed-watch.ts'
import type { CallNews } from '../../../../src/page-protocol.ts'
import { useStorage } from '../../../support/stored.ts'

useStorage()

const bia = { name: 'Bia', ip: '192.0.2.7' }
const cris = { name: 'Cris', ip: '192.0.2.8' }
const rings = (id: string, person = bia): CallNews => ({
  kind: 'ringing',
  direction: 'in',
  id,
  ...person,
  ringsForMs: 45_000,
})
/** Who was there invited Ana into a call with Davi, or came into hers. */
const davi = { name: 'Davi', ip: '192.0.2.9' }
const invites = (id: string, person = bia): CallNews =>
  ({ ...rings(id, person), others: [davi] }) as CallNews
const joins = (id: string, person: typeof bia): CallNews => ({
  kind: 'member',
  id,
  ...person,
  offers: false,
  iceServers: [],
})
const ended = (id: string, reason: 'timeout' | 'cancelled' | 'hangup'): CallNews => ({
  kind: 'ended',
  id,
  reason,
})

/** A tab of Ana's: the real machine, and what watches it. */
function openTab() {
  let time = 0
  let state: CallState = { at: 'idle' }
  const watch = createMissedWatch('Ana', () => time)
  function happen(event: CallEvent): void {
    const before = state
    state = step(state, event, time).state
    if (state !== before) watch.became(state, before)
  }
  return {
    hears(news: CallNews) {
      watch.heard(news)
      happen({ from: 'server', news })
    },
    does: (does: 'decline' | 'hang-up') => happen({ from: 'person', does }),
    accepts: () => happen({ from: 'person', does: 'accept', sending: 'video' }),
    link: (link: 'here' | 'away') => happen({ from: 'server', link }),
    connects: () => happen({ from: 'peer', key: '0', told: 'connected' }),
    pass(ms: number) {
      time += ms
      happen({ from: 'clock' })
    },
    get at() {
      return state.at
    },
  }
}

type Tab = ReturnType<typeof openTab>

function talk(tab: Tab, id: string, person = bia): void {
  tab.hears(rings(id, person))
  tab.accepts()
  tab.hears({ kind: 'accepted', id, ...person, polite: true, iceServers: [] })
  tab.connects()
  expect(tab.at).toBe('talking')
}

const names = () => missedCalls('Ana').map(({ name }) => name)

test.each(['timeout', 'cancelled'] as const)(
  'a call that ends by %s is missed, once for all tabs',
  (reason) => {
    const tabs = [openTab(), openTab()]
    for (const tab of tabs) tab.hears(rings('one'))
    tabs[0]?.pass(20_000)
    for (const tab of tabs) tab.hears(ended('one', reason))
    // When it rang, not when it ended.
    expect(missedCalls('Ana')).toEqual([{ id: 'one', ...bia, to: 'Ana', at: 0 }])
  },
)

test('a call that is declined or answered is not, in whichever tab', () => {
  const [first, second] = [openTab(), openTab()]
  for (const tab of [first, second]) tab.hears(rings('one'))
  first.does('decline')
  second.hears({ kind: 'elsewhere', id: 'one' })
  second.hears(rings('two'))
  talk(first, 'two')
  second.hears({ kind: 'elsewhere', id: 'two' })
  first.hears(ended('two', 'hangup'))
  expect(names()).toEqual([])
})

test('nor is one that another tab answered while this one had lost its socket', () => {
  const [first, second] = [openTab(), openTab()]
  for (const tab of [first, second]) tab.hears(rings('one'))
  second.link('away')
  talk(first, 'one')
  second.link('here')
  second.pass(60_000)
  expect(second.at).toBe('over')
  expect(names()).toEqual([])
})

test('a call whose end this tab never heard of is missed', () => {
  const tab = openTab()
  tab.hears(rings('one'))
  tab.link('away')
  tab.pass(60_000)
  expect(names()).toEqual(['Bia'])
})

test('people who rang while one talked are missed', () => {
  const tab = openTab()
  talk(tab, 'one')
  tab.hears({ kind: 'missed', id: 'two', ...cris })
  // The registry may have lost the call that goes on, and ring here.
  tab.hears(rings('three', { name: 'Davi', ip: '192.0.2.9' }))
  tab.hears(ended('three', 'cancelled'))
  expect(tab.at).toBe('talking')
  expect(names()).toEqual(['Davi', 'Cris'])
})

test('one whom one talks to afterwards is not missed any more; the others are', () => {
  const tab = openTab()
  for (const [id, person] of [
    ['one', bia],
    ['two', cris],
    ['three', bia],
  ] as const) {
    tab.hears(rings(id, person))
    tab.hears(ended(id, 'cancelled'))
  }
  expect(names()).toEqual(['Bia', 'Cris', 'Bia'])
  talk(tab, 'four')
  expect(names()).toEqual(['Cris'])
  settle(['two'])
  expect(names()).toEqual([])
})

test('an invitation into a call is missed like a call, and not where it is answered', () => {
  const tab = openTab()
  tab.hears(invites('one'))
  tab.hears(ended('one', 'cancelled'))
  tab.hears(invites('two'))
  tab.does('decline')
  expect(names()).toEqual(['Bia'])
  tab.hears(invites('three', cris))
  tab.accepts()
  tab.hears({
    kind: 'accepted',
    id: 'three',
    ...cris,
    polite: true,
    iceServers: [],
    invitation: true,
  })
  expect(names()).toEqual(['Bia'])
})

test('nobody is missed with whom one talks, whoever invited whom', () => {
  const tab = openTab()
  for (const [id, person] of [
    ['one', cris],
    ['two', davi],
  ] as const) {
    tab.hears(rings(id, person))
    tab.hears(ended(id, 'cancelled'))
  }
  talk(tab, 'three')
  expect(names()).toEqual(['Davi', 'Cris'])
  tab.hears(joins('three', davi))
  expect(names()).toEqual(['Cris'])
  tab.hears(joins('three', cris))
  expect(names()).toEqual([])
})
