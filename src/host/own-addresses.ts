import { hostname, networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'
import type { Endpoint } from '../endpoint.ts'

/** Whether listening on `ip` means listening on every address of this machine. */
const isWildcard = (ip: string) => ip === '0.0.0.0' || ip === '::'

const isLoopback = (ip: string) => ip === '::1' || ip.startsWith('127.')

const interfaceAddresses = () => Object.values(networkInterfaces()).flatMap((list) => list ?? [])

/** The canonical form of an address, without a zone: addresses of calls have no zone. */
function canonical(ip: string): string {
  const [address = ip] = ip.split('%')
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address
}

/** Whether a call to `endpoint` would reach our listener at `listening`. */
export function covers(listening: Endpoint, endpoint: Endpoint): boolean {
  if (listening.port !== endpoint.port) return false
  const [own, called] = [canonical(listening.ip), canonical(endpoint.ip)]
  if (!isWildcard(own)) return own === called
  const mine =
    isLoopback(called) || interfaceAddresses().some(({ address }) => canonical(address) === called)
  return mine && (own === '::' || !called.includes(':'))
}

/** All names and addresses of this machine that other machines may use. */
export function reachableAs(): { names: string[]; addresses: string[] } {
  const own = hostname().toLowerCase()
  const isName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(own)
  const short = own.split('.')[0]
  const names = ['localhost', ...(isName ? [own, `${short}.local`] : [])]
  // A link-local IPv6 address needs an interface name with it, which a URL cannot hold.
  const addresses = interfaceAddresses().filter(({ address }) => !/^fe[89ab]/i.test(address))
  return {
    names: [...new Set(names)],
    addresses: [...new Set(addresses.map(({ address }) => address))],
  }
}

/** The endpoint by which this process itself reaches a listener. */
export const fromHere = ({ ip, port }: Endpoint): Endpoint => ({
  ip: isWildcard(ip) ? '127.0.0.1' : ip,
  port,
})

/** The endpoint by which other machines reach a listener, to show to people. */
export function fromElsewhere({ ip, port }: Endpoint): Endpoint {
  if (!isWildcard(ip)) return { ip, port }
  const outward = interfaceAddresses().find(
    ({ internal, family }) => !internal && family === 'IPv4',
  )
  return { ip: outward?.address ?? '127.0.0.1', port }
}
