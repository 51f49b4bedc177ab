import type { Endpoint } from '../../endpoint.ts'
import { ok, type Result, refuse } from '../../result.ts'
import { parseIp, parsePort } from '../address.ts'

/** Bytes of the longest such line, its ending included (PROXY protocol, section 2.1). */
export const maxProxyLineBytes = 107

/**
 * The line with which a connection begins that somebody makes for another end: version 1 of the PROXY
 * protocol (HAProxy, "The PROXY protocol", section 2.1). `from` is that other end.
 */
export function formatProxyLine(from: Endpoint, to: Endpoint): string {
  return `PROXY ${familyOf(from.ip)} ${from.ip} ${to.ip} ${from.port} ${to.port}\r\n`
}

/**
 * Reads such a line, with its ending, and gives the other end in canonical form. Refuses everything else,
 * also `PROXY UNKNOWN`.
 */
export function parseProxyLine(line: string): Result<Endpoint, 'not-proxied'> {
  const [, family, source = '', sourcePort = ''] =
    /^PROXY (TCP4|TCP6) (\S+) \S+ (\d+) \d+\r\n$/.exec(line) ?? []
  const ip = parseIp(source)
  const port = parsePort(sourcePort)
  if (!ip.ok || !port.ok || family !== familyOf(source)) return refuse('not-proxied')
  return ok({ ip: ip.value, port: port.value })
}

const familyOf = (ip: string) => (ip.includes(':') ? 'TCP6' : 'TCP4')
