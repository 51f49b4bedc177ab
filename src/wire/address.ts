import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { ok, type Result, refuse } from '../result.ts'

/**
 * An IPv4 or IPv6 address in canonical form (RFC 5952; an IPv4-mapped one becomes the IPv4
 * address it stands for). Refuses with `bad-ip` anything else, a zone index included: it means
 * something on one machine only.
 */
export function parseIp(word: string): Result<string, 'bad-ip'> {
  // ipaddr.js also reads 127.1 and 0x7f.1, which no two programs take for the same address.
  const version = isIP(word)
  // There is one way alone to write what it takes for IPv4.
  if (version === 4) return ok(word)
  if (version === 0 || word.includes('%')) return refuse('bad-ip')
  return ok(ipaddr.process(word).toString())
}

/** A TCP or UDP port: 1 to 65535, decimal, no leading zero. Refuses with `bad-port`. */
export function parsePort(word: string): Result<number, 'bad-port'> {
  const port = /^[1-9]\d{0,4}$/.test(word) ? Number(word) : 0
  return port >= 1 && port <= 65_535 ? ok(port) : refuse('bad-port')
}
