import type { Step } from '../../../views/wire/call-drawing.tsx'
import { fieldsOf, isRefusal, pushOf, stepsOf } from './line-steps.ts'
import type { WireLine } from './wire-log.ts'

/** One call, as the wire of one of its ends tells it. */
export type DrawnCall = {
  id: string
  /** The other end; of several, who called or was called first. */
  other: string
  /** It had more than two members at some time, or might have had. */
  isOfSeveral: boolean
  steps: readonly Step[]
}

const idPattern = /[\w-]{22}/

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
  const isOfSeveral = of.some(tellsOfSeveral)
  const steps = stepsOfAll(of, other, refused)
  const named = isOfSeveral ? steps : steps.map(({ who: _, ...step }) => step)
  return { id, other, isOfSeveral, steps: named.reduce(together, []) }
}

const isRing = ({ kind, text }: WireLine) => kind === 'push' && text.startsWith('*call,')

function tellsOfSeveral(line: WireLine): boolean {
  const push = pushOf(line)
  if (push?.kind === 'call') return push.others !== undefined
  return line.verb === 'invite' || push?.kind === 'member' || push?.kind === 'gone'
}

/** One line after the other, since what a line means depends on who is in the call by then. */
function stepsOfAll(of: readonly WireLine[], other: string, refused: ReadonlySet<number>): Step[] {
  const there = new Set<string>()
  let isInvited = false
  let joinedAt = -1
  return of.flatMap((line) => {
    const isRefused = refused.has(line.number)
    const isJoining = line.number === joinedAt + 1
    const steps = stepsOf(line, { isRefused, others: there.size, isInvited, isJoining })
    const push = pushOf(line)
    const letsIn = line.kind === 'reply' && ['accept', 'call'].includes(line.verb)
    if (push?.kind === 'call') isInvited = push.others !== undefined
    if (push?.kind === 'accepted' || (letsIn && !isRefusal(line))) there.add(other)
    if (push?.kind === 'member' || push?.kind === 'resumed') there.add(push.name)
    if (push?.kind === 'gone') there.delete(push.name)
    if (letsIn || (isJoining && push?.kind === 'member')) joinedAt = line.number
    return steps
  })
}

/** Signals come by the dozen, and say nothing that a drawing could show. */
function together(steps: Step[], step: Step): Step[] {
  const isOfSignals = (label: string) => label === 'signal' || label === '*signal'
  const isQuiet = step.label === 'success' && isOfSignals(steps.at(-1)?.label ?? '')
  if (isQuiet) return steps
  const run = steps.slice(steps.findLastIndex(({ label }) => !isOfSignals(label)) + 1)
  const same = run.find(({ from, to, label, who }) => {
    const isAlike = from === step.from && to === step.to && label === step.label
    return isOfSignals(step.label) && isAlike && who === step.who
  })
  if (!same) return [...steps, step]
  return steps.map((each) => (each === same ? { ...each, count: each.count + 1 } : each))
}
