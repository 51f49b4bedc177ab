import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Whom the limits per address take for one: an IPv4 address, or an IPv6 network of 64 bits, which
 * one customer has as a whole and may draw addresses from as it likes (RFC 6177). `ip` is canonical.
 */
export function addressGroup(ip: string): string {
  if (!isIPv6(ip)) return ip
  const parts = ipaddr.IPv6.parse(ip).parts.slice(0, 4)
  return `${parts.map((part) => part.toString(16)).join(':')}::/64`
}
