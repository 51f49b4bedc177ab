import { connectRegistry, RegistryLost } from '../../client/registry-client.ts'
import type { Result } from '../../result.ts'
import { refuse } from '../../result.ts'
import { formatProxyLine } from '../../wire/bytes/proxy-line.ts'
import type { RefusalCode, Reply } from '../../wire/message.ts'
import type { OperatorRequest } from '../../wire/operator/message.ts'
import type { WebParts } from '../parts.ts'

export type DeedParts = Pick<WebParts, 'registry' | 'deeds' | 'ownEnds' | 'key'>

/**
 * Makes one request of the operator's at that address, on a connection of its own: so the registry logs whose it
 * was. Refuses with the registry's code, or with `away` where it cannot be reached.
 */
export async function requestAs(
  ip: string,
  asked: OperatorRequest,
  { registry, deeds, ownEnds, key }: DeedParts,
): Promise<Result<Reply, RefusalCode | 'away'>> {
  const to = ip === '' ? undefined : deeds
  try {
    const client = await connectRegistry({
      hostname: (to ?? registry).ip,
      port: (to ?? registry).port,
      ...(ownEnds ? { ends: ownEnds } : {}),
      ...(to ? { preamble: ({ port }) => formatProxyLine({ ip, port }, to) } : {}),
    })
    try {
      const opened = await client.ask({ verb: 'auth', secret: key })
      return opened.ok ? await client.ask(asked) : opened
    } finally {
      client.close()
    }
  } catch (error) {
    if (error instanceof RegistryLost) return refuse('away')
    throw error
  }
}
