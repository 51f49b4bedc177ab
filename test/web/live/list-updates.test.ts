import { expect, test } from 'bun:test'
import type { Turns } from '../../../src/limits/turns.ts'
import { PeopleBook } from '../../../src/web/book/people-book.ts'
import { ListHtml } from '../../../src/web/live/lists/list-html.tsx'
import {
  defaultUpdateLimits,
  ListUpdates,
  type UpdateLimits,
} from '../../../src/web/live/lists/list-updates.ts'
import { Rows } from '../../../src/web/live/lists/rows.tsx'
import { newTab, type TabSocket } from '../../../src/web/live/tab.ts'
import { eventually } from '../../support/eventually.ts'

/** Tabs with the list, by a clock and with turns that the test gives. */
function openLists(limits: Partial<UpdateLimits> = {}) {
  const turns: (() => true | undefined)[] = []
  let time = 0
  const rows = new Rows()
  const book: PeopleBook = new PeopleBook({
    change: (change) => updates.changed(change),
    replaced: () => updates.replaced(),
  })
  const updates = new ListUpdates({
    ...{ book, rows, html: new ListHtml(rows), onLimit: () => {}, waitFor: () => 0 },
    turns: { add: (_: string, work: () => true | undefined) => void turns.push(work) } as Turns,
    send: (socket, text) => void socket.send(text),
    ...{ now: () => time, limits: { ...defaultUpdateLimits, ...limits } },
  })
  return {
    open(filter = '') {
      const told: string[] = []
      const tab = newTab({ sessionId: 'a', claim: undefined, language: 'pt', ip: '127.0.0.1' })
      const state = { told, unread: 0 }
      const socket = {
        ...{ data: tab, getBufferedAmount: () => state.unread },
        send: (text: string) => told.push(text),
      } as unknown as TabSocket
      const list = { filter, order: 'name', start: 1, pages: 1 } as const
      updates.show(socket, { list, person: undefined })
      return state
    },
    comes(name: string, at: number): void {
      time = at
      book.apply({ kind: 'joined', name, ip: '127.0.0.1', callPort: 5_000, since: 0 })
    },
    /** Waits until it is due, and gives turns until there is nothing more to do. */
    async give(at = time): Promise<void> {
      time = at
      await eventually('a turn is due', () => turns.length > 0)
      for (let work = turns.shift(); work; work = turns.shift()) if (!work()) turns.push(work)
    },
    [Symbol.dispose]: () => updates.stop(),
  }
}

test('what was not announced yet goes with the next change, in one message, also where that waits', async () => {
  using lists = openLists()
  const { told } = lists.open()
  await lists.give()
  const whenComes = async (name: string, at: number) => {
    told.length = 0
    lists.comes(name, at)
    await lists.give()
    return told.map((message) => /\w+ (pessoas entraram|entrou)/.exec(message)?.[0])
  }
  expect(await whenComes('Ana', 0)).toEqual(['Ana entrou'])
  expect(await whenComes('Bia', 1_000)).toEqual([undefined])
  expect(await whenComes('Caio', 10_000)).toEqual(['2 pessoas entraram'])
})

test('who has not read the last message is spared an announcement', async () => {
  using lists = openLists({ announceMs: 100 })
  const [quick, slow] = [lists.open(), lists.open()]
  await lists.give()
  for (const at of [0, 90]) {
    lists.comes(`Ana ${at}`, at)
    await lists.give()
  }
  slow.unread = 1
  await lists.give(100)
  const announced = ({ told }: typeof slow) => told.filter((text) => text.includes('entrou')).length
  expect([announced(quick), announced(slow)]).toEqual([2, 1])
})

test('a list that is opened between a change and its update has it already', async () => {
  using lists = openLists()
  const before = lists.open()
  await lists.give()
  lists.comes('Ana', 0)
  const filtered = lists.open('ana')
  await lists.give()
  await eventually('the other hears of it', async () => {
    if (before.told.length === 1) await lists.give()
    return before.told.length === 2
  })
  expect(filtered.told).toHaveLength(1)
  expect(filtered.told[0]).toContain('1 de 1 pessoa')
})
