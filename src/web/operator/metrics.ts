import { createMiddleware } from 'hono/factory'
import { expose } from '../../metrics/exposition.ts'
import type { Figure } from '../../metrics/figure.ts'
import { type AudienceParts, mayMeasure } from './measuring.ts'

export type MetricsParts = AudienceParts & {
  /** All that the process knows of itself. */
  figures: () => readonly Figure[]
}

/** `GET /metrics`, in the text format of Prometheus. For everybody else there is no such page. */
export const answerMetrics = (parts: MetricsParts) =>
  createMiddleware(async (c, next) => {
    if (!mayMeasure(c, parts)) return next()
    const { text, type } = await expose(parts.figures())
    return c.body(text, 200, { 'Content-Type': type })
  })
