import type { LimitHit, RegistryLimits } from '../limits/registry-limits.ts'
import { counters, type Figure, gauge } from '../metrics/figure.ts'
import type { Switchboard } from './calls/switchboard.ts'
import type { Broadcast } from './connection/broadcast.ts'
import type { Held } from './connection/held-bytes.ts'
import type { Connections } from './connections.ts'
import type { Directory } from './directory/directory.ts'
import type { Tally } from './tally.ts'

export type RegistryState = {
  directory: Pick<Directory, 'size'>
  limits: Pick<RegistryLimits, 'maxConnections'>
  connections: Pick<Connections, 'size'>
  broadcast: Pick<Broadcast, 'watchers'>
  held: Pick<Held, 'total'>
  switchboard: Pick<Switchboard, 'counts'>
  hits: Readonly<Record<LimitHit, number>>
}

/** What there is in the registry at the moment, how often each limit was met, and all that was counted. */
export const registryFigures = (tally: Tally, state: RegistryState): Figure[] => [
  ...tally.figures,
  gauge('encontro_registrations', 'Who is registered now.', () => state.directory.size),
  gauge('encontro_connections', 'Open connections.', () => state.connections.size),
  gauge(
    'encontro_connections_limit',
    'Places for connections; one of a browser takes three.',
    () => state.limits.maxConnections,
  ),
  gauge(
    'encontro_watchers',
    'Connections that are told every change.',
    () => state.broadcast.watchers,
  ),
  gauge('encontro_held_bytes', 'Bytes held for all connections.', () => state.held.total),
  {
    name: 'encontro_calls',
    help: 'Calls now, by state; of those that are resumed, the ends that wait.',
    ...{ type: 'gauge', label: 'state', read: () => state.switchboard.counts },
  },
  counters(
    'encontro_limit_hits_total',
    'Connections closed and requests refused for a limit: slow watchers, stalled readers and others.',
    'limit',
    () => snakeCase(state.hits),
  ),
]

/** Labels are written as names are: `slow_watcher`. */
export const snakeCase = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counts).map(([word, count]) => [
      word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      count,
    ]),
  )
