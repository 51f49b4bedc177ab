import { isIPv4, isIPv6 } from 'node:net'
import * as v from 'valibot'
import { BadSetting, words } from './shapes.ts'

/**
 * URLs of STUN or TURN servers (RFC 7064, RFC 7065), only in forms that every browser accepts. If a
 * browser refuses one of them, all its calls fail.
 */
export const iceUrls = (scheme: 'stun' | 'turn') =>
  v.pipe(
    words,
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return
      for (const url of dataset.value) {
        const why = scheme === 'stun' ? faultOfStun(url) : faultOfTurn(url)
        if (why) return addIssue({ message: `${why}: ${JSON.stringify(url)}` })
      }
    }),
  )

/** Throws `BadSetting` if only one of two settings is set that need each other. */
export function checkTurn(urls: readonly string[], secret: string | undefined): void {
  if (urls.length > 0 && secret === undefined) {
    throw new BadSetting('TURN_SECRET="": must be set where TURN_URLS is')
  }
  if (urls.length === 0 && secret !== undefined) {
    throw new BadSetting('TURN_URLS="": must be set where TURN_SECRET is')
  }
}

function faultOfStun(url: string): string | undefined {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/i.exec(url) ?? []
  if (/^stuns$/i.test(scheme)) return 'must begin with stun:, since Firefox knows no stuns:'
  if (!/^stun$/i.test(scheme)) return 'must be stun:HOST or stun:HOST:PORT'
  if (rest.includes('?')) return 'must have no ?transport, since STUN goes over UDP'
  return faultOfPlace(rest)
}

function faultOfTurn(url: string): string | undefined {
  const [, place, query] = /^turns?:([^?]*)(\?.*)?$/i.exec(url) ?? []
  if (place === undefined) return 'must be turn:HOST, turn:HOST:PORT, or the same with turns:'
  if (query !== undefined && !/^\?transport=(udp|tcp)$/.test(query)) {
    return 'must end in ?transport=udp or ?transport=tcp, or have no ?'
  }
  return faultOfPlace(place)
}

/** What is wrong with a host that a port may follow. */
function faultOfPlace(place: string): string | undefined {
  if (place.startsWith('//')) return 'must have no // before the host'
  if (place.includes('@')) return 'must name no user, since credentials are made for each call'
  if (/^[\da-f:.]*:[\da-f:.]*:/i.test(place)) return 'must have its IPv6 address in brackets'
  const [, host, port] = /^(\[[^\]]*\]|[^:[\]]*)(?::(.*))?$/.exec(place) ?? []
  if (host === undefined || !isHost(host)) return 'must have a host name or an IP address'
  if (port === undefined) return undefined
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0
  if (number < 1 || number > 65_535) return 'must have a port from 1 to 65535, or none'
  if (closedPorts.has(number)) return `must have a port that browsers dial, which ${number} is not`
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return isIPv6(host.slice(1, -1)) && !host.includes('%')
  // What ends in a number is meant for an address (URL Standard, "ends in a number checker").
  if (/(^|\.)(\d+|0x[\da-f]*)$/i.test(host)) return isIPv4(host)
  return host.length <= 253 && host.split('.').every((label) => name.test(label))
}

/** Also with an underscore, as in names of services and of machines in local networks. */
const name = /^[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?$/i

/** Ports of other protocols, which Firefox 153 refuses; Chromium takes them. */
const closedPorts = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 69, 77, 79, 87, 95, 101, 102, 103,
  104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512,
  513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995,
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10080,
])
