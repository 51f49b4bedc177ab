import type { CallText } from '../../../text/call-pt.ts'
import { block, button, element, say } from '../panels/elements.ts'
import type { SafetyResult } from './safety-code.ts'
import { safetySymbols } from './safety-symbols.ts'

/** The safety code, or a warning; never both. */
export function showSafety(t: CallText, result: SafetyResult | undefined): void {
  const code = element('call-safety-code', HTMLOListElement)
  const problem = block('call-safety-problem')
  const verifiable = result?.verifiable === true
  block('call-safety-pending').hidden = result !== undefined
  block('call-safety-explanation').hidden = result?.verifiable === false
  code.hidden = !verifiable
  problem.hidden = result === undefined || verifiable
  code.replaceChildren(...(result?.verifiable ? result.symbols.map((at) => symbol(t, at)) : []))
  say(problem, result && !result.verifiable ? t.safetyProblems[result.why] : '')
  button('call-safety-button').dataset.safety =
    result === undefined ? 'pending' : result.verifiable ? 'code' : 'problem'
}

function symbol(t: CallText, at: number): HTMLLIElement {
  const item = document.createElement('li')
  const picture = document.createElement('span')
  picture.ariaHidden = 'true'
  picture.textContent = safetySymbols[at] ?? ''
  item.append(picture, t.safetySymbols[at] ?? '')
  return item
}
