import { expect, test } from 'bun:test'
import type { Pace, Row } from '../../bench/work.ts'
import { pages } from '../../bench/works/pages.ts'
import { presence } from '../../bench/works/presence.ts'
import { startUp } from '../../bench/works/start-up.ts'
import { tabs } from '../../bench/works/tabs.ts'
import { visits } from '../../bench/works/visits.ts'
import { hasWrk } from '../../bench/wrk.ts'
import { hasChromium } from '../support/chromium.ts'

// That they measure, not what: no machine is to fail a test by being slow.
const pace: Pace = { rounds: 1, seconds: 0.2, size: 'short' }
const patienceMs = 60_000

/** Of each row and contestant. */
function expectFigures(rows: readonly Row[], expected: Record<string, string[]>): void {
  expect(Object.fromEntries(rows.map((row) => [row.work, Object.keys(row.samples)]))).toEqual(
    expected,
  )
  for (const { work, samples } of rows) {
    // It is counted in hundredths of a second, of which so little work may take none.
    const least = work.startsWith('processor time') ? -1 : 0
    for (const figures of Object.values(samples)) {
      expect(figures).toHaveLength(pace.rounds)
      for (const figure of figures) expect(figure).toBeGreaterThan(least)
    }
  }
}

test.skipIf(!hasWrk())(
  'pages a second, of all three pages',
  async () => {
    const contestants = ['encontro', 'hono', 'string']
    expectFigures(await pages.measure(pace), {
      'form page': contestants,
      'list, 50 of 100 people': contestants,
      'details, 100 people': contestants,
    })
  },
  patienceMs,
)

test(
  'changes as they come to watchers and browsers',
  async () => {
    const sizes = ['5', '10', '20']
    expectFigures(await presence.measure(pace), {
      'change to arrival at 20 watchers': ['p50', 'p99'],
      'most changes told to 20 watchers': ['encontro'],
      'change to arrival at 20 browsers': ['p50', 'p99'],
      'processor time for what is sent to so many browsers': sizes,
      'processor time for each message': sizes,
      'most changes told to 20 browsers': ['encontro'],
    })
  },
  patienceMs,
)

test(
  'the time that a start takes',
  async () => {
    expectFigures(await startUp.measure(pace), {
      'start, to the first page': ['encontro', 'source', 'executable', 'hono'],
      'start, to the first pong': ['encontro'],
    })
  },
  patienceMs,
)

test(
  'many pages of many browsers at one process',
  async () => {
    expectFigures(await tabs.measure(pace), {
      'memory of 40 browsers with 40 open pages': ['encontro'],
      'change to arrival at 40 pages': ['p50', 'p99'],
      'a ping of a neighbour meanwhile': ['p50', 'p99', 'longest'],
    })
  },
  patienceMs,
)

test.skipIf(!hasChromium)(
  'a first visit, by a browser',
  async () => {
    const rows = await visits.measure(pace)
    const contestants = ['encontro']
    expectFigures(rows, {
      'the form: requests': contestants,
      'the form: bytes': contestants,
      'the form: what its first picture waits for': contestants,
      'the form: first contentful paint': contestants,
      'address to live list, without typing': contestants,
      'press to live list': contestants,
      'press to live list: requests': contestants,
      'press to live list: bytes': contestants,
      'the list, whole: requests': contestants,
      'the list, whole: bytes': contestants,
      'the list again: requests': contestants,
      'the list again: bytes': contestants,
      'the list again: address to live list': contestants,
      'a list of 50 of 100 people, without headers': contestants,
    })
  },
  patienceMs,
)
