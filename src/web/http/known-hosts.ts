import { isIP } from 'node:net'

/**
 * Whether a request is for a host that we are. A web page elsewhere can point a name of its own at
 * this machine and so share an origin with us (DNS rebinding); it cannot do so with an IP address,
 * with `localhost`, or with a name that only the operator controls.
 */
export function isKnownHost(hostname: string, publicHosts: readonly string[]): boolean {
  const name = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
  return isIP(name) !== 0 || name === 'localhost' || publicHosts.includes(name)
}
