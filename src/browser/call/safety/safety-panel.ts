import type { CallText } from '../../../text/call-pt.ts'
import { block, button, element, isolatedName, say } from '../panels/elements.ts'
import type { Named } from '../panels/panels.ts'
import { createSafetyAlarm, isAlarm } from './safety-alarm.ts'
import type { SafetyResult } from './safety-code.ts'
import { safetySymbols } from './safety-symbols.ts'

export type SafetyPanel = {
  /** What the connection to one of the members has come to. */
  show: (key: string, result: SafetyResult) => void
  members: (others: readonly Named[]) => void
  /** Nothing of the call before is left. */
  reset: () => void
}

/** The safety code with each of the others, or a warning; never both. */
export function createSafetyPanel(t: CallText, onAlarm: () => void): SafetyPanel {
  let others: readonly Named[] = []
  const results = new Map<string, SafetyResult>()
  const alarm = createSafetyAlarm(t)

  function draw(): void {
    const several = others.length > 1
    const [only] = others
    block('call-safety-one').hidden = several
    block('call-safety-several').hidden = !several
    showOne(t, several || !only ? undefined : results.get(only.key))
    const items = several ? others.map((other) => itemOf(t, other, results.get(other.key))) : []
    block('call-safety-members').replaceChildren(...items)
    button('call-safety-button').dataset.safety = worstOf(others.map(({ key }) => results.get(key)))
    // Said already where there is nobody else.
    alarm.show(several ? undefined : only?.key)
  }

  return {
    show(key, result) {
      const other = others.find((each) => each.key === key)
      if (!other) return
      results.set(key, result)
      if (isAlarm(result)) alarm.raise(other, result.why)
      draw()
      if (isAlarm(result)) onAlarm()
    },
    members(now) {
      // Told at every change of the call: a list that is read should stay as it is.
      if (JSON.stringify(now) === JSON.stringify(others)) return
      others = now
      for (const key of results.keys()) {
        if (!now.some((other) => other.key === key)) results.delete(key)
      }
      draw()
    },
    reset() {
      others = []
      results.clear()
      alarm.reset()
      draw()
    },
  }
}

/** What the shield shows: one connection that was not verified is not made good by the others. */
function worstOf(results: (SafetyResult | undefined)[]): 'problem' | 'pending' | 'code' {
  if (results.some((result) => result?.verifiable === false)) return 'problem'
  return results.length === 0 || results.includes(undefined) ? 'pending' : 'code'
}

function showOne(t: CallText, result: SafetyResult | undefined): void {
  const code = element('call-safety-code', HTMLOListElement)
  const problem = block('call-safety-problem')
  const verifiable = result?.verifiable === true
  block('call-safety-pending').hidden = result !== undefined
  block('call-safety-explanation').hidden = result?.verifiable === false
  code.hidden = !verifiable
  problem.hidden = result === undefined || verifiable
  code.replaceChildren(...(result?.verifiable ? symbolsOf(t, result.symbols) : []))
  say(problem, result && !result.verifiable ? t.safetyProblems[result.why] : '')
}

function itemOf(t: CallText, { name }: Named, result: SafetyResult | undefined): HTMLLIElement {
  const item = document.createElement('li')
  const title = document.createElement('h4')
  title.append(isolatedName(name))
  item.append(title, contentOf(t, result))
  return item
}

function contentOf(t: CallText, result: SafetyResult | undefined): HTMLElement {
  if (result?.verifiable) {
    const code = document.createElement('ol')
    code.className = 'call-code'
    code.append(...symbolsOf(t, result.symbols))
    return code
  }
  const words = document.createElement('p')
  words.className = result ? 'notice notice--error' : 'hint'
  words.textContent = result ? t.safetyProblemsOfEach[result.why] : t.safetyPending
  return words
}

function symbolsOf(t: CallText, symbols: number[]): HTMLLIElement[] {
  return symbols.map((at) => {
    const item = document.createElement('li')
    const picture = document.createElement('span')
    picture.ariaHidden = 'true'
    picture.textContent = safetySymbols[at] ?? ''
    item.append(picture, t.safetySymbols[at] ?? '')
    return item
  })
}
