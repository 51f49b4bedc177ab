import { BadSetting, type Config, readConfig, settingNames, settingsHelp } from './config/config.ts'
import { readEnvironment } from './config/environment.ts'
import { type Endpoint, formatEndpoint } from './endpoint.ts'
import { descriptorLimit, shortageOf } from './host/descriptors.ts'
import { atPort } from './host/listening.ts'
import { covers, fromElsewhere, reachableAs } from './host/own-addresses.ts'
import { OwnEnds } from './host/own-ends.ts'
import { onHangUp } from './host/sighup.ts'
import { Guesses } from './limits/guesses.ts'
import { boundLog } from './log/bounded-log.ts'
import { createLog, type Log } from './log/log.ts'
import { tellRefusals } from './log/refusal-summary.ts'
import { Directory } from './registry/directory/directory.ts'
import { startRegistry } from './registry/server.ts'
import { digest, isSame, randomText } from './secrets.ts'
import { createTerminal } from './terminal/terminal.ts'
import { type Certificate, certificateOf } from './tls/certificate.ts'
import { loaded, renewCertificate } from './tls/certificate-renewal.ts'
import { startWeb } from './web/server.ts'
import { keptSessionSecret } from './web/session/session-secret.ts'

/** Milliseconds from a signal to the end of the process, whatever has not closed by then. */
const shutdownMs = 1_800

/** What has been started and is to be stopped, in this order. */
type Running = { stop: () => Promise<void> }[]

async function start(config: Config): Promise<void> {
  const directory = new Directory({ now: Date.now })
  const terminal = createTerminal({
    stream: process.stdout,
    registered: directory,
    term: process.env.TERM,
  })
  directory.subscribe(() => terminal.changed())
  // Nothing is announced before everything listens: it might have to be taken back.
  let heldBack: string[] | undefined = []
  const write = (line: string) => (heldBack ? heldBack.push(line) : terminal.log(line))
  const announce = () => {
    const lines = heldBack ?? []
    heldBack = undefined
    for (const line of lines) terminal.log(line)
  }
  const { log, tell: tellOmitted } = boundLog(createLog({ write, now: Date.now }), () =>
    performance.now(),
  )
  const running: Running = []
  let ending = false

  async function end(why: string, status: number): Promise<void> {
    // Who asks a second time does not want to wait.
    if (ending) {
      terminal.stop()
      process.exit(status)
    }
    ending = true
    announce()
    log({ event: 'server.stopping', why })
    const stopped = stopAll(running).catch((error) => log({ event: 'bug', where: 'stop', error }))
    await Promise.race([stopped, Bun.sleep(shutdownMs)])
    tellOmitted()
    terminal.stop()
    await flushed(process.stdout)
    process.exit(status)
  }

  process.on('SIGINT', () => end('SIGINT', 0))
  process.on('SIGTERM', () => end('SIGTERM', 0))
  process.on('uncaughtException', (error) => {
    log({ event: 'bug', where: 'process', error })
    end('uncaughtException', 1)
  })
  process.on('unhandledRejection', (error) => log({ event: 'bug', where: 'process', error }))

  try {
    await listen(config, directory, log, running)
    announce()
  } catch (error) {
    await stopAll(running)
    terminal.stop()
    throw error
  }
}

/** The registry, then the web page, which is a client of it. */
async function listen(
  config: Config,
  directory: Directory,
  log: Log,
  running: Running,
): Promise<void> {
  // With it the web's registry connections prove that they may speak for browsers. New at every
  // start, and written down nowhere.
  const key = randomText(32)
  const keys = [key, ...(config.operatorKey ? [config.operatorKey] : [])].map(digest)
  const code = config.accessCode === undefined ? undefined : digest(config.accessCode)
  const own: Endpoint[] = []
  const ownEnds = new OwnEnds()
  let webUrl = webUrlAt(config, { ip: config.host, port: config.httpPort })
  const now = () => performance.now()
  const guesses = new Guesses({ wrongPerMinute: config.wrongCodesPerMinute }, now)
  const source = config.web.tls
  const certificate =
    source && (await keptInStateDirectory(config, () => certificateOf(source, config)))

  const sessionSecret =
    config.sessionSecret ??
    (await keptInStateDirectory(config, () => keptSessionSecret(config.stateDirectory)))

  const registryPort = ['REGISTRY_PORT', config.registryPort] as const
  const registryTlsPort = ['REGISTRY_TLS_PORT', config.registryTlsPort] as const
  const httpPort = ['HTTP_PORT', config.httpPort] as const
  const redirectPort = ['HTTP_REDIRECT_PORT', config.web.redirectPort] as const

  const shortage = shortageOf(config.limits.maxConnections, descriptorLimit())
  if (shortage) log({ event: 'descriptors.few', ...shortage })
  const registry = await atPort(config.host, registryPort, registryTlsPort, () =>
    startRegistry({
      hostname: config.host,
      port: config.registryPort,
      // The web comes in there, whatever the settings say of other listeners and addresses.
      ownListener: { isOurs: (end) => ownEnds.has(end) },
      ...(certificate && config.registryTlsPort !== 'off'
        ? { tls: { port: config.registryTlsPort, certificate } }
        : {}),
      directory,
      isTrusted: config.isTrusted,
      isKey: (secret) => keys.map((known) => isSame(digest(secret), known)).includes(true),
      isAccessCode: code && ((secret) => isSame(digest(secret), code)),
      guesses,
      isOwnEndpoint: (endpoint) => own.some((listening) => covers(listening, endpoint)),
      webUrl: () => webUrl,
      limits: config.limits,
      log,
      now,
    }),
  )
  running.push(registry)
  const { endpoint, tlsEndpoint, ownEndpoint = endpoint } = registry
  own.push(endpoint, ownEndpoint, ...(tlsEndpoint ? [tlsEndpoint] : []))
  const wayIn = {
    ...fromElsewhere(endpoint),
    tls: endpoint === tlsEndpoint,
    code: code !== undefined,
  }

  const web = await atPort(config.host, httpPort, redirectPort, () =>
    startWeb({
      hostname: config.host,
      port: config.httpPort,
      registry: ownEndpoint,
      ownEnds,
      shownRegistry: wayIn,
      key,
      sessionSecret,
      // Nobody else can show a certificate that is good for this machine's own names.
      publicHosts: [...config.publicHosts, ...(source === 'auto' ? reachableAs().names : [])],
      certificate,
      redirectPort: config.web.redirectPort,
      basePath: config.web.basePath,
      strictTransport: source !== undefined && source !== 'auto',
      isTrustedProxy: config.web.isTrustedProxy,
      isTrusted: config.isTrusted,
      accessCode: config.accessCode,
      guesses,
      limits: config.web.limits,
      calls: config.calls,
      ice: config.ice,
      ringTimeoutMs: config.limits.ringTimeoutMs,
      log,
      now,
    }),
  )
  // Its registrations end before the registry says goodbye to everybody else.
  running.unshift(web)
  running.unshift(tellRefusals(() => ({ registry: registry.closed, web: web.refused }), log))
  own.push(web.endpoint, ...(web.redirectEndpoint ? [web.redirectEndpoint] : []))
  webUrl = webUrlAt(config, fromElsewhere(web.endpoint))
  log({ event: 'web.started', url: webUrl })
  if (web.redirectEndpoint) {
    log({ event: 'redirect.started', ...fromElsewhere(web.redirectEndpoint) })
  }
  log({ event: 'try.it', ...wayIn })
  if (!source || !certificate) {
    // There is nothing to read again, and no reason to end (`systemctl reload`).
    onHangUp(() => {})
    return
  }
  log(loaded(certificate))
  const take = (renewed: Certificate) => {
    if (!web.useCertificate(renewed)) return false
    registry.renewCertificate(renewed)
    return true
  }
  running.unshift(renewCertificate(source, config, take, log))
}

/** Where the page is. A certificate of the operator's is for a name, which the address is not. */
function webUrlAt({ web, publicHosts: [name] }: Config, { ip, port }: Endpoint): string {
  const { tls, basePath } = web
  if (tls === undefined) return `http://${formatEndpoint({ ip, port })}${basePath}/`
  const isNamed = tls !== 'auto' && name !== undefined
  return `https://${isNamed ? `${name}:${port}` : formatEndpoint({ ip, port })}${basePath}/`
}

/** What is read from there, or made and kept; where that fails, says which setting to change. */
async function keptInStateDirectory<T>(
  { stateDirectory }: Config,
  keep: () => Promise<T>,
): Promise<T> {
  try {
    return await keep()
  } catch (error) {
    if (error instanceof BadSetting) throw error
    const why = error instanceof Error ? error.message : error
    throw new BadSetting(`STATE_DIRECTORY=${JSON.stringify(stateDirectory)}: ${why}`)
  }
}

async function stopAll(running: Running): Promise<void> {
  for (const part of running) await part.stop()
}

/** Bun drops what is still on its way to a pipe when the process exits. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  const written = new Promise<void>((resolve) => stream.write('', () => resolve()))
  return Promise.race([written, Bun.sleep(200)])
}

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(settingsHelp())
} else {
  try {
    await start(readConfig(readEnvironment(settingNames)))
  } catch (error) {
    if (!(error instanceof BadSetting)) throw error
    process.stderr.write(`${error.message}\n`)
    await flushed(process.stderr)
    process.exit(1)
  }
}
