/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { GlobalRegistrator } from '@happy-dom/global-registrator'
import type { SafetyProblem } from '../../../../src/browser/call/safety/safety-code.ts'
import {
  createSafetyPanel,
  type SafetyPanel,
} from '../../../../src/browser/call/safety/safety-panel.ts'
import { languages } from '../../../../src/text/languages.ts'
import { SafetyPanel as Markup } from '../../../../views/call-panels.tsx'

const t = languages.en.call
const [ana, bia] = [
  { key: 'a', name: 'Ana' },
  { key: 'b', name: 'Bia <i>' },
]
const markup = String(<Markup t={t} />)
let panel: SafetyPanel
let alarms: number

beforeEach(() => {
  GlobalRegistrator.register()
  document.body.innerHTML = `${markup}<button id="call-safety-button"></button>`
  alarms = 0
  panel = createSafetyPanel(t, () => {
    alarms += 1
  })
})
afterEach(() => GlobalRegistrator.unregister())

function find(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector)
  if (!found) throw new Error(`no ${selector}`)
  return found
}
const shield = () => find('#call-safety-button').dataset.safety
const items = () => [...document.querySelectorAll('#call-safety-members > li')]
const words = () => items().map((item) => item.textContent)

const code = (...symbols: number[]) => ({ verifiable: true as const, symbols })
const problem = (why: SafetyProblem) => ({ verifiable: false as const, why })

test('a call of two has one code, as ever', () => {
  panel.members([ana])
  expect(shield()).toBe('pending')
  panel.show('a', code(0, 1))
  expect(find('#call-safety-code').children).toHaveLength(2)
  expect(find('#call-safety-several').hidden).toBe(true)
  expect(shield()).toBe('code')
  panel.show('a', problem('mismatch'))
  expect(find('#call-safety-problem').textContent).toBe(t.safetyProblems.mismatch)
  expect(find('#call-safety-alarm').hidden).toBe(true)
  expect({ shield: shield(), alarms }).toEqual({ shield: 'problem', alarms: 1 })
})

test('each of several has a code of its own, beside the name', () => {
  panel.members([ana, bia])
  panel.show('a', code(0, 1))
  expect(find('#call-safety-one').hidden).toBe(true)
  expect(words()).toEqual(['Ana🐶dog🐱cat', `Bia <i>${t.safetyPending}`])
  expect(shield()).toBe('pending')
  panel.show('b', code(2))
  expect(words()[1]).toBe('Bia <i>🦁lion')
  const [first] = items()
  panel.members([{ ...ana }, { ...bia }])
  expect(items()[0] === first).toBe(true)
  expect({ shield: shield(), alarms }).toEqual({ shield: 'code', alarms: 0 })
})

test('the shield shows the worst: the codes with others do not make up for it', () => {
  panel.members([ana, bia])
  panel.show('b', problem('silent'))
  expect(shield()).toBe('problem')
  panel.show('a', code(0))
  expect({ shield: shield(), alarms }).toEqual({ shield: 'problem', alarms: 0 })
})

test.each(['mismatch', 'stranger'] as const)('the alarm of a %s names the person', (why) => {
  panel.members([ana, bia])
  panel.show('b', problem(why))
  expect(find('#call-safety-alarm').hidden).toBe(false)
  expect(find('#call-safety-alarm').textContent).toBe(t.safetyAlarms[why]('Bia <i>'))
  expect(alarms).toBe(1)
})

test('an alarm outlives the person in the call, and not the call', () => {
  panel.members([ana, bia])
  panel.show('b', problem('mismatch'))
  panel.show('a', code(0))
  panel.members([ana])
  expect(find('#call-safety-code').children).toHaveLength(1)
  expect(find('#call-safety-alarm').textContent).toBe(t.safetyAlarms.mismatch('Bia <i>'))
  expect(shield()).toBe('code')
  panel.reset()
  panel.members([ana, bia])
  expect(find('#call-safety-alarm').hidden).toBe(true)
  expect(shield()).toBe('pending')
})

test('what comes late of somebody who has gone is not shown', () => {
  panel.members([ana, bia])
  panel.members([ana])
  panel.show('b', code(1))
  panel.members([ana, bia])
  expect(words()[1]).toBe(`Bia <i>${t.safetyPending}`)
})
