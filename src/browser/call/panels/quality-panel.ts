import type { CallText } from '../../../text/call-pt.ts'
import type { Grade, Sample } from '../connection/quality.ts'
import { worstGrade } from '../connection/quality.ts'
import { block, button, say, sayWithName } from './elements.ts'
import type { Named } from './panels.ts'
import { createQualityMembers, percent, rate, trip } from './quality-members.ts'

/** Seconds that the plots show. */
const shownSamples = 60
const width = 240
const height = 48

type Plot = {
  id: string
  value: (sample: Sample) => number | undefined
  words: (value: number) => string
  /** What fills the plot at least: small troubles look small. */
  fullScale: number
}

const plots: readonly Plot[] = [
  {
    id: 'call-plot-round-trip',
    value: ({ roundTripMs }) => roundTripMs,
    words: trip,
    fullScale: 200,
  },
  {
    id: 'call-plot-loss',
    value: ({ lossIn, lossOut }) => Math.max(lossIn ?? 0, lossOut ?? 0) * 100,
    words: percent,
    fullScale: 10,
  },
  { id: 'call-plot-received', value: ({ kbpsIn }) => kbpsIn, words: rate, fullScale: 500 },
  { id: 'call-plot-sent', value: ({ kbpsOut }) => kbpsOut, words: rate, fullScale: 500 },
]

export type QualityPanel = {
  /** One more second of the connection to one of the members. */
  add: (key: string, sample: Sample, grade: Grade) => void
  members: (others: readonly Named[]) => void
  /** Nothing of the call before is left. */
  reset: () => void
}

/** How the connection to one of the others has been lately. */
export type Followed = { name: string; samples: Sample[]; grade: Grade }

/** The connection to each of the others: numbers for all, and plots of one. */
export function createQualityPanel(t: CallText): QualityPanel {
  let followed = new Map<string, Followed>()
  const list = createQualityMembers(t, () => drawChosen())

  function drawChosen(): void {
    const chosen = followed.get(list.chosen() ?? '')
    const samples = chosen?.samples ?? []
    for (const plot of plots) drawPlot(plot, samples)
    const { heightIn, frameRateIn } = samples.at(-1) ?? {}
    const known = heightIn !== undefined && frameRateIn !== undefined
    say(block('call-picture-size'), known ? t.picture(heightIn, Math.round(frameRateIn)) : '')
    if (chosen && followed.size > 1) {
      sayWithName(block('call-quality-of'), t.lastMinuteWith, chosen.name)
    } else say(block('call-quality-of'), t.lastMinute)
  }

  function showGrade(): void {
    const grade = worstGrade([...followed.values()].map((each) => each.grade))
    button('call-quality-button').dataset.grade = grade
    say(block('call-grade'), t.grades[grade])
  }

  function members(others: readonly Named[]): void {
    const before = followed
    followed = new Map(
      others.map(({ key, name }) => {
        const { samples = [], grade = 'good' } = before.get(key) ?? {}
        return [key, { name, samples, grade }]
      }),
    )
    list.show(followed)
    showGrade()
    drawChosen()
  }

  return {
    members,
    add(key, sample, grade) {
      const one = followed.get(key)
      if (!one) return
      one.samples = [...one.samples, sample].slice(-shownSamples)
      one.grade = grade
      showGrade()
      if (block('call-quality').hidden) return
      list.tell(key, one)
      if (key === list.chosen()) drawChosen()
    },
    reset: () => members([]),
  }
}

function drawPlot({ id, value, words, fullScale }: Plot, samples: Sample[]): void {
  const plot = block(id)
  const values = samples.map(value)
  const last = values.at(-1)
  const output = plot.querySelector('output')
  if (output) say(output, last === undefined ? '–' : words(last))
  plot.querySelector('polyline')?.setAttribute('points', pointsOf(values, fullScale))
}

/** A polyline from right to left: the newest second is at the right edge. */
export function pointsOf(values: (number | undefined)[], fullScale: number): string {
  const top = Math.max(fullScale, ...values.map((value) => value ?? 0))
  const from = shownSamples - values.length
  return values
    .map((value, at) => {
      const x = ((from + at) / (shownSamples - 1)) * width
      const y = height - 1 - ((value ?? 0) / top) * (height - 2)
      return `${x.toFixed(1)},${y.toFixed(1)}`
    })
    .join(' ')
}
