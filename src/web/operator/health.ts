import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Health, HealthStatus } from '../../health.ts'
import { type AudienceParts, mayAskHealth } from './measuring.ts'

/** For people who read it in a log. Programs decide by the status. */
const why: Record<HealthStatus, string> = {
  serving: 'registers and answers',
  draining: 'is about to stop',
  'engine-unreachable': 'the engine that it shares with other nodes does not answer',
}

export type HealthParts = AudienceParts & { basePath: string; health: Pick<Health, 'status'> }

/**
 * `GET /healthz`: 200 while the process serves, 503 otherwise, with a line of JSON. For everybody else there is
 * no such page. It stands before the check of the host: balancers ask without one, or by whatever name.
 */
export const answerHealth = (parts: HealthParts) =>
  createMiddleware(async (c, next) => {
    const asks = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (!asks || pathOf(c) !== `${parts.basePath}/healthz` || !mayAskHealth(c, parts)) return next()
    const { status } = parts.health
    const line = `${JSON.stringify({ status, why: why[status] })}\n`
    return c.body(line, status === 'serving' ? 200 : 503, {
      'Content-Type': 'application/json; charset=utf-8',
    })
  })

/** Bun gives the path alone where a request names no host. */
const pathOf = (c: Context): string =>
  URL.parse(c.req.url, 'http://nowhere.invalid')?.pathname ?? ''
