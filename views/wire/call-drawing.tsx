/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import { isolated } from '../../src/text/isolated.ts'
import type { WireText } from '../../src/text/wire-pt.ts'

type End = 'you' | 'registry' | 'other'

/** One arrow of the drawing. */
export type Step = {
  from: End
  to: End
  label: string
  /** In a call of several: the one that it is about. */
  who?: string | undefined
  /** It went over this browser's connection; others follow from the protocol. */
  isSeen: boolean
  /** How many in a row it stands for. */
  count: number
}

export type CallDrawingProps = {
  words: WireText
  base: string
  /** The name of the other end, and what happened; none where there was no call. */
  call: { other: string; isOfSeveral: boolean; steps: readonly Step[] } | undefined
}

const columns: Record<End, number> = { you: 64, registry: 220, other: 376 }
const width = 440
const top = 48
const stepHeight = 34
/** Letters that a column has room for, and an arrow after what is said. */
const columnLetters = 18
const whoLetters = 10

/** The requests and pushes of one call, as a sequence diagram and, for everybody else, as a list. */
export const CallDrawingPage: FC<CallDrawingProps> = ({ words, base, call }) => (
  <section class="wire">
    <h1>{words.callTitle}</h1>
    {call ? (
      <>
        <p>{words.callLead}</p>
        <Drawing words={words} other={othersOf(call, words)} steps={call.steps} />
        <h2>{words.callInWords}</h2>
        <ol class="wire__steps">
          {call.steps.map((step) => (
            <li>
              <bdi>{nameOf(step.from, words, othersOf(call, words))}</bdi> →{' '}
              <bdi>{nameOf(step.to, words, othersOf(call, words))}</bdi>:{' '}
              <code>{labelOf(step)}</code>
              {step.who !== undefined && (
                <>
                  {' '}
                  (<bdi>{step.who}</bdi>)
                </>
              )}
            </li>
          ))}
        </ol>
      </>
    ) : (
      <p class="empty">{words.callNone}</p>
    )}
    <p>
      <a class="button button--quiet" href={`${base}/wire`}>
        {words.title}
      </a>
    </p>
  </section>
)

/** What the third column is called. */
const othersOf = (call: { other: string; isOfSeveral: boolean }, words: WireText): string =>
  call.isOfSeveral ? words.callOthers : call.other

const nameOf = (end: End, words: WireText, other: string): string =>
  ({ you: words.callYou, registry: words.callRegistry, other })[end]

const labelOf = ({ label, count }: Step): string => (count === 1 ? label : `${label} × ${count}`)

const Drawing: FC<{ words: WireText; other: string; steps: readonly Step[] }> = (props) => {
  const { words, other, steps } = props
  const height = top + (steps.length + 1) * stepHeight
  return (
    <svg
      class="call-drawing"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={words.callDrawing(other)}
    >
      <defs>
        <marker
          id="arrow-head"
          viewBox="0 0 8 8"
          refX="8"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          orient="auto"
        >
          <path d="M0 0 8 4 0 8Z" />
        </marker>
      </defs>
      {(['you', 'registry', 'other'] as const).map((end) => (
        <>
          <text class="call-drawing__end" x={columns[end]} y={24}>
            {shortened(nameOf(end, words, other), columnLetters)}
          </text>
          <path class="call-drawing__life" d={`M${columns[end]} 34V${height}`} />
        </>
      ))}
      {steps.map((step, index) => (
        <Arrow step={step} y={top + (index + 1) * stepHeight} />
      ))}
    </svg>
  )
}

const Arrow: FC<{ step: Step; y: number }> = ({ step, y }) => {
  const [from, to] = [columns[step.from], columns[step.to]]
  const inset = from < to ? 3 : -3
  return (
    <>
      <text class="call-drawing__label" x={(from + to) / 2} y={y - 6}>
        {labelOf(step)}
        {step.who !== undefined && ` (${isolated(shortened(step.who, whoLetters))})`}
      </text>
      <path
        class={
          step.isSeen ? 'call-drawing__arrow' : 'call-drawing__arrow call-drawing__arrow--unseen'
        }
        d={`M${from + inset} ${y}H${to - inset}`}
        marker-end="url(#arrow-head)"
      />
    </>
  )
}

/** The list has all of a name. */
const shortened = (name: string, most: number): string => {
  const letters = [...name]
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : name
}
