import { BadSetting, type Config } from '../config/config.ts'
import { formatEndpoint } from '../endpoint.ts'

/** Milliseconds in which a server that is well has answered. */
const patienceMs = 4_000

/** Where a server that listens there is reached from its own machine. */
const reachedAt: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/**
 * Asks the server that runs on this machine with these settings whether it serves, as a watchdog without
 * programs of its own does (decisions/055). Where `/healthz` is not for this machine, any answer is a good one.
 * Throws `BadSetting` where the settings do not say at which port the server is.
 */
export async function askHealth({
  host,
  httpPort,
  web,
}: Pick<Config, 'host' | 'httpPort' | 'web'>): Promise<{ serves: boolean; said: string }> {
  if (httpPort === 0) throw new BadSetting('HTTP_PORT=0: must be a number for --healthy')
  const ip = reachedAt[host] ?? host
  const scheme = web.tls === undefined ? 'http' : 'https'
  const url = `${scheme}://${formatEndpoint({ ip, port: httpPort })}${web.basePath}/healthz`
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      // Not by the proxy that HTTP_PROXY may name: it would ask its own machine.
      proxy: false,
      signal: AbortSignal.timeout(patienceMs),
      // It is our own machine, and the certificate is for a name or for other machines.
      tls: { rejectUnauthorized: false },
    })
    const text = (await answer.text()).trim()
    if (answer.status === 404)
      return { serves: true, said: 'answers; METRICS does not let it say more' }
    return { serves: answer.ok, said: text }
  } catch (error) {
    return { serves: false, said: `${url}: ${error instanceof Error ? error.message : error}` }
  }
}
