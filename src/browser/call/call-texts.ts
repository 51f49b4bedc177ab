import type { CallText } from '../../text/call-pt.ts'
import type { Outcome } from './call-machine.ts'

/** How a call ended, as a sentence about the other person. */
export function outcomeText(t: CallText, outcome: Outcome, name: string): string {
  if (outcome.kind === 'not-set-up') return t.notSetUp(outcome.why)
  if (outcome.kind !== 'refused') return t.outcomes[outcome.kind](name)
  const { code } = outcome
  return isKnown(t, code) ? t.refusals[code](name) : t.refused(code)
}

const isKnown = (t: CallText, code: string): code is keyof CallText['refusals'] =>
  Object.hasOwn(t.refusals, code)

/** The first letter of a name, as a person sees letters. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name)
  return first?.segment.toUpperCase() ?? ''
}
