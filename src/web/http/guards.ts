import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { fewAtATime } from '../../limits/few-at-a-time.ts'
import type { Limiter } from '../../limits/web-limiter.ts'
import { isKnownHost } from './known-hosts.ts'
import { textOf } from './page.tsx'
import { nowhere, type RequestOriginEnv } from './request-origin.ts'

/**
 * Characters of an address. The longest of ours has a name or a filter with each byte written as `%FF`;
 * what others write there, taken apart, is twelve times as large.
 */
const maxUrl = 4_096

/** A page takes some tenths of a millisecond, for which the registry's peers wait. */
const pagesATurn = 16

/**
 * All that we answer is for one browser at one time, refusals and redirects too: nobody on the way is
 * to keep any of it. Assets say themselves how long they are good.
 */
export const nothingKept = createMiddleware(async (c, next) => {
  await next()
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
})

/**
 * Requests from one address have a rate. Static files are free: a class behind one address asks for all of
 * them at once, and each costs about as much as a refusal.
 */
export const rateLimited = (limiter: Limiter, isFree: (c: Context) => boolean) =>
  createMiddleware<RequestOriginEnv>(async (c, next) => {
    if (isFree(c)) return next()
    const over = limiter.take('requests', c.var.requestOrigin.ip)
    if (!over) return next()
    // Not a page: a client that asks so often is to cost little.
    return c.text(textOf(c).tooManyRequests, 429, { 'Retry-After': `${over.retryAfterSeconds}` })
  })

/** Few pages in one turn of the event loop; addresses come one after another. */
export const inTurn = () => {
  const turn = fewAtATime(pagesATurn)
  return createMiddleware<RequestOriginEnv>(async (c, next) => {
    await turn(c.var.requestOrigin.ip)
    return next()
  })
}

/** Only for hosts of ours: no other site's name may lead here (DNS rebinding). */
export const knownHostsOnly = (publicHosts: readonly string[]) =>
  createMiddleware<RequestOriginEnv>(async (c, next) => {
    if (c.var.requestOrigin.origin === nowhere) return c.text(textOf(c).noHost, 400)
    // Both what the proxy says and what it asks: not every proxy takes a claim of the browser's out.
    const asked = [c.var.requestOrigin.origin, new URL(c.req.url)]
    if (asked.every(({ hostname }) => isKnownHost(hostname, publicHosts))) return next()
    return c.text(textOf(c).unknownHost, 421)
  })

export const shortUrlsOnly = createMiddleware(async (c, next) => {
  if (c.req.url.length <= maxUrl) return next()
  return c.text(textOf(c).notFound, 414)
})

/** Only what is below the path that all of ours begin with. */
export const belowBase = (base: string, notFound: (c: Context) => Response | Promise<Response>) =>
  createMiddleware(async (c, next) => {
    const { pathname, search } = new URL(c.req.url)
    if (pathname.startsWith(`${base}/`)) return next()
    // The way to our first page: without its slash it is not below the base.
    if (pathname === base) return c.redirect(`${base}/${search}`, 308)
    return notFound(c)
  })
