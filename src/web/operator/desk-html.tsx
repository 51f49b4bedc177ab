/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { DeskPart } from '../../../views/operator/desk.tsx'
import { Plot } from '../../../views/operator/plot.tsx'
import {
  BlockedAddresses,
  Counts,
  type Fact,
  Facts,
  OperatorPeople,
} from '../../../views/operator/sections.tsx'
import type { History, Sample } from '../../metrics/history.ts'
import { mostAddresses, type OperatorView } from '../../operator/view.ts'
import { type Language, languages, operatorTexts } from '../../text/languages.ts'

/** What the operator's page is made of. */
export type DeskSource = {
  view: OperatorView
  history: Pick<History, 'samples'>
  /** The page's own half of this process. */
  web: () => WebOverview
}

export type WebOverview = {
  sessions: number
  tabs: number
  waitingBytes: number
  refused: Readonly<Record<string, number>>
  refusedAt: readonly (readonly [address: string, count: number])[]
}

type CommonLook = { language: Language; base: string }

export type DeskLook = CommonLook & { filter: string }

/** Rows of people that are shown at a time. */
const mostPeople = 100

const minuteMs = 60 * 1000
const hourMs = 60 * minuteMs
/** A plot is as wide as a phone's page at least: more points than that are not seen. */
const mostPoints = 240

/** The HTML of each part as it is now. */
export const deskHtml = (source: DeskSource, look: DeskLook): Record<DeskPart, string> => ({
  ...commonHtml(source, look),
  'op-people': peopleHtml(source, look),
})

/** The parts that all pages in one language show alike. */
export const commonHtml = (source: DeskSource, look: CommonLook) => ({
  'op-facts': String(<Facts facts={factsOf(source, look)} />),
  'op-plots': plotsOf(source.history.samples, look.language),
  'op-blocked': blockedOf(source, look),
  'op-refusals': refusalsOf(source, look),
})

const number = (value: number, language: Language, digits = 0): string =>
  value.toLocaleString(language, { maximumFractionDigits: digits })

const megabytes = (bytes: number, language: Language): string =>
  `${number(bytes / 1e6, language, bytes < 1e7 ? 1 : 0)} MB`

function factsOf({ view, web }: DeskSource, { language }: CommonLook): Fact[] {
  const o = operatorTexts[language]
  const of = view.overview()
  const page = web()
  const count = (value: number) => number(value, language)
  return [
    { name: o.registered, value: count(of.registrations) },
    { name: o.inCalls, value: count(of.calls.talking) },
    { name: o.ringing, value: count(of.calls.ringing) },
    { name: o.invited, value: count(of.calls.invited) },
    { name: o.waiting, value: count(of.calls.waiting) },
    {
      name: o.connections,
      value: o.connectionsOf(count(of.connections), count(of.connectionsLimit)),
    },
    { name: o.watchers, value: count(of.watchers) },
    { name: o.browsers, value: count(page.sessions) },
    { name: o.tabs, value: count(page.tabs) },
    { name: o.held, value: megabytes(of.heldBytes + page.waitingBytes, language) },
  ]
}

type Measure = Exclude<keyof Sample, 'at'>

const measures: Record<Measure, (value: number, language: Language) => string> = {
  registrations: (value, language) => number(value, language),
  changesPerSecond: (value, language) => number(value, language, 1),
  requestsPerSecond: (value, language) => number(value, language, 1),
  memoryBytes: megabytes,
  lagSeconds: (value, language) => `${number(value * 1000, language, 1)} ms`,
}

function plotsOf(samples: readonly Sample[], language: Language): string {
  const o = operatorTexts[language]
  const last = samples.at(-1)
  if (!last) return String(<p class="hint">{o.plotEmpty}</p>)
  const beganAt = samples[0]?.at ?? last.at
  // A young process has no hour: what there is of it fills the plot.
  const spanMs = Math.min(hourMs, Math.max(minuteMs, last.at - beganAt))
  const minutes = Math.round(spanMs / minuteMs)
  const plots = Object.entries(measures) as [Measure, (typeof measures)[Measure]][]
  return String(
    <div class="plots">
      {plots.map(([measure, shown]) => {
        const most = Math.max(...samples.map((sample) => sample[measure]))
        return (
          <Plot
            title={o.plots[measure]}
            points={pointsOf(samples, measure, { end: last.at, spanMs })}
            words={o.plotNow(shown(last[measure], language), shown(most, language))}
            from={o.minutesAgo(number(minutes, language))}
            to={o.rightNow}
          />
        )
      })}
    </div>,
  )
}

/** Of neighbours that fall together the largest: what was bad for a moment is what one looks for. */
function pointsOf(
  samples: readonly Sample[],
  measure: Measure,
  { end, spanMs }: { end: number; spanMs: number },
) {
  const each = Math.ceil(samples.length / mostPoints)
  const points: { x: number; y: number }[] = []
  for (let at = 0; at < samples.length; at += each) {
    const together = samples.slice(at, at + each)
    const latest = together.at(-1)
    if (!latest) continue
    const x = Math.min(1, Math.max(0, 1 - (end - latest.at) / spanMs))
    points.push({ x, y: Math.max(...together.map((sample) => sample[measure])) })
  }
  return points
}

/** The part that depends on the filter. */
export function peopleHtml({ view }: DeskSource, { language, base, filter }: DeskLook): string {
  const o = operatorTexts[language]
  const { rows, matching } = view.people(filter, mostPeople)
  const words = o.shown(number(rows.length, language), number(matching, language))
  return String(<OperatorPeople o={o} base={base} rows={rows} words={words} />)
}

function blockedOf({ view }: DeskSource, { language, base }: CommonLook): string {
  const { blocked } = view.overview()
  return String(<BlockedAddresses o={operatorTexts[language]} base={base} blocked={blocked} />)
}

function refusalsOf({ view, web }: DeskSource, { language }: CommonLook): string {
  const o = operatorTexts[language]
  const words: Record<string, string> = languages[language].refusals
  const limits: Record<string, string> = o.limits
  const { refusals, refusedAt } = view.overview()
  const page = web()
  const rows = (counts: readonly (readonly [string, number])[]): Fact[] =>
    counts
      .filter(([, count]) => count > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => ({ name, value: number(count, language) }))
  const named = (counts: Readonly<Record<string, number>>, known: Record<string, string>) =>
    rows(Object.entries(counts).map(([code, count]) => [known[code] ?? code, count] as const))
  return String(
    <div class="counts">
      <Counts o={o} title={o.byReason} column={o.reasonColumn} rows={named(refusals, words)} />
      <Counts o={o} title={o.byLimit} column={o.reasonColumn} rows={named(page.refused, limits)} />
      <Counts
        o={o}
        title={o.byAddress}
        column={o.address}
        rows={rows(together(refusedAt, page.refusedAt)).slice(0, mostAddresses)}
      />
    </div>,
  )
}

type Counted = readonly (readonly [string, number])[]

/** The counts of both halves of the process. */
function together(some: Counted, others: Counted): Counted {
  const sums = new Map(some)
  for (const [address, count] of others) sums.set(address, (sums.get(address) ?? 0) + count)
  return [...sums]
}
