import { describe, expect, test } from 'bun:test'
import type { ReachNews } from '../../../src/page-protocol.ts'
import { createReach } from '../../../src/web/live/reach.ts'
import type { TabSocket } from '../../../src/web/live/tab.ts'
import { eventually } from '../../support/eventually.ts'
import { openTab, type TestTab } from '../../support/tab.ts'
import { startTestWeb } from '../../support/web.ts'

const bia = { name: 'Bia', ip: '127.0.0.1' }
const zoe = { name: 'Zoe', ip: '127.0.0.1' }

const told = (tab: TestTab): ReachNews['reach'][] =>
  tab.messages
    .filter((text) => text.startsWith('{"reach"'))
    .map((text) => (JSON.parse(text) as ReachNews).reach)

const hears = (tab: TestTab, reach: ReachNews['reach']) =>
  eventually(`${JSON.stringify(reach)} in ${JSON.stringify(told(tab))}`, () =>
    Bun.deepEquals(told(tab).at(-1), reach),
  )

test('a page is told of the people that it names: here or not, ready, busy, and of no others', async () => {
  await using site = await startTestWeb()
  const visitor = site.visitor()
  await visitor.register('Ana', 5001)
  // Its list shows neither of them.
  const tab = await openTab(site, visitor, { filter: 'ninguém', order: 'name', pages: '1' })
  tab.say({ reachOf: [bia, zoe] })
  await hears(tab, [])
  const peer = await site.tcp.connect()
  await peer.ask('register,Bia,6000')
  await hears(tab, [{ ...bia, ready: false, busy: false }])
  await peer.ask('ready')
  await hears(tab, [{ ...bia, ready: true, busy: false }])
  const cris = await site.tcp.connect()
  await cris.ask('register,Cris,6001')
  await cris.ask('call,Bia')
  await hears(tab, [{ ...bia, ready: true, busy: true }])
  peer.close()
  await hears(tab, [])
  const before = told(tab).length
  tab.say({ reachOf: [zoe] })
  await eventually('an answer', () => told(tab).length > before)
  const later = await site.tcp.connect()
  await later.ask('register,Bia,6000')
  const zoes = await site.tcp.connect()
  await zoes.ask('register,Zoe,6003')
  await hears(tab, [{ ...zoe, ready: false, busy: false }])
})

test('a list of more people than a page keeps is not listened to', async () => {
  await using site = await startTestWeb()
  const visitor = site.visitor()
  await visitor.register('Ana', 5001)
  const tab = await openTab(site, visitor)
  tab.say({ reachOf: Array.from({ length: 31 }, (_, at) => ({ ...bia, name: `Bia ${at}` })) })
  tab.say({ reachOf: [bia] })
  await hears(tab, [])
  expect(told(tab)).toHaveLength(1)
})

describe('what is told', () => {
  function start() {
    let waits = 0
    const sent: string[] = []
    const socket = { getBufferedAmount: () => waits } as unknown as TabSocket
    const reach = createReach({
      find: (name, ip) => ({ name, ip, ready: true, busy: false }),
      send: (_, text) => sent.push(text),
      gatherMs: 5,
    })
    const change = () => reach.changed({ kind: 'left', person: bia as unknown as never })
    const behind = (bytes: number) => {
      waits = bytes
    }
    return { reach, socket, sent, change, behind }
  }

  test('waits for a page that reads slowly, and is then told once', async () => {
    const { reach, socket, sent, change, behind } = start()
    reach.ask(socket, [bia])
    behind(1)
    for (let each = 0; each < 100; each += 1) change()
    await Bun.sleep(20)
    expect(sent).toHaveLength(1)
    behind(0)
    reach.catchUp(socket)
    reach.catchUp(socket)
    expect(sent).toHaveLength(2)
  })

  test('of many changes at once is one message, and none once the page is gone', async () => {
    const { reach, socket, sent, change } = start()
    reach.ask(socket, [bia])
    for (let each = 0; each < 100; each += 1) change()
    await eventually('told', () => sent.length === 2)
    change()
    reach.drop(socket)
    change()
    await Bun.sleep(20)
    expect(sent).toHaveLength(2)
  })
})
