import type { Context } from 'hono'
import { generateCookie, getCookie, setCookie } from 'hono/cookie'
import type { RequestOrigin } from './request-origin.ts'

/**
 * Cookies belong to a host, whatever its port (RFC 6265, section 8.5): another server of the same
 * machine gets ours, and may write them. So the port that the browser asked is in the name, and the
 * base path too: two servers do not overwrite each other's.
 */
function nameOf(c: Context, what: string): string {
  const origin = originOf(c)
  const port = origin?.port || (origin?.protocol === 'https:' ? '443' : '80')
  return `${what}-${port}${baseOf(c).replaceAll('/', '.')}`
}

/**
 * With such a prefix browsers keep a cookie to TLS (RFC 6265bis, section 4.1.3), and with `host` also to
 * this host, which they grant to the path `/` alone.
 */
function prefixOf(c: Context): { prefix?: 'host' | 'secure' } {
  if (originOf(c)?.protocol !== 'https:') return {}
  return { prefix: baseOf(c) === '' ? 'host' : 'secure' }
}

/** `undefined` where a request failed before it was known whence it came. */
const requestOriginOf = (c: Context): RequestOrigin | undefined => c.get('requestOrigin')
const originOf = (c: Context): URL | undefined => requestOriginOf(c)?.origin
const baseOf = (c: Context): string => requestOriginOf(c)?.base ?? ''

export const readCookie = (c: Context, what: string): string | undefined =>
  getCookie(c, nameOf(c, what), prefixOf(c).prefix)

/** A cookie for the page's own script to write, but for how long it is kept. It says nothing that is secret. */
export const cookieForScript = (c: Context, what: string, value: string): string =>
  generateCookie(nameOf(c, what), value, {
    sameSite: 'Lax',
    path: baseOf(c) || '/',
    ...prefixOf(c),
  })

export function writeCookie(
  c: Context,
  what: string,
  value: string,
  maxAgeSeconds: number,
  sameSite: 'Lax' | 'Strict' = 'Lax',
): void {
  setCookie(c, nameOf(c, what), value, {
    httpOnly: true,
    sameSite,
    path: baseOf(c) || '/',
    maxAge: maxAgeSeconds,
    ...prefixOf(c),
  })
}
