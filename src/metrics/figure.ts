import type { Histogram } from './histogram.ts'

/** A number, or one for each value of the label. */
type Reading = number | Readonly<Record<string, number>>

/**
 * Something that a part of the process knows of itself, read when somebody asks. Names are those of Prometheus:
 * `encontro_` first, the unit last (`_seconds`, `_bytes`), then `_total` for what only grows.
 */
export type Figure = Readonly<
  { name: string; help: string } & (
    | { type: 'gauge' | 'counter'; label?: string; read: () => Reading }
    | { type: 'histogram'; histogram: Histogram }
  )
>

export const gauge = (name: string, help: string, read: () => number): Figure => ({
  ...{ type: 'gauge', name, help, read },
})

export const counter = (name: string, help: string, read: () => number): Figure => ({
  ...{ type: 'counter', name, help, read },
})

/** One number for each value of a label, all of which are known ahead. */
export const counters = (
  name: string,
  help: string,
  label: string,
  read: () => Readonly<Record<string, number>>,
): Figure => ({ ...{ type: 'counter', name, help, label, read } })

export const histogram = (name: string, help: string, of: Histogram): Figure => ({
  ...{ type: 'histogram', name, help, histogram: of },
})
