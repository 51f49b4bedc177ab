import type { Context } from 'hono'
import { getConnInfo } from 'hono/bun'
import { createMiddleware } from 'hono/factory'
import { parseIp } from '../../wire/address.ts'
import { askedOrigin, clientAddress } from './forwarded.ts'

/** Where a request comes from, and the origin that its browser asked, whatever is in between. */
export type RequestOrigin = {
  /** As the wire writes addresses; empty where it is not known. */
  ip: string
  /** Whether that is the word of a proxy of ours. */
  proxied: boolean
  /** `nowhere` where the request names no host. */
  origin: URL
  /** The path that all of ours begin with (`BASE_PATH`): empty, or with a slash at its beginning alone. */
  base: string
}

/** An origin that nobody can ask (RFC 6761, section 6.4). */
export const nowhere = new URL('http://nowhere.invalid')

export type RequestOriginEnv = { Variables: { requestOrigin: RequestOrigin } }

/**
 * Finds out both, for everything that follows. Only proxies of ours are asked. It stands before every
 * limit, so it throws at nothing.
 */
export const findRequestOrigin = (base: string, isTrustedProxy: (ip: string) => boolean) =>
  createMiddleware<RequestOriginEnv>(async (c, next) => {
    const connection = connectionAddress(c)
    const isProxied = connection !== '' && isTrustedProxy(connection)
    const ip = clientAddress(connection, c.req.header('X-Forwarded-For'), isTrustedProxy)
    c.set('requestOrigin', {
      ip,
      proxied: isProxied && ip !== connection,
      origin: originOf(c, isProxied),
      base,
    })
    await next()
  })

function originOf(c: Context, isProxied: boolean): URL {
  const url = askedUrl(c)
  if (!url) return nowhere
  if (!isProxied) return new URL(url.origin)
  const [proto, host] = [c.req.header('X-Forwarded-Proto'), c.req.header('X-Forwarded-Host')]
  return askedOrigin(url, { proto, host })
}

/**
 * What was asked for, whole; `undefined` where the host is none. Bun gives a URL without one for a
 * `Host` that no URL may hold, the target itself for `CONNECT`, and of two hosts the first.
 */
function askedUrl(c: Context): URL | undefined {
  const host = c.req.header('Host')
  if (host !== undefined && !/^([\w.-]+|\[[\da-f:.]+\])(:\d*)?$/i.test(host)) return undefined
  const url = URL.parse(c.req.url)
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined
}

/**
 * Whether an `Origin` header, or a whole URL, is of the origin that was asked. One of `https` does
 * also where we heard of plain `http`: then a proxy that does not say so is in between.
 */
export function isOwnOrigin(header: string | undefined, { origin }: RequestOrigin): boolean {
  const asking = URL.parse(header ?? '')
  if (asking?.host !== origin.host) return false
  return asking.protocol === origin.protocol || asking.protocol === 'https:'
}

function connectionAddress(c: Context): string {
  // A link-local address comes with the name of our own interface, which means nothing elsewhere.
  const address = (getConnInfo(c).remote.address ?? '').replace(/%.*$/, '')
  const ip = parseIp(address)
  return ip.ok ? ip.value : ''
}
