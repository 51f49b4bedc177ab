import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * What counts as one address for the limits: an IPv4 address, or an IPv6 network of 64 bits, which
 * one customer has as a whole and may draw addresses from as it likes (RFC 6177). `ip` is canonical.
 */
export function addressGroup(ip: string): string {
  return isIPv6(ip) ? networkOfIpv6(ip, 64) : ip
}

/** Far more than one customer has, and about what one provider gives: 16 bits of IPv4, 32 of IPv6. */
export function providerOf(ip: string): string {
  return isIPv6(ip) ? networkOfIpv6(ip, 32) : ip.split('.').slice(0, 2).join('.')
}

function networkOfIpv6(ip: string, bits: number): string {
  const parts = ipaddr.IPv6.parse(ip).parts.slice(0, bits / 16)
  return `${parts.map((part) => part.toString(16)).join(':')}::/${bits}`
}
