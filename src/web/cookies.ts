import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Arrival } from './arrival.ts'

/**
 * Cookies belong to a host, whatever its port (RFC 6265, section 8.5): another server of the same
 * machine gets ours, and may write them. So the port that the browser asked is in the name, and two
 * servers do not overwrite each other's.
 */
function nameOf(c: Context, what: string): string {
  const origin = originOf(c)
  const port = origin?.port || (origin?.protocol === 'https:' ? '443' : '80')
  return `${what}-${port}`
}

/** With this prefix browsers keep a cookie to TLS and to this host (RFC 6265bis, section 4.1.3). */
const prefixOf = (c: Context): { prefix?: 'host' } =>
  originOf(c)?.protocol === 'https:' ? { prefix: 'host' } : {}

/** `undefined` where a request failed before it was known whence it came. */
function originOf(c: Context): URL | undefined {
  const arrival: Arrival | undefined = c.get('arrival')
  return arrival?.origin
}

export const readCookie = (c: Context, what: string): string | undefined =>
  getCookie(c, nameOf(c, what), prefixOf(c).prefix)

export function writeCookie(c: Context, what: string, value: string, maxAgeSeconds: number): void {
  setCookie(c, nameOf(c, what), value, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: maxAgeSeconds,
    ...prefixOf(c),
  })
}
