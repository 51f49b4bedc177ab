import type { Config } from '../config/config.ts'
import type { Health } from '../health.ts'
import { fromElsewhere, reachableAs } from '../host/own-addresses.ts'
import type { OwnEnds } from '../host/own-ends.ts'
import type { Worker } from '../host/worker.ts'
import type { Guesses } from '../limits/guesses.ts'
import type { Log } from '../log/log.ts'
import type { Figure } from '../metrics/figure.ts'
import type { History } from '../metrics/history.ts'
import type { ShownRegistry } from '../register-command.ts'
import type { Directory } from '../registry/directory/directory.ts'
import type { Registry, RegistryParts } from '../registry/server.ts'
import { digest, isSame } from '../secrets.ts'
import type { Certificate } from '../tls/certificate.ts'
import type { WebParts } from '../web/parts.ts'
import type { Farewells } from '../web/session/farewells.ts'

/** What is made once at the start, for the registry and the web. */
export type Common = {
  directory: Directory
  /** Proves that the web's registry connections may speak for browsers. */
  key: string
  sessionSecret: string
  /** The one in use. */
  certificate: Certificate | undefined
  ownEnds: OwnEnds
  guesses: Guesses
  /** Whom the operator has disconnected, at whichever node. */
  farewells: Farewells
  /** Shown at `/healthz`. */
  health: Health
  /** Where this process is one of several that share the ports of this machine. */
  worker: Worker | undefined
  /** Called when somebody's call has begun or ended. */
  callsChanged: () => void
  /** The folder that has the files of the pages, built ahead; without one they are built at the start. */
  pageFiles: string | undefined
  log: Log
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
}

/** All that the registry is made of. */
export function registryParts(config: Config, common: Common): RegistryParts {
  const { key, certificate, ownEnds, directory, guesses, farewells, callsChanged } = common
  const { log, now } = common
  const { registryPort, registryTlsPort, operatorKey, accessCode } = config
  const keys = [key, ...(operatorKey ? [operatorKey] : [])].map(digest)
  const code = accessCode === undefined ? undefined : digest(accessCode)
  return {
    hostname: config.host,
    port: registryPort,
    sharesPorts: common.worker !== undefined,
    // The web dials this one, whatever the settings say of other listeners and addresses.
    ownListener: { isOurs: (end) => ownEnds.has(end), takesDeeds: operatorKey !== undefined },
    ...(certificate && registryTlsPort !== 'off'
      ? { tls: { port: registryTlsPort, certificate } }
      : {}),
    directory,
    isTrusted: config.isTrusted,
    isProxy: config.isRegistryProxy,
    isKey: (secret) => keys.map((known) => isSame(digest(secret), known)).includes(true),
    isAccessCode: code && ((secret) => isSame(digest(secret), code)),
    guesses,
    limits: config.limits,
    showsPartners: config.showsPartners,
    callsChanged,
    kicked: (deed) => farewells.kicked(deed),
    log,
    now,
  }
}

/** What is measured of the process. */
export type Measured = { figures: readonly Figure[]; history: History }

/** All that the web is made of. */
export function webParts(
  config: Config,
  common: Common,
  registry: Registry,
  { figures, history }: Measured,
): WebParts {
  const { key, sessionSecret, certificate, ownEnds, guesses, farewells, health } = common
  const { pageFiles, log, now } = common
  const { tls } = config.web
  return {
    ...config.web,
    hostname: config.host,
    port: config.httpPort,
    registry: registry.ownEndpoint ?? registry.endpoint,
    behalf: registry.behalfEndpoint,
    deeds: registry.deedsEndpoint,
    ownEnds,
    shownRegistry: shownRegistry(config, registry),
    key,
    sessionSecret,
    // Nobody else can show a certificate that is good for this machine's own names.
    publicHosts: [...config.publicHosts, ...(tls === 'auto' ? reachableAs().names : [])],
    certificate,
    strictTransport: tls !== undefined && tls !== 'auto',
    isTrusted: config.isTrusted,
    accessCode: config.accessCode,
    severalServers: config.engine !== undefined,
    worker: common.worker,
    guesses,
    farewells,
    health,
    figures,
    operator:
      config.operatorKey === undefined
        ? undefined
        : { key: digest(config.operatorKey), view: registry.view, history },
    calls: config.calls,
    showsPartners: config.showsPartners,
    ice: config.ice,
    ringTimeoutMs: config.limits.ringTimeoutMs,
    maxCallMembers: config.limits.maxCallMembers,
    pageFiles,
    log,
    now,
  }
}

/** How a person at a terminal of another machine gets in. */
export const shownRegistry = (
  { accessCode }: Config,
  { endpoint, tlsEndpoint }: Pick<Registry, 'endpoint' | 'tlsEndpoint'>,
): ShownRegistry => ({
  ...fromElsewhere(endpoint),
  tls: endpoint === tlsEndpoint,
  code: accessCode !== undefined,
})
