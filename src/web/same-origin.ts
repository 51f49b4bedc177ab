import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { type ArrivalEnv, isOwnOrigin } from './arrival.ts'

/** Methods that ask and change nothing (RFC 9110, section 9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses whatever may change something and does not come from a page of ours, whatever it carries:
 * a form, JSON, nothing. The browser says where a request comes from, and no page can make it lie:
 * `Sec-Fetch-Site`, or `Origin` where it is too old for that.
 */
export const sameOriginOnly = createMiddleware<ArrivalEnv>(async (c, next) => {
  if (safeMethods.has(c.req.method)) return next()
  const site = c.req.header('Sec-Fetch-Site')
  const isOurs =
    site === undefined ? isOwnOrigin(c.req.header('Origin'), c.var.arrival) : site === 'same-origin'
  if (!isOurs) throw new HTTPException(403)
  await next()
})
