import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { ok, type Result, refuse } from '../result.ts'

/**
 * An IPv4 or IPv6 address in canonical form (RFC 5952). An IPv4-mapped address becomes the IPv4
 * address inside it. Refuses everything else with `bad-ip`. An address with a zone index is refused
 * too, because a zone has a meaning on one machine only.
 */
export function parseIp(word: string): Result<string, 'bad-ip'> {
  // Checked first: ipaddr.js also reads 127.1 and 0x7f.1, and programs disagree about these.
  const version = isIP(word)
  // `isIP` accepts an IPv4 address in one form only, so it is canonical already.
  if (version === 4) return ok(word)
  if (version === 0 || word.includes('%')) return refuse('bad-ip')
  return ok(ipaddr.process(word).toString())
}

/** A TCP or UDP port: 1 to 65535, decimal, no leading zero. Refuses with `bad-port`. */
export function parsePort(word: string): Result<number, 'bad-port'> {
  const port = /^[1-9]\d{0,4}$/.test(word) ? Number(word) : 0
  return port >= 1 && port <= 65_535 ? ok(port) : refuse('bad-port')
}
