/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { GlobalRegistrator } from '@happy-dom/global-registrator'
import type { Sample } from '../../../../src/browser/call/connection/quality.ts'
import {
  createQualityPanel,
  type QualityPanel,
} from '../../../../src/browser/call/panels/quality-panel.ts'
import { languages } from '../../../../src/text/languages.ts'
import { QualityPanel as Markup } from '../../../../views/call-panels.tsx'

const t = languages.en.call
const [ana, bia] = [
  { key: 'a', name: 'Ana' },
  { key: 'b', name: 'Bia <i>' },
]
let panel: QualityPanel

const markup = String(<Markup t={t} />)

beforeEach(() => {
  GlobalRegistrator.register()
  document.body.innerHTML = `${markup}<button id="call-quality-button"><span id="call-grade"></span></button>`
  find('#call-quality').hidden = false
  panel = createQualityPanel(t)
})
afterEach(() => GlobalRegistrator.unregister())

function find<T extends HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector)
  if (!found) throw new Error(`no ${selector}`)
  return found
}
const text = (selector: string) => find(selector).textContent
const rows = () => [...document.querySelectorAll<HTMLElement>('.call-members__one')]
const choices = () => [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')]

const sample = (kbps: number): Sample => ({
  at: 0,
  arrived: 100,
  roundTripMs: 40,
  lossIn: 0,
  lossOut: 0.02,
  kbpsIn: kbps,
  kbpsOut: kbps,
  availableOutKbps: undefined,
  limited: false,
  frameRateIn: 24,
  heightIn: 360,
})

test('a call of two has plots and no list', () => {
  panel.members([ana])
  panel.add('a', sample(300), 'fair')
  expect(find('#call-quality-several').hidden).toBe(true)
  expect(text('#call-plot-sent output')).toBe('300 kbit/s')
  expect(text('#call-quality-of')).toBe(t.lastMinute)
  expect(text('#call-grade')).toBe('Fair')
})

test('each of several has its numbers, and the badge shows the worst', () => {
  panel.members([ana, bia])
  panel.add('a', sample(300), 'good')
  panel.add('b', sample(900), 'poor')
  expect(find('#call-quality-several').hidden).toBe(false)
  expect(rows().map((row) => row.textContent)).toEqual([
    'Ana GoodRound trip 40 ms, loss 2.0 %, received 300 kbit/s, sent 300 kbit/s',
    'Bia <i> PoorRound trip 40 ms, loss 2.0 %, received 900 kbit/s, sent 900 kbit/s',
  ])
  expect(text('#call-quality-total')).toBe('Sent to all: 1.2 Mbit/s')
  expect(find('#call-quality-button').dataset.grade).toBe('poor')
})

test('the plots are those of the chosen one', () => {
  panel.members([ana, bia])
  panel.add('a', sample(300), 'good')
  panel.add('b', sample(900), 'good')
  expect(text('#call-plot-sent output')).toBe('300 kbit/s')
  expect(text('#call-quality-of')).toBe('Over the last minute, with Ana')
  choices()[1]?.click()
  expect(text('#call-plot-sent output')).toBe('900 kbit/s')
  expect(text('#call-quality-of')).toBe('Over the last minute, with Bia <i>')
  panel.add('a', sample(100), 'good')
  expect(text('#call-plot-sent output')).toBe('900 kbit/s')
})

test('whoever goes takes nothing along: the rows, the choice and the grades of the others stay', () => {
  const caio = { key: 'c', name: 'Caio' }
  panel.members([ana, bia, caio])
  panel.add('a', sample(300), 'poor')
  panel.add('c', sample(500), 'good')
  choices()[2]?.click()
  const [, , last] = rows()
  panel.members([bia, caio])
  expect(rows().at(-1) === last).toBe(true)
  expect(choices().map(({ checked }) => checked)).toEqual([false, true])
  expect(text('#call-plot-sent output')).toBe('500 kbit/s')
  expect(text('#call-grade')).toBe('Good')
  // What comes late of the one that has gone.
  panel.add('a', sample(300), 'poor')
  expect(text('#call-grade')).toBe('Good')
  panel.add('b', sample(700), 'good')
  expect(text('#call-grade')).toBe('Good')
  panel.members([bia])
  expect(find('#call-quality-several').hidden).toBe(true)
  expect(text('#call-plot-sent output')).toBe('700 kbit/s')
})

test('the next call begins without samples of the one before', () => {
  panel.members([ana])
  panel.add('a', sample(300), 'poor')
  panel.reset()
  panel.members([ana])
  expect(text('#call-plot-sent output')).toBe('–')
  expect(text('#call-grade')).toBe('Good')
})
