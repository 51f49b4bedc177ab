import type { Endpoint } from '../../endpoint.ts'
import { listeningFor } from '../../host/listen-error.ts'
import { parseIp } from '../../wire/address.ts'
import { isKnownHost } from '../http/known-hosts.ts'

export type RedirectParts = {
  hostname: string
  /** 0 for any free one. */
  port: number
  /** Whether other processes of this user listen on the same port. */
  sharesPort?: boolean
  /** Where the page is. */
  securePort: () => number
  publicHosts: readonly string[]
  /** In how many seconds that address may ask again; `undefined` where it may now. */
  wait: (ip: string) => number | undefined
  /** A bug, whose request was answered with 500. */
  failed: (error: unknown) => void
}

export type Redirect = { readonly endpoint: Endpoint; stop(): Promise<void> }

/**
 * Shows a client that asks for the page without TLS the way to it, under the name that it asked for where
 * that is ours, and to nowhere else. Throws `ListenError` where it cannot listen.
 */
export function startRedirect({
  hostname,
  port,
  sharesPort = false,
  securePort,
  publicHosts,
  wait,
  failed,
}: RedirectParts): Redirect {
  function answer(request: Request, ip: string): Response {
    const seconds = wait(ip)
    if (seconds !== undefined) {
      return bare(429, { 'Retry-After': `${seconds}` })
    }
    const asked = URL.parse(request.url)
    // Without it the URL would name the address at which we listen.
    if (!asked || !request.headers.get('Host')) return bare(400)
    if (!isKnownHost(asked.hostname, publicHosts)) return bare(421)
    const path = asked.pathname + asked.search
    const Location = `https://${asked.hostname}${portOf(securePort())}${path}`
    // Nobody is to be sent here once this was another machine's address, or another port.
    return bare(308, { Location })
  }

  const listen = () =>
    Bun.serve({
      hostname,
      port,
      reusePort: sharesPort,
      development: false,
      maxRequestBodySize: maxBodyBytes,
      error(error) {
        failed(error)
        return bare(500)
      },
      fetch(request, itself) {
        const ip = parseIp(itself.requestIP(request)?.address ?? '')
        return answer(request, ip.ok ? ip.value : '')
      },
    })
  const server = listeningFor('HTTP_REDIRECT_PORT', listen)
  const ip = parseIp(server.hostname ?? hostname)
  return {
    endpoint: { ip: ip.ok ? ip.value : hostname, port: server.port ?? port },
    stop: () => server.stop(true),
  }
}

/** Nobody on the way is to keep it either. */
const bare = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status, headers: { ...headers, 'Cache-Control': 'no-store' } })

/** Nobody reads it. */
const maxBodyBytes = 1_024

const portOf = (port: number): string => (port === 443 ? '' : `:${port}`)
