import type { CallText } from '../../../text/call-pt.ts'
import type { Person } from '../call-machine.ts'
import { say } from '../panels/elements.ts'
import { type MissedCall, settle } from './missed-calls.ts'

export type MissedRow = {
  readonly element: HTMLLIElement
  focus: () => void
  /** `whyNot` is why the person cannot be called now: empty where that is not known yet. */
  show: (calls: readonly MissedCall[], whyNot: string | undefined) => void
}

/** The missed calls of one person: when the latest was, and what can be done about them. */
export function createMissedRow(t: CallText, call: (person: Person) => void): MissedRow {
  const element = document.createElement('li')
  const words = document.createElement('span')
  const label = document.createElement('span')
  const name = document.createElement('bdi')
  const comma = document.createTextNode(', ')
  const act = document.createElement('span')
  const reason = document.createElement('span')
  const callBack = document.createElement('button')
  const dismiss = document.createElement('button')
  let time = document.createElement('time')
  let calls: readonly MissedCall[] = []

  words.className = 'missed__words'
  words.append(label, ' ', name, comma, time)
  reason.className = 'hint'
  callBack.type = 'button'
  callBack.className = 'button'
  callBack.textContent = t.callBack
  callBack.dataset.callBack = ''
  callBack.addEventListener('click', () => {
    const [last] = calls
    if (last) call({ name: last.name, ip: last.ip })
  })
  dismiss.type = 'button'
  dismiss.className = 'call-button missed__dismiss'
  dismiss.textContent = '×'
  dismiss.addEventListener('click', () => settle(calls.map(({ id }) => id)))
  act.className = 'missed__act'
  act.append(callBack, reason)
  element.append(words, act, dismiss)

  return {
    element,
    focus: () => dismiss.focus(),
    show(next, whyNot) {
      calls = next
      const [last] = calls
      if (!last) return
      say(label, t.missed(calls.length))
      say(name, last.name)
      say(reason, whyNot ?? '')
      callBack.disabled = whyNot !== undefined
      callBack.ariaLabel = t.callBackPerson(last.name)
      dismiss.ariaLabel = t.dismissMissed(last.name)
      const moment = new Date(last.at).toISOString()
      if (time.dateTime === moment) return
      // Another element, which `moments.ts` puts into the reader's words.
      const newer = document.createElement('time')
      newer.dateTime = moment
      time.replaceWith(newer)
      time = newer
    },
  }
}
