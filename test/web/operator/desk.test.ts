import { describe, expect, test } from 'bun:test'
import type { OperatorView } from '../../../src/operator/view.ts'
import { type Language, languages } from '../../../src/text/languages.ts'
import { newTab, type TabSocket } from '../../../src/web/live/tab.ts'
import { Desk } from '../../../src/web/operator/desk.tsx'
import { eventually } from '../../support/eventually.ts'

const overview: ReturnType<OperatorView['overview']> = {
  ...{ registrations: 0, connections: 0, connectionsLimit: 1, watchers: 0, heldBytes: 0 },
  ...{ requests: 0, changes: 0, refusals: {}, refusedAt: [], blocked: [] },
  calls: { ringing: 0, talking: 0, invited: 0, waiting: 0 },
}

/** Open pages, with turns that the test gives. What is looked up is written down. */
function openOffice({ mostTabs = 20, updateMs = 60_000 } = {}) {
  const lookups: string[] = []
  const turns: (() => true | undefined)[] = []
  const desk = new Desk({
    source: {
      view: {
        overview() {
          lookups.push('overview')
          return overview
        },
        people(filter) {
          lookups.push(`people ${filter}`)
          return { rows: [], matching: 0, total: 0 }
        },
        find: () => undefined,
      },
      history: { samples: [] },
      web: () => ({ sessions: 0, tabs: 0, waitingBytes: 0, refused: {}, refusedAt: [] }),
    },
    ...{ base: '/b', now: () => 0, turns: { add: (_, work) => void turns.push(work) } },
    limits: { updateMs, mostTabs },
  })
  const open = ({ language = 'pt' as Language, until = Date.now() + 60_000, unread = 0 } = {}) => {
    const said: string[] = []
    const tab = newTab({ sessionId: '', claim: undefined, language, ip: '127.0.0.1' })
    const socket = {
      data: { ...tab, operator: { until, filter: '', shown: new Map() } },
      ...{ getBufferedAmount: () => unread, ping() {} },
      send: (text: string) => said.push(text),
      close: (code: number) => said.push(`closed ${code}`),
    } as unknown as TabSocket
    desk.open(socket)
    return {
      socket,
      said,
      say: (text: string) => desk.message(socket, text),
      type: (filter: string) => desk.message(socket, JSON.stringify({ filter })),
    }
  }
  return {
    ...{ desk, lookups, open },
    /** Gives so many turns. */
    give: (most = turns.length) => turns.splice(0, most).map((work) => work()),
    [Symbol.dispose]: () => desk.stop(),
  }
}

describe('open pages of the operator', () => {
  test('are made one after the other, and what they show alike is made once', () => {
    using office = openOffice()
    const pages = Array.from({ length: 20 }, () => office.open())
    expect(office.lookups).toEqual([])
    office.give(1)
    expect(pages.map(({ said }) => said.length)).toEqual([1, ...Array(19).fill(0)])
    const once = [...office.lookups]
    expect(once.filter((what) => what.startsWith('people'))).toEqual(['people '])
    office.give()
    expect(pages.map(({ said }) => said.length)).toEqual(Array(20).fill(1))
    expect(office.lookups).toEqual(once)
  })

  test('look through everybody for each filter, and see each language in its own words', () => {
    using office = openOffice()
    const [ana, bia, eva] = [office.open(), office.open(), office.open({ language: 'en' })]
    office.give()
    office.lookups.length = 0
    for (const page of [ana, bia, eva]) page.type(' x ')
    ana.type('y')
    // One turn for each: what was typed meanwhile is shown at once.
    expect(office.give().length).toBe(3)
    expect(office.lookups).toEqual(['people y', 'people x', 'people x'])
    expect(Object.keys(languages).length).toBe(2)
    expect([ana.said[0]?.includes('Ninguém'), eva.said[0]?.includes('Ninguém')]).toEqual([
      true,
      false,
    ])
  })

  test('hear nothing that is no filter, and no more than somebody types', () => {
    using office = openOffice()
    const page = office.open()
    office.give()
    for (const said of ['', '[]', '{"filter":1}', '{"call":{"kind":"call"}}']) page.say(said)
    page.type('x'.repeat(201))
    // All of it counts, and what is long as several.
    page.say(`[${' '.repeat(3 * 4_096)}]`)
    expect(office.give()).toEqual([])
    office.lookups.length = 0
    for (let each = 0; each < 100; each += 1) {
      page.type(`${each}`)
      office.give()
    }
    expect([office.lookups.length, office.lookups.at(-1)]).toEqual([21, 'people 20'])
  })

  test('keep no more lists than there may be pages', () => {
    using office = openOffice({ mostTabs: 2 })
    const [ana, bia] = [office.open(), office.open()]
    for (const filter of ['a', 'b', 'b', 'c', 'a']) {
      ana.type(filter)
      bia.type(filter)
      office.give()
    }
    const people = office.lookups.filter((what) => what.startsWith('people'))
    expect(people).toEqual(['people a', 'people b', 'people c', 'people a'])
  })

  test('are sent what is true by each second', async () => {
    using office = openOffice({ updateMs: 5 })
    office.open()
    office.give()
    const [before, once] = [office.lookups.length, [...office.lookups]]
    await eventually('a turn is due', () => office.give().length > 0)
    expect(office.lookups.slice(before)).toEqual(once)
  })

  test('of which one is opened later see what is true by then', () => {
    using office = openOffice()
    office.open()
    office.give()
    const before = office.lookups.length
    office.open()
    office.give()
    expect(office.lookups.slice(before)).toEqual(office.lookups.slice(0, before))
  })

  test('are sent nothing while they have not read', () => {
    using office = openOffice()
    const slow = office.open({ unread: 1 })
    office.give()
    expect([slow.said, office.lookups]).toEqual([[], []])
  })

  test('are nobody’s once the cookie has ended, or they are closed', () => {
    using office = openOffice()
    const late = office.open({ until: Date.now() })
    const gone = office.open()
    office.desk.close(gone.socket)
    office.give()
    expect(late.said).toEqual(['{"go":"/b/operator"}', 'closed 1000'])
    expect(gone.said).toEqual([])
    expect(office.lookups).toEqual([])
  })

  test('have a bound', () => {
    using office = openOffice({ mostTabs: 1 })
    const [first, second] = [office.open(), office.open()]
    office.give()
    expect([first.said.length, second.said]).toEqual([1, ['closed 1008']])
  })
})
