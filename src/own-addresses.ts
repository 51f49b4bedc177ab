import { hostname, networkInterfaces } from 'node:os'
import type { Endpoint } from './endpoint.ts'

/** What "every address of this machine" is written as when one listens. */
const isWildcard = (ip: string) => ip === '0.0.0.0' || ip === '::'

const isLoopback = (ip: string) => ip === '::1' || ip.startsWith('127.')

const interfaceAddresses = () => Object.values(networkInterfaces()).flatMap((list) => list ?? [])

/** Whether a call to `endpoint` would reach whoever listens at `listening`. */
export function covers(listening: Endpoint, endpoint: Endpoint): boolean {
  if (listening.port !== endpoint.port) return false
  if (!isWildcard(listening.ip)) return listening.ip === endpoint.ip
  const mine =
    isLoopback(endpoint.ip) || interfaceAddresses().some(({ address }) => address === endpoint.ip)
  return mine && (listening.ip === '::' || !endpoint.ip.includes(':'))
}

/** Every address and name of this machine under which another may find it. */
export function reachableAs(): { names: string[]; addresses: string[] } {
  const own = hostname().toLowerCase()
  const isName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(own)
  const short = own.split('.')[0]
  const names = ['localhost', ...(isName ? [own, `${short}.local`] : [])]
  // A link-local IPv6 address needs an interface beside it, which no URL may hold.
  const addresses = interfaceAddresses().filter(({ address }) => !/^fe[89ab]/i.test(address))
  return {
    names: [...new Set(names)],
    addresses: [...new Set(addresses.map(({ address }) => address))],
  }
}

/** How this process itself reaches what listens there. */
export const fromHere = ({ ip, port }: Endpoint): Endpoint => ({
  ip: isWildcard(ip) ? '127.0.0.1' : ip,
  port,
})

/** How other machines reach it: what a person can be told to type. */
export function fromElsewhere({ ip, port }: Endpoint): Endpoint {
  if (!isWildcard(ip)) return { ip, port }
  const outward = interfaceAddresses().find(
    ({ internal, family }) => !internal && family === 'IPv4',
  )
  return { ip: outward?.address ?? '127.0.0.1', port }
}
