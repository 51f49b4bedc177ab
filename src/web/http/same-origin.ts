import type { Context, HonoRequest } from 'hono'
import { createMiddleware } from 'hono/factory'
import { isOwnOrigin, type RequestOrigin, type RequestOriginEnv } from './request-origin.ts'

/** Methods that ask and change nothing (RFC 9110, section 9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses whatever may change something and does not come from a page of ours, whatever it carries:
 * a form, JSON, nothing. The browser says where a request comes from, and no page can make it lie:
 * by `Sec-Fetch-Site`, which it sends to https and localhost alone; or else by `Origin`; or else, where
 * it is too old for that or an extension hides the origin, by `Referer`.
 */
export const sameOriginOnly = (
  refuse: (c: Context<RequestOriginEnv>) => Response | Promise<Response>,
) =>
  createMiddleware<RequestOriginEnv>(async (c, next) => {
    if (safeMethods.has(c.req.method)) return next()
    const site = c.req.header('Sec-Fetch-Site')
    const isOurs =
      site === undefined
        ? isOwnOrigin(askingPage(c.req), c.var.requestOrigin)
        : site === 'same-origin'
    if (!isOurs) return refuse(c)
    await next()
  })

/**
 * The host of the page that asks, where it is not the host that was asked and the browser does not say
 * that it is another site. Then it may be our own page, behind a proxy that does not pass on `Host`.
 */
export function otherHost(request: HonoRequest, { origin }: RequestOrigin): string | undefined {
  const site = request.header('Sec-Fetch-Site')
  if (site !== undefined && site !== 'same-origin') return undefined
  const page = URL.parse(askingPage(request) ?? '')
  const isWeb = page?.protocol === 'http:' || page?.protocol === 'https:'
  return isWeb && page.host !== origin.host ? page.host : undefined
}

function askingPage(request: HonoRequest): string | undefined {
  const origin = request.header('Origin')
  return origin === undefined || origin === 'null' ? request.header('Referer') : origin
}
