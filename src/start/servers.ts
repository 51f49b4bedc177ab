import type { Config } from '../config/config.ts'
import { descriptorLimit, shortageOf } from '../host/descriptors.ts'
import { fromElsewhere, fromOtherMachines } from '../host/own-addresses.ts'
import { OwnEnds } from '../host/own-ends.ts'
import { onSighup } from '../host/sighup.ts'
import { Guesses } from '../limits/guesses.ts'
import { tellRefusals } from '../log/refusal-summary.ts'
import { History, type Reading } from '../metrics/history.ts'
import { type LoopLag, measureLoopLag } from '../metrics/loop-lag.ts'
import { certificateFigures, processFigures } from '../metrics/process-figures.ts'
import { prepareRegistry, type Registry } from '../registry/server.ts'
import { randomText } from '../secrets.ts'
import { certificateOf } from '../tls/certificate.ts'
import { loaded, renewCertificate } from '../tls/certificate-renewal.ts'
import { startWeb, type Web } from '../web/server.ts'
import { Farewells } from '../web/session/farewells.ts'
import { keptSessionSecret } from '../web/session/session-secret.ts'
import { atPort, inStateDirectory } from './at-port.ts'
import { type Common, registryParts, shownRegistry, webParts } from './parts.ts'
import { webUrlAt } from './web-url.ts'

/** How long the peers of a node that stops are spread over, so that the others can take them in. */
export const sendAwayMs = 10_000

/** What the caller has made itself, to show it or to set it. */
type Given = Pick<Common, 'directory' | 'callsChanged' | 'pageFiles' | 'health' | 'worker' | 'log'>

/** What the caller shows of the servers. */
export type Started = Pick<Registry, 'isInCall'> & { url: string }

/**
 * Starts the registry, then the web page, which is a client of it. What has started is left to
 * `running`, which stops the last first: registrations of browsers end before the registry says goodbye
 * to everybody else. Throws `BadSetting` where a setting is the reason.
 */
export async function startServers(
  config: Config,
  given: Given,
  running: AsyncDisposableStack,
): Promise<Started> {
  const { log } = given
  const shortage = shortageOf(config.limits.maxConnections, descriptorLimit())
  if (shortage) log({ event: 'descriptors.few', ...shortage })
  const common = await commonOf(config, given)
  // Loaded where it is asked for: no other start waits for it.
  const shared = config.engine && (await import('./shared-directory.ts'))
  const engine = await shared?.sharedDirectory(config, common, running)
  const prepared = prepareRegistry({
    ...registryParts(config, common),
    ...(engine ? { ordering: engine } : {}),
  })
  // Nobody is let in before the directory is known.
  if (shared && engine) await shared.join(engine, config, log)

  const { host, registryPort, registryTlsPort, httpPort, web: settings } = config
  const registry = await atPort(
    host,
    ['REGISTRY_PORT', registryPort],
    ['REGISTRY_TLS_PORT', registryTlsPort],
    () => prepared.open(),
  )
  running.defer(() => registry.stop())
  const lag = measureLoopLag(common.now)
  running.defer(() => lag.stop())
  const figures = [
    ...processFigures(common.health, lag),
    ...certificateFigures(common),
    ...registry.figures,
    ...(engine?.figures ?? []),
  ]

  const history = new History(() => readingOf(registry, lag)).start()
  running.defer(() => history.stop())

  const web = await atPort(
    host,
    ['HTTP_PORT', httpPort],
    ['HTTP_REDIRECT_PORT', settings.redirectPort],
    () => startWeb(webParts(config, common, registry, { figures, history })),
  )
  running.defer(async () => {
    if (engine) await Promise.all([web.sendAway(sendAwayMs), registry.sendAway(sendAwayMs)])
    // The registrations of browsers end with the page. That is not theirs to have done.
    registry.hush()
    return web.stop()
  })

  const { endpoint, redirectEndpoint } = web
  const url = webUrlAt(config, fromElsewhere(endpoint))
  const pageEndpoints = [endpoint, ...(redirectEndpoint ? [redirectEndpoint] : [])]
  registry.setPage({ url, endpoints: pageEndpoints })
  const listening = [registry.endpoint, registry.tlsEndpoint, ...pageEndpoints]
  engine?.listensAt(listening.filter((each) => each !== undefined).flatMap(fromOtherMachines))
  log({ event: 'web.started', url })
  if (redirectEndpoint) log({ event: 'redirect.started', ...fromElsewhere(redirectEndpoint) })
  log({ event: 'try.it', ...shownRegistry(config, registry) })

  const summary = tellRefusals(() => ({ registry: registry.closed, web: web.refused }), log)
  running.defer(() => summary.stop())
  renewCertificates(config, common, registry, web, running)
  return { isInCall: registry.isInCall, url }
}

const readingOf = ({ view }: Registry, lag: LoopLag): Reading => {
  const { registrations, changes, requests } = view.overview()
  const memoryBytes = process.memoryUsage.rss()
  return { registrations, changes, requests, memoryBytes, lagSeconds: lag.takeWorst() }
}

/** Reads what is kept between two starts, and makes what is not. */
async function commonOf(config: Config, given: Given): Promise<Common> {
  const { tls } = config.web
  const now = () => performance.now()
  return {
    ...given,
    // New at every start, and written down nowhere.
    key: randomText(32),
    certificate:
      tls && (await inStateDirectory(config.stateDirectory, () => certificateOf(tls, config))),
    sessionSecret:
      config.sessionSecret ??
      (await inStateDirectory(config.stateDirectory, () =>
        keptSessionSecret(config.stateDirectory),
      )),
    ownEnds: new OwnEnds(),
    farewells: new Farewells(),
    guesses: new Guesses({ wrongPerMinute: config.wrongCodesPerMinute }, now),
    now,
  }
}

function renewCertificates(
  config: Config,
  common: Common,
  registry: Registry,
  web: Web,
  running: AsyncDisposableStack,
): void {
  const { tls } = config.web
  const { certificate, log } = common
  if (!tls || !certificate) {
    // There is nothing to read again, and no reason to end (`systemctl reload`).
    onSighup(() => {})
    return
  }
  log(loaded(certificate))
  const renewal = renewCertificate(
    tls,
    config,
    (renewed) => {
      if (!web.useCertificate(renewed)) return false
      registry.renewCertificate(renewed)
      common.certificate = renewed
      return true
    },
    log,
  )
  running.defer(() => renewal.stop())
}
