import { fromElsewhere, isThisMachineAlone } from '../../host/own-addresses.ts'

export type ShareParts = {
  /** The address on which the web listens. */
  hostname: string
  /** The path that all of ours begin with: empty, or with a slash at its beginning alone. */
  basePath: string
  /** The names of the page. The operator's come first. */
  publicHosts: readonly string[]
  /** Where the page is over TLS behind a proxy, where the operator gave it a name. */
  secureUrl: string | undefined
}

/**
 * The address under which other people reach the page; `undefined` where only this computer does.
 * `asked` is the origin that the browser asked. Where it is no address of this machine alone, it has
 * just worked, so it is the answer; but an address over TLS is better than one without.
 */
export function shareAddress(asked: URL, parts: ShareParts): string | undefined {
  const url = new URL(`${parts.basePath}/`, asked)
  const [name] = parts.publicHosts
  if (!isThisMachineAlone(asked.hostname)) {
    const isBetter = asked.protocol === 'http:' && asked.hostname !== name
    return isBetter ? (parts.secureUrl ?? url.href) : url.href
  }
  if (parts.secureUrl !== undefined) return parts.secureUrl
  const host = name === undefined || isThisMachineAlone(name) ? addressOf(parts.hostname) : name
  if (isThisMachineAlone(host)) return undefined
  url.hostname = host
  return url.href
}

/** As a URL writes it. No browser takes an address with a zone, which means something here alone. */
function addressOf(hostname: string): string {
  const { ip } = fromElsewhere({ ip: hostname, port: 0 })
  if (ip.includes('%')) return 'localhost'
  return ip.includes(':') ? `[${ip}]` : ip
}
