import { expect, test } from 'bun:test'
import type { Turns } from '../../../src/limits/turns.ts'
import { PeopleBook } from '../../../src/web/book/people-book.ts'
import { ListHtml } from '../../../src/web/live/lists/list-html.tsx'
import { defaultUpdateLimits, ListUpdates } from '../../../src/web/live/lists/list-updates.ts'
import { Rows } from '../../../src/web/live/lists/rows.tsx'
import { newTab, type TabSocket } from '../../../src/web/live/tab.ts'
import { eventually } from '../../support/eventually.ts'

/** A tab with the list, by a clock and with turns that the test gives. */
function openList() {
  const messages: string[] = []
  const turns: (() => true | undefined)[] = []
  let time = 0
  const rows = new Rows()
  const book: PeopleBook = new PeopleBook({
    change: (change) => updates.changed(change),
    replaced: () => updates.replaced(),
  })
  const updates = new ListUpdates({
    ...{ book, rows, html: new ListHtml(rows) },
    turns: { add: (_: string, work: () => true | undefined) => void turns.push(work) } as Turns,
    send: (_, text) => void messages.push(text),
    ...{ waitFor: () => 0, onLimit: () => {}, now: () => time, limits: defaultUpdateLimits },
  })
  const tab = newTab({ sessionId: 'a', claim: undefined, language: 'pt', ip: '127.0.0.1' })
  const socket = { data: tab, getBufferedAmount: () => 0 } as unknown as TabSocket
  updates.show(socket, { list: { filter: '', order: 'name', start: 1, pages: 1 } } as never)
  /** Until there is nothing more to do. */
  const give = () => {
    for (let work = turns.shift(); work; work = turns.shift()) if (!work()) turns.push(work)
  }
  give()
  return {
    messages,
    /** What the tab is sent when somebody comes at that moment. */
    async comes(name: string, at: number): Promise<string[]> {
      time = at
      const from = messages.length
      book.apply({ kind: 'joined', name, ip: '127.0.0.1', callPort: 5_000, since: 0 })
      await eventually('a turn is due', () => turns.length > 0)
      give()
      return messages.slice(from)
    },
    [Symbol.dispose]: () => updates.stop(),
  }
}

test('what was not announced yet goes with the next change, in one message, also where that waits', async () => {
  using list = openList()
  const [first, ...more] = await list.comes('Ana', 0)
  expect([first?.includes('Ana entrou'), more]).toEqual([true, []])
  const second = await list.comes('Bia', 1_000)
  expect([second.length, second[0]?.includes('entrou')]).toEqual([1, false])
  const third = await list.comes('Caio', 10_000)
  expect([third.length, third[0]?.includes('2 pessoas entraram')]).toEqual([1, true])
})
