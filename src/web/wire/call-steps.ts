import type { Step } from '../../../views/wire/call-drawing.tsx'
import { parsePush } from '../../wire/push.ts'
import type { WireLine } from './wire-log.ts'

/** One call, as the wire of one of its ends tells it. */
export type DrawnCall = { id: string; other: string; steps: readonly Step[] }

/** What the other end gets for a request of this end (PROTOCOL.md, "Calls"). */
const passedOn: Record<string, string> = {
  call: '*call',
  accept: '*accepted',
  decline: '*declined',
  hangup: '*ended',
  signal: '*signal',
}

/** The request of the other end that a push follows from. */
const causedBy: Record<string, string> = {
  '*call': 'call',
  '*accepted': 'accept',
  '*declined': 'decline',
  '*signal': 'signal',
}

const idPattern = /[\w-]{22}/

const fieldsOf = ({ text }: WireLine) => text.split(',').map((field) => field.trim())

/** The last call that these lines tell of; `undefined` where they tell of none. */
export function lastCall(lines: readonly WireLine[]): DrawnCall | undefined {
  const begun = lines.findLast(
    (line) => (line.kind === 'reply' && line.verb === 'call' && !isRefusal(line)) || isRing(line),
  )
  const id = begun && fieldsOf(begun)[1]
  if (!begun || id === undefined || !idPattern.test(id)) return undefined
  const asked = lines.find(({ number }) => number === begun.answers)
  const of = lines.filter((line) => line === asked || fieldsOf(line)[1] === id || answersTo(line))
  function answersTo(line: WireLine): boolean {
    if (line.answers === 0) return false
    const request = lines.find(({ number }) => number === line.answers)
    return request !== undefined && fieldsOf(request)[1] === id
  }
  const other = (asked ? fieldsOf(asked)[1] : fieldsOf(begun)[2]) ?? ''
  const refused = new Set(lines.filter(isRefusal).map(({ answers }) => answers))
  const steps = of.flatMap((line) => stepsOf(line, refused.has(line.number)))
  return { id, other, steps: steps.reduce(together, []) }
}

const isRefusal = ({ text }: WireLine) => text.startsWith('error,')
const isRing = ({ kind, text }: WireLine) => kind === 'push' && text.startsWith('*call,')

/** The arrows of one line: the line itself, and what the protocol says that the other end says or hears. */
function stepsOf(line: WireLine, isRefused: boolean): Step[] {
  const [first = '', , code = ''] = fieldsOf(line)
  switch (line.kind) {
    case 'request': {
      const said: Step = { from: 'you', to: 'registry', label: first, isSeen: true, count: 1 }
      const heard = isRefused ? undefined : passedOn[first]
      return heard === undefined ? [said] : [said, { ...passing, label: heard }]
    }
    case 'reply': {
      const label = isRefusal(line) ? `error,…,${code}` : 'success'
      return [{ from: 'registry', to: 'you', label, isSeen: true, count: 1 }]
    }
    case 'push': {
      const heard: Step = {
        from: 'registry',
        to: 'you',
        label: labelOf(line),
        isSeen: true,
        count: 1,
      }
      const said = causeOf(line)
      return said === undefined ? [heard] : [{ ...coming, label: said }, heard]
    }
  }
}

const passing: Omit<Step, 'label'> = { from: 'registry', to: 'other', isSeen: false, count: 1 }
const coming: Omit<Step, 'label'> = { from: 'other', to: 'registry', isSeen: false, count: 1 }

function labelOf({ text }: WireLine): string {
  const push = parsePush(text)
  return push?.kind === 'ended' ? `*ended,…,${push.reason}` : (text.split(',')[0] ?? '')
}

function causeOf(line: WireLine): string | undefined {
  const push = parsePush(line.text)
  if (push?.kind === 'ended') return push.reason === 'hangup' ? 'hangup' : undefined
  return causedBy[fieldsOf(line)[0] ?? '']
}

/** Signals come by the dozen, and say nothing that a drawing could show. */
function together(steps: Step[], step: Step): Step[] {
  const isOfSignals = (label: string) => label === 'signal' || label === '*signal'
  const isQuiet = step.label === 'success' && isOfSignals(steps.at(-1)?.label ?? '')
  if (isQuiet) return steps
  const run = steps.slice(steps.findLastIndex(({ label }) => !isOfSignals(label)) + 1)
  const same = run.find(({ from, to, label }) => {
    return isOfSignals(step.label) && from === step.from && to === step.to && label === step.label
  })
  if (!same) return [...steps, step]
  return steps.map((each) => (each === same ? { ...each, count: each.count + 1 } : each))
}
