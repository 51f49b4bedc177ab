import { fromElsewhere } from '../../host/own-addresses.ts'

export type ShareParts = {
  /** The address on which the web listens. */
  hostname: string
  /** The path that all of ours begin with: empty, or with a slash at its beginning alone. */
  basePath: string
  /** Where the page is over TLS behind a proxy, where the operator gave it a name. */
  secureUrl: string | undefined
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  hostname.startsWith('127.')

/**
 * The address under which other people reach the page; `undefined` where only this computer does.
 * `asked` is the origin that the browser asked: where it is no loopback address, it has just worked.
 */
export function shareAddress(
  asked: URL,
  { hostname, basePath, secureUrl }: ShareParts,
): string | undefined {
  if (secureUrl !== undefined) return secureUrl
  const url = new URL(`${basePath}/`, asked)
  if (!isLoopback(asked.hostname)) return url.href
  const { ip } = fromElsewhere({ ip: hostname, port: 0 })
  const host = ip.includes(':') ? `[${ip}]` : ip
  if (isLoopback(host)) return undefined
  url.hostname = host
  return url.href
}
