import { isIP } from 'node:net'
import { parseIp } from '../../wire/address.ts'

/** What a proxy says of a request that it hands on, header by header. */
export type Forwarded = {
  for: string | undefined
  proto: string | undefined
  host: string | undefined
}

/**
 * The client of a request: the last hop that no proxy of ours vouches for. Each proxy appends where it
 * heard from to `X-Forwarded-For`, so what stands left of that hop is anybody's claim.
 */
export function clientAddress(
  connection: string,
  forwardedFor: string | undefined,
  isTrustedProxy: (ip: string) => boolean,
): string {
  const hops = (forwardedFor ?? '').split(',')
  let client = connection
  while (hops.length > 0 && client !== '' && isTrustedProxy(client)) {
    const before = parseIp(withoutPort(hops.pop()?.trim() ?? ''))
    // A proxy that says no address hides its client: then its own address counts.
    if (!before.ok) break
    client = before.value
  }
  return client
}

/** The origin that the browser asked, by the last proxy, which has the word: `https://host:port`. */
export function askedOrigin(url: URL, { proto, host }: Omit<Forwarded, 'for'>): URL {
  const scheme = lastOf(proto)?.toLowerCase()
  const origin = new URL(url.origin)
  const asked = URL.parse(
    `${scheme === 'https' || scheme === 'http' ? `${scheme}:` : url.protocol}//${lastOf(host) ?? url.host}/`,
  )
  const isOrigin = asked?.pathname === '/' && asked.search === '' && asked.username === ''
  return asked && isOrigin ? asked : origin
}

const lastOf = (list: string | undefined): string | undefined =>
  list?.split(',').at(-1)?.trim() || undefined

/** Some proxies write `192.0.2.7:4711` or `[2001:db8::7]:4711`. */
function withoutPort(hop: string): string {
  if (isIP(hop) !== 0) return hop
  const [, six, four] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(hop) ?? []
  return six ?? four ?? hop
}
