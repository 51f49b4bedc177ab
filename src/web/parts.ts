import type { MetricsAudience, WebLimits } from '../config/web-config.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Health } from '../health.ts'
import type { OwnEnds } from '../host/own-ends.ts'
import type { Worker } from '../host/worker.ts'
import type { Guesses } from '../limits/guesses.ts'
import type { Log } from '../log/log.ts'
import type { Figure } from '../metrics/figure.ts'
import type { History } from '../metrics/history.ts'
import type { OperatorView } from '../operator/view.ts'
import type { ShownRegistry } from '../register-command.ts'
import type { Certificate } from '../tls/certificate.ts'
import type { IceSettings } from './calls/ice-servers.ts'
import type { UpdateLimits } from './live/lists/list-updates.ts'
import type { LiveLimits } from './live/live.ts'
import type { UnreadLimits } from './live/unread.ts'
import type { Farewells } from './session/farewells.ts'
import type { SessionLimits } from './session/session-limits.ts'

/** All that the web is made of: settings, limits, and what it needs of the process. */
export type WebParts = {
  hostname: string
  /** The path that all of ours begin with: empty, or with a slash at its beginning alone. */
  basePath: string
  /** 0 for any free one. */
  port: number
  /** Where the registry listens; the only thing that the web knows of it. */
  registry: Endpoint
  /** Where it takes connections on behalf of a person; without it there is no console. */
  behalf?: Endpoint | undefined
  /** Where it takes the operator's deeds, with the operator's address. */
  deeds?: Endpoint | undefined
  /** Told of our ends of the connections to it, where it is to know them. */
  ownEnds?: OwnEnds
  /** The same as people on other machines get in. */
  shownRegistry: ShownRegistry
  /** The operator's key, with which its connections may register browsers. */
  key: string
  sessionSecret: string
  publicHosts: readonly string[]
  /** With one the page is served over TLS. */
  certificate: Certificate | undefined
  /** The port on which clients without TLS are shown the way. */
  redirectPort: number | 'off'
  /** Whether browsers know the signer of the certificate, and may be told to come back over TLS alone. */
  strictTransport: boolean
  isTrustedProxy: (ip: string) => boolean
  /** Addresses that the limits per address do not concern. */
  isTrusted: (ip: string) => boolean
  /** What one has to say to register, if anything. */
  accessCode: string | undefined
  /** One of several processes that share the ports of this machine. */
  worker: Worker | undefined
  /** Whether other servers share the directory, with the same session secret. */
  severalServers: boolean
  guesses: Guesses
  /** For whom `/healthz` and `/metrics` are. */
  metrics: MetricsAudience
  health: Pick<Health, 'status'>
  /** The digest of the operator's key, and what its page shows; none where no key is set. */
  operator: { key: Buffer; view: OperatorView; history: Pick<History, 'samples'> } | undefined
  /** What the rest of the process knows of itself. */
  figures: readonly Figure[]
  /** Those that the operator has disconnected; by default none are known yet. */
  farewells?: Farewells
  limits: WebLimits
  /** Whether browsers may find each other directly, or a relay is always in between. */
  calls: 'direct' | 'relay'
  /** Whether everybody is shown who talks with whom: the form says so. */
  showsPartners: boolean
  ice: IceSettings
  /** How long a call rings, in milliseconds: for the countdown, the registry decides. */
  ringTimeoutMs: number
  /** How many people may be in one call, the registry decides. */
  maxCallMembers: number
  /** The folder that has the files of the pages, built ahead; without one they are built at the start. */
  pageFiles?: string | undefined
  log: Log
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  sessionLimits?: SessionLimits
  liveLimits?: LiveLimits
  updateLimits?: UpdateLimits
  unreadLimits?: UnreadLimits
}
