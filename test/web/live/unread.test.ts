import { describe, expect, test } from 'bun:test'
import type { Tab, TabSocket } from '../../../src/web/live/tab.ts'
import { Unread } from '../../../src/web/live/unread.ts'
import { type DeafTab, openDeafTab } from '../../support/deaf-tab.ts'
import { eventually } from '../../support/eventually.ts'
import { openTab } from '../../support/tab.ts'
import { startTestWeb, type TestWeb, type TestWebOverrides } from '../../support/web.ts'

/** A tab of which the test decides how much it has read. */
function fakeTab() {
  const tab = { waiting: 0, data: { waitingBytes: 0, readAt: 0 } as Tab }
  const socket = {
    data: tab.data,
    getBufferedAmount: () => tab.waiting,
    send(text: string) {
      tab.waiting += text.length
    },
  } as unknown as TabSocket
  return { tab, socket }
}

function fakes(limits: { stallMs: number; maxWaitingBytes: number }) {
  let time = 0
  const closed: TabSocket[] = []
  const unread = new Unread(
    limits,
    () => time,
    (socket) => closed.push(socket),
  )
  const passes = (milliseconds: number) => {
    time += milliseconds
  }
  return { unread, closed, passes }
}

describe('what tabs have not read', () => {
  test('is closed for after the limit, counted from when they last read', () => {
    const { unread, closed, passes } = fakes({ stallMs: 100, maxWaitingBytes: 1_000 })
    const [slow, deaf] = [fakeTab(), fakeTab()]
    passes(10_000)
    const sweep = () => unread.sweep([slow.socket, deaf.socket])
    for (const { socket } of [slow, deaf]) unread.send(socket, 'x'.repeat(50))
    passes(90)
    slow.tab.waiting -= 1
    sweep()
    expect(closed).toEqual([])
    passes(20)
    sweep()
    expect(closed).toEqual([deaf.socket])
    expect(unread.bytes).toBe(49)
    slow.tab.waiting = 0
    unread.drained(slow.socket)
    expect(unread.bytes).toBe(0)
    passes(1_000)
    sweep()
    expect(closed).toEqual([deaf.socket])
  })

  test('has a bound for all together: who has not read for longest is closed first', () => {
    const { unread, closed, passes } = fakes({ stallMs: 1e9, maxWaitingBytes: 100 })
    const tabs = Array.from({ length: 5 }, fakeTab)
    for (const { socket } of tabs) {
      passes(10)
      unread.send(socket, 'x'.repeat(30))
    }
    expect(closed).toEqual(tabs.slice(0, 2).map(({ socket }) => socket))
    expect(unread.bytes).toBe(90)
  })

  test('is counted also where others sent it', () => {
    const { unread, closed, passes } = fakes({ stallMs: 100, maxWaitingBytes: 1_000 })
    const { tab, socket } = fakeTab()
    tab.waiting = 30
    unread.sweep([socket])
    expect(unread.bytes).toBe(30)
    unread.forget(socket)
    expect(unread.bytes).toBe(0)
    passes(1_000)
    expect(closed).toEqual([])
  })
})

const quick: TestWebOverrides = {
  limits: { rowsPerSecond: 1e6, rowBurst: 1e7 },
  liveLimits: { beatMs: 50 },
}

/** With long names, longer still in links: a whole list is about half a megabyte. */
function fill(site: TestWeb): void {
  for (let number = 0; number < 700; number += 1) {
    const ip = `10.0.${number >> 8}.${number & 255}`
    const name = `${'🦜'.repeat(30)}${number}`
    site.tcp.directory.register({ name, ip, port: 4000, callPort: 5000 })
  }
}

async function start(overrides: TestWebOverrides) {
  const site = await startTestWeb({ ...quick, ...overrides })
  fill(site)
  const ana = site.visitor()
  await ana.register('Ana', 5001)
  return { site, ana }
}

/** Asks for the whole list until the system takes no more of it for the tab. */
async function fillUp(site: TestWeb, deaf: DeafTab): Promise<void> {
  await eventually(
    'more than the system takes, for good',
    async () => {
      deaf.say({ filter: '', order: 'name', pages: '40' })
      await Bun.sleep(25)
      const waiting = site.web.waitingBytes
      if (waiting === 0) return false
      await Bun.sleep(250)
      return site.web.waitingBytes >= waiting
    },
    20_000,
  )
}

describe('a tab that reads nothing', () => {
  test('is closed once it has stalled, whatever it says; who reads stays', async () => {
    const { site, ana } = await start({ unreadLimits: { stallMs: 400 } })
    await using _ = site
    const good = await openTab(site, ana, { filter: 'an', order: 'name' })
    await good.saw('person--mine')
    const deaf = await openDeafTab(site, ana)
    await fillUp(site, deaf)
    await eventually(
      'it is closed',
      async () => {
        deaf.say({})
        await Bun.sleep(50)
        return site.web.refused.unread === 1
      },
      15_000,
    )
    expect(site.web.waitingBytes).toBe(0)
    expect(site.web.tabs).toBe(1)
    const peer = await site.tcp.connect()
    await peer.ask('register,Ana Paula,6000')
    await good.saw('Ana Paula')
    deaf.close()
  }, 30_000)

  test('is sent nothing more, and its view as it is by then once it reads again', async () => {
    const { site, ana } = await start({ unreadLimits: { stallMs: 60_000 } })
    await using _ = site
    const good = await openTab(site, ana, { filter: '', order: 'name', pages: '40' })
    const wholeBytes = Buffer.byteLength(await good.saw('innerMorph'))
    good.close()
    const deaf = await openDeafTab(site, ana)
    await fillUp(site, deaf)
    for (let turn = 0; turn < 20; turn += 1) {
      deaf.say({ filter: '', order: 'name', pages: '40' })
      const peer = await site.tcp.connect()
      await peer.ask('register,Aaron,6000')
      await Bun.sleep(10)
      if (turn < 19) peer.close()
    }
    // One list and signs of life, however often it asked and whatever changed.
    expect(site.web.waitingBytes).toBeLessThan(1.1 * wholeBytes)
    deaf.listen()
    await eventually('the view as it is', () => deaf.read().includes('>Aaron<'), 20_000)
    expect(site.web.refused.unread).toBe(0)
    deaf.close()
  }, 30_000)
})
