import { networkInterfaces } from 'node:os'
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
