import type { Metric } from 'prom-client'
import type { Figure } from './figure.ts'
import type { Histogram } from './histogram.ts'

/** What `/metrics` answers, and its media type. */
export type Exposition = { text: string; type: string }

type Sample = { value: number; labels: Record<string, string | number>; metricName?: string }

/** Writes the figures down as they are now, in the text format of Prometheus, version 0.0.4. */
export async function expose(figures: readonly Figure[]): Promise<Exposition> {
  // Only where somebody asks: most processes are never asked, and all would wait for it at their start.
  const { Registry } = await import('prom-client')
  const registry = new Registry()
  for (const figure of figures) registry.registerMetric(metricOf(figure))
  return { text: await registry.metrics(), type: registry.contentType }
}

/** The part of a metric that a registry of the library's asks for. */
function metricOf(figure: Figure): Metric {
  const { name, help, type } = figure
  const get = async () => ({ name, help, type, values: samplesOf(figure), aggregator: 'sum' })
  return { name, get } as unknown as Metric
}

function samplesOf(figure: Figure): Sample[] {
  if (figure.type === 'histogram') return bucketsOf(figure.name, figure.histogram)
  const { label, read } = figure
  const value = read()
  if (typeof value === 'number') return [{ value, labels: {} }]
  if (label === undefined) throw new Error(`bug: ${figure.name} has no name for its label`)
  return Object.entries(value).map(([word, count]) => ({ value: count, labels: { [label]: word } }))
}

/** Each bucket has all that is at most so large. */
function bucketsOf(name: string, { bounds, counts, sum }: Histogram): Sample[] {
  let below = 0
  const buckets = counts.map((count, at) => {
    below += count
    return { value: below, labels: { le: bounds[at] ?? '+Inf' }, metricName: `${name}_bucket` }
  })
  return [
    ...buckets,
    { value: sum, labels: {}, metricName: `${name}_sum` },
    { value: below, labels: {}, metricName: `${name}_count` },
  ]
}
