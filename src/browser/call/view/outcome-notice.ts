import type { CallText } from '../../../text/call-pt.ts'
import { canNotify } from '../attention/ring-notice.ts'
import type { CallState, Person } from '../call-machine.ts'
import { outcomeText } from '../call-texts.ts'
import { block, button, sayWithName } from '../panels/elements.ts'

/** Time to read how a call ended, where there is nothing to do about it. */
const outcomeMs = 12_000

const mayTryAgain = ['busy', 'no-answer', 'missed', 'failed', 'lost', 'left', 'not-set-up-there']

/** How a call ended, over the page for a moment. */
export function createOutcomeNotice(t: CallText): (state: CallState) => void {
  const content = block('call-outcome-content')
  let timer: ReturnType<typeof setTimeout> | undefined
  let about: Person | undefined

  function hide(): void {
    const hadFocus = content.contains(document.activeElement)
    content.hidden = true
    if (hadFocus) focusRowOf(about)
  }

  return (state) => {
    clearTimeout(timer)
    if (state.at !== 'over') return hide()
    const { outcome, person } = state
    about = person
    const words = (name: string) => outcomeText(t, outcome, name)
    sayWithName(block('call-outcome-text'), words, person.name)
    button('call-again').hidden = !mayTryAgain.includes(outcome.kind)
    button('call-notify-missed').hidden = outcome.kind !== 'missed' || !canNotify('default')
    content.dataset.outcome = outcome.kind
    content.hidden = false
    // The call's own window had the focus. A browser gives it back to the button that began the call,
    // which the list swaps in a moment. Not to a button here, which the next key would press.
    if (isNowhere() || isOnCallButton()) content.focus()
    timer = setTimeout(hide, outcomeMs)
  }
}

/** On nothing that can be seen. What was hidden a moment ago may count as focused still. */
const isNowhere = (): boolean => {
  const { activeElement } = document
  return (
    activeElement === null || activeElement === document.body || !activeElement.checkVisibility()
  )
}

const isOnCallButton = (): boolean =>
  document.activeElement?.matches('[data-call-name], [data-call-back]') ?? false

/** The focus goes back to the other person's row, or to the top of the content where it is gone. */
function focusRowOf(person: Person | undefined): void {
  if (!isNowhere()) return
  const [name = '', ip = ''] = [person?.name, person?.ip].map((word) => CSS.escape(word ?? ''))
  const row = document.querySelector<HTMLElement>(
    `[data-call-name="${name}"][data-call-ip="${ip}"]`,
  )
  const target = row ?? document.getElementById('main')
  target?.focus()
}
