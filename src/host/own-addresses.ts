import { hostname, networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'
import type { Endpoint } from '../endpoint.ts'

/** Whether listening on `ip`, canonical, means listening on every address of this machine. */
const isWildcard = (ip: string) => ip === '0.0.0.0' || ip === '::'

/** Whether `ip`, canonical, is an address that a machine has for itself alone. */
export const isLoopback = (ip: string): boolean => ip === '::1' || ip.startsWith('127.')

/** Whether `ip`, canonical, means something on one link alone (RFC 4291, section 2.5.6). */
const isLinkLocal = (ip: string) => /^fe[89ab]/i.test(ip)

/**
 * Whether a host of a URL leads a browser to its own machine: a loopback address or a wildcard in any
 * form, or `localhost` (RFC 6761, section 6.3). IPv6 is in brackets, as in a URL.
 */
export function isThisMachineAlone(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  const ip = canonical(host)
  return isLoopback(ip) || isWildcard(ip)
}

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
  const addresses = interfaceAddresses().filter(({ address }) => !isLinkLocal(address))
  return {
    names: [...new Set(names)],
    addresses: [...new Set(addresses.map(({ address }) => address))],
  }
}

/** All endpoints by which other machines may reach a listener. */
export function fromOtherMachines({ ip, port }: Endpoint): Endpoint[] {
  if (!isWildcard(canonical(ip))) return [{ ip, port }]
  const others = reachableAs().addresses.filter((address) => !isLoopback(address))
  return others.map((address) => ({ ip: address, port }))
}

/** The endpoint by which this process itself reaches a listener. */
export const fromHere = ({ ip, port }: Endpoint): Endpoint => ({
  ip: isWildcard(canonical(ip)) ? '127.0.0.1' : ip,
  port,
})

/** Networks that a machine has with its own containers, virtual machines and tunnels. */
const innerInterface =
  /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|podman|tun|tap|wg|utun|zt)/i

type InterfaceAddress = { name: string; address: string; internal: boolean; family: string }

/**
 * The address among these at which other machines most likely reach a listener at the wildcard `ip`:
 * IPv4 before IPv6, a network of the machine before one of its containers.
 */
export function outwardAddress(
  ip: '0.0.0.0' | '::',
  addresses: readonly InterfaceAddress[],
): string | undefined {
  const outward = addresses.filter(
    ({ address, internal, family }) =>
      !internal && !isLinkLocal(address) && (family === 'IPv4' || ip === '::'),
  )
  const rank = ({ name, family }: InterfaceAddress) =>
    (innerInterface.test(name) ? 2 : 0) + (family === 'IPv4' ? 0 : 1)
  return outward.toSorted((a, b) => rank(a) - rank(b))[0]?.address
}

/** The endpoint by which other machines reach a listener, to show to people. */
export function fromElsewhere({ ip, port }: Endpoint): Endpoint {
  const own = canonical(ip)
  if (own !== '0.0.0.0' && own !== '::') return { ip, port }
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    (list ?? []).map((each) => ({ name, ...each })),
  )
  return { ip: outwardAddress(own, addresses) ?? '127.0.0.1', port }
}
