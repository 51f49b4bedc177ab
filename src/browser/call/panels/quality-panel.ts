import type { CallText } from '../../../text/call-pt.ts'
import type { Grade, Sample } from '../connection/quality.ts'
import { block, button, say } from './elements.ts'

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

const rate = (kbps: number) =>
  kbps < 1_000 ? `${Math.round(kbps)} kbit/s` : `${(kbps / 1_000).toFixed(1)} Mbit/s`

const plots: readonly Plot[] = [
  {
    id: 'call-plot-round-trip',
    value: ({ roundTripMs }) => roundTripMs,
    words: (ms) => `${Math.round(ms)} ms`,
    fullScale: 200,
  },
  {
    id: 'call-plot-loss',
    value: ({ lossIn, lossOut }) => Math.max(lossIn ?? 0, lossOut ?? 0) * 100,
    words: (percent) => `${percent.toFixed(1)} %`,
    fullScale: 10,
  },
  { id: 'call-plot-received', value: ({ kbpsIn }) => kbpsIn, words: rate, fullScale: 500 },
  { id: 'call-plot-sent', value: ({ kbpsOut }) => kbpsOut, words: rate, fullScale: 500 },
]

export type QualityPanel = {
  add: (sample: Sample, grade: Grade) => void
  reset: () => void
}

export function createQualityPanel(t: CallText): QualityPanel {
  let samples: Sample[] = []

  function draw({ id, value, words, fullScale }: Plot): void {
    const plot = block(id)
    const values = samples.map(value)
    const last = values.at(-1)
    const output = plot.querySelector('output')
    if (output) say(output, last === undefined ? '–' : words(last))
    plot.querySelector('polyline')?.setAttribute('points', pointsOf(values, fullScale))
  }

  function showGrade(grade: Grade): void {
    button('call-quality-button').dataset.grade = grade
    say(block('call-grade'), t.grades[grade])
  }

  return {
    add(sample, grade) {
      samples = [...samples, sample].slice(-shownSamples)
      showGrade(grade)
      if (block('call-quality').hidden) return
      for (const plot of plots) draw(plot)
      const { heightIn, frameRateIn } = sample
      const known = heightIn !== undefined && frameRateIn !== undefined
      say(block('call-picture-size'), known ? t.picture(heightIn, Math.round(frameRateIn)) : '')
    },
    reset() {
      samples = []
      showGrade('good')
      for (const plot of plots) draw(plot)
    },
  }
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
