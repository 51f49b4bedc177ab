import type { Config } from '../config/config.ts'
import { type Endpoint, formatEndpoint } from '../endpoint.ts'

/** Where the page is. A certificate of the operator's is for a name, which the address is not. */
export function webUrlAt(
  { web, publicHosts: [name] }: Pick<Config, 'web' | 'publicHosts'>,
  { ip, port }: Endpoint,
): string {
  const { tls, basePath } = web
  if (tls === undefined) return `http://${formatEndpoint({ ip, port })}${basePath}/`
  const isNamed = tls !== 'auto' && name !== undefined
  return `https://${isNamed ? `${name}:${port}` : formatEndpoint({ ip, port })}${basePath}/`
}
