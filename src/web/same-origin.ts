import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { type ArrivalEnv, isOwnOrigin } from './arrival.ts'

/** Methods that ask and change nothing (RFC 9110, section 9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses whatever may change something and does not come from a page of ours, whatever it carries:
 * a form, JSON, nothing. The browser says where a request comes from, and no page can make it lie:
 * by `Sec-Fetch-Site`, which it sends to https and localhost alone; or else by `Origin`; or else, where
 * it is too old for that or an extension hides the origin, by `Referer`.
 */
export const sameOriginOnly = createMiddleware<ArrivalEnv>(async (c, next) => {
  if (safeMethods.has(c.req.method)) return next()
  const site = c.req.header('Sec-Fetch-Site')
  const isOurs =
    site === undefined ? isOwnOrigin(askingPage(c), c.var.arrival) : site === 'same-origin'
  if (!isOurs) throw new HTTPException(403)
  await next()
})

function askingPage(c: Context): string | undefined {
  const origin = c.req.header('Origin')
  return origin === undefined || origin === 'null' ? c.req.header('Referer') : origin
}
