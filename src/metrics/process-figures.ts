import { X509Certificate } from 'node:crypto'
import { readdirSync } from 'node:fs'
import type { Health } from '../health.ts'
import { descriptorLimit } from '../host/descriptors.ts'
import type { Certificate } from '../tls/self-signed.ts'
import { version } from '../version.ts'
import { type Figure, gauge, histogram } from './figure.ts'
import type { LoopLag } from './loop-lag.ts'

const startedAt = Date.now() / 1000 - process.uptime()

/** What is true of the whole process. The names that begin with `process_` are those of every exporter. */
export const processFigures = (health: Pick<Health, 'status'>, lag: LoopLag): Figure[] => [
  {
    name: 'encontro_build_info',
    help: 'The version of the program; always 1.',
    ...{ type: 'gauge', label: 'version', read: () => ({ [version]: 1 }) },
  },
  gauge('encontro_serving', 'Whether /healthz says 200.', () =>
    Number(health.status === 'serving'),
  ),
  histogram(
    'encontro_event_loop_lag_seconds',
    'How late the event loop came to a timer.',
    lag.histogram,
  ),
  gauge(
    'encontro_heap_bytes',
    'Memory in use by JavaScript.',
    () => process.memoryUsage().heapUsed,
  ),
  gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', () =>
    process.memoryUsage.rss(),
  ),
  {
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
    ...{ type: 'counter', read: cpuSeconds },
  },
  gauge(
    'process_start_time_seconds',
    'Start time since the Unix epoch in seconds.',
    () => startedAt,
  ),
  ...descriptorFigures(),
]

/** None where there is no certificate. `shown` has the one in use. */
export const certificateFigures = (shown: { certificate: Certificate | undefined }): Figure[] =>
  shown.certificate
    ? [
        gauge(
          'encontro_certificate_expiry_timestamp_seconds',
          'When the certificate ends, since the Unix epoch in seconds.',
          () => expiryOf(shown.certificate),
        ),
      ]
    : []

const expiryOf = (certificate: Certificate | undefined) =>
  certificate ? new X509Certificate(certificate.cert).validToDate.getTime() / 1000 : Number.NaN

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** None where the system does not tell. */
function descriptorFigures(): Figure[] {
  const limit = descriptorLimit()
  if (limit === undefined || !Number.isFinite(limit)) return []
  return [
    gauge('process_open_fds', 'Number of open file descriptors.', openDescriptors),
    gauge('process_max_fds', 'Maximum number of open file descriptors.', () => limit),
  ]
}

// Beside the one with which the folder itself is read.
const openDescriptors = () => readdirSync('/proc/self/fd').length - 1
