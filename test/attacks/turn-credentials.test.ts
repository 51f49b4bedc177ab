import { expect, test } from 'bun:test'
import type { CallNews, CallWish } from '../../src/page-protocol.ts'
import { eventually } from '../support/eventually.ts'
import { startProcess, type TestProcess } from '../support/process.ts'
import { openTab, type TestTab } from '../support/tab.ts'

/** Below the rate at which a tab is closed. */
const wishes = 60

const turn = {
  TURN_URLS: 'turn:127.0.0.1:3478',
  TURN_SECRET: 'shared with coturn',
}

const newsOf = (tab: TestTab): CallNews[] =>
  tab.messages.flatMap((text) => (text.startsWith('{"call"') ? [JSON.parse(text).call] : []))

const wish = (tab: TestTab, call: CallWish) => tab.say({ call })

const namesOf = (tab: TestTab) =>
  newsOf(tab)
    .flatMap((news) => ('iceServers' in news ? news.iceServers : []))
    .flatMap(({ username }) => username ?? [])

const count = (tab: TestTab, kind: CallNews['kind']) =>
  newsOf(tab).filter((news) => news.kind === kind).length

async function open(site: TestProcess, name: string, callPort: number) {
  const visitor = site.visitor()
  await visitor.register(name, callPort)
  const tab = await openTab(site, visitor)
  tab.say({ takesCalls: true })
  await tab.saw(`>${name}<`)
  return tab
}

async function talk(ana: TestTab, bia: TestTab): Promise<string> {
  wish(ana, { kind: 'call', name: 'Bia', ip: '127.0.0.1', tag: 'one' })
  const ringing = await eventually('it rings', () =>
    newsOf(bia).find((news) => news.kind === 'ringing'),
  )
  const { id } = ringing as CallNews & { kind: 'ringing' }
  expect([...namesOf(ana), ...namesOf(bia)]).toEqual([])
  wish(bia, { kind: 'accept', id })
  await eventually('both talk', () => count(ana, 'accepted') + count(bia, 'accepted') === 2)
  return id
}

test('two who want as many TURN credentials as they can get have one each, for an hour', async () => {
  await using site = await startProcess(turn)
  const ana = await open(site, 'Ana', 5001)
  const bia = await open(site, 'Bia', 5002)
  const id = await talk(ana, bia)
  for (let asked = 0; asked < wishes / 2; asked += 1) {
    wish(ana, { kind: 'resume', id, name: 'Bia', ip: '127.0.0.1' })
    wish(ana, { kind: 'servers', id })
    wish(bia, { kind: 'resume', id, name: 'Ana', ip: '127.0.0.1' })
    wish(bia, { kind: 'servers', id })
  }
  for (const tab of [ana, bia]) {
    await eventually('all is answered', () => count(tab, 'servers') === wishes / 2)
    // The half of a lifetime may have ended meanwhile.
    expect(new Set(namesOf(tab)).size).toBeLessThanOrEqual(2)
    expect(namesOf(tab).length).toBeGreaterThan(wishes / 2)
    const latest = Math.max(...namesOf(tab).map((name) => Number(name.split(':')[0])))
    expect(latest - Date.now() / 1_000).toBeLessThanOrEqual(3_600)
  }
  // The same browser has the same name in its next call, and another than anybody else.
  const userOf = (tab: TestTab) => new Set(namesOf(tab).map((name) => name.split(':')[1]))
  expect(userOf(ana).size).toBe(1)
  expect(userOf(ana)).not.toEqual(userOf(bia))
})

test('calls that are invented, one after the other, bring no more', async () => {
  await using site = await startProcess(turn)
  const ana = await open(site, 'Ana', 5001)
  const bia = await open(site, 'Bia', 5002)
  const first = await talk(ana, bia)
  wish(ana, { kind: 'hangup', id: first })
  await eventually('it is over', () => count(bia, 'ended') === 1)
  // More are refused as calls are: `too-fast`.
  const cycles = 5
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    // Two who name the same id are its ends: it could be from before a restart.
    const id = `${String(cycle).padStart(2, '0')}${'A'.repeat(20)}`
    wish(ana, { kind: 'resume', id, name: 'Bia', ip: '127.0.0.1' })
    wish(bia, { kind: 'resume', id, name: 'Ana', ip: '127.0.0.1' })
    await eventually('it is resumed', () => count(ana, 'resumed') === cycle)
    wish(ana, { kind: 'hangup', id })
    await eventually('it is over', () => count(bia, 'ended') === cycle + 1)
  }
  for (const tab of [ana, bia]) expect(new Set(namesOf(tab)).size).toBeLessThanOrEqual(2)
})

test('without a call that runs there are none', async () => {
  await using site = await startProcess(turn)
  const ana = await open(site, 'Ana', 5001)
  const bia = await open(site, 'Bia', 5002)
  const id = await talk(ana, bia)
  const other = 'A'.repeat(22)
  wish(ana, { kind: 'servers', id: other })
  wish(ana, { kind: 'hangup', id })
  await eventually('it is over', () => count(bia, 'ended') === 1)
  const before = [...namesOf(ana), ...namesOf(bia)].length
  wish(ana, { kind: 'servers', id })
  wish(bia, { kind: 'servers', id })
  await eventually('refused', () => count(ana, 'refused') === 2 && count(bia, 'refused') === 1)
  expect([...namesOf(ana), ...namesOf(bia)].length).toBe(before)
})
