import type { Context } from 'hono'
import type { MetricsAudience } from '../../config/web-config.ts'
import type { RequestOrigin } from '../http/request-origin.ts'

export type AudienceParts = {
  metrics: MetricsAudience
  isTrusted: (ip: string) => boolean
  isTrustedProxy: (ip: string) => boolean
}

/**
 * What proxies add to a request that they hand on (RFC 7239, section 5; RFC 9110, section 7.6.3; RFC 8586,
 * section 2), and large networks of them in place of that. Some are set up to tell the scheme alone, and not the
 * client: nobody else sends any of these.
 */
const ofProxies =
  /^(forwarded|via|cdn-loop|x-real-ip|x-(forwarded|envoy|original)-.*|.*-(client|connecting)-ip)$/

const isHandedOn = (c: Context): boolean =>
  c.req.raw.headers.keys().some((header) => ofProxies.test(header))

/** The same, and our own proxies where they ask for themselves: a balancer has to know whom to lead to us. */
export const mayAskHealth = (c: Context, parts: AudienceParts): boolean => {
  const { ip } = c.get('requestOrigin') as RequestOrigin
  const asksItself = parts.metrics === 'local' && parts.isTrustedProxy(ip) && !isHandedOn(c)
  return asksItself || mayMeasure(c, parts)
}

/**
 * Whether a request may learn how this process does. `local` is for trusted addresses. Behind a proxy that is
 * not known as one everybody has its address, which is mostly trusted, too; so what a proxy has handed on is
 * local only if we believe that proxy about the address.
 */
export function mayMeasure(c: Context, parts: AudienceParts): boolean {
  if (parts.metrics !== 'local') return parts.metrics === 'on'
  const { ip, proxied } = c.get('requestOrigin') as RequestOrigin
  if (!parts.isTrusted(ip)) return false
  return proxied || !isHandedOn(c)
}
