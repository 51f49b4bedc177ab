import { BadSetting, type Config, readConfig, settingsHelp } from './config.ts'
import { type Endpoint, formatEndpoint } from './endpoint.ts'
import { createLog, type Log } from './log.ts'
import { covers, fromElsewhere, fromHere } from './own-addresses.ts'
import { Directory } from './registry/directory.ts'
import { defaultLimits } from './registry/limits.ts'
import { startRegistry } from './registry/server.ts'
import { createTerminal } from './terminal/terminal.ts'
import { startWeb } from './web/server.ts'
import { keptSessionSecret } from './web/session-secret.ts'

/** Milliseconds from a signal to the end of the process, whatever has not closed by then. */
const shutdownMs = 1_800

/** What has been started and is to be stopped, in this order. */
type Running = { stop: () => Promise<void> }[]

async function start(config: Config): Promise<void> {
  const directory = new Directory({ now: Date.now })
  const terminal = createTerminal({ stream: process.stdout, registered: directory })
  directory.subscribe(() => terminal.changed())
  const log = createLog({ write: (line) => terminal.log(line), now: Date.now })
  const running: Running = []
  let ending = false

  async function end(why: string, status: number): Promise<void> {
    // Who asks a second time does not want to wait.
    if (ending) process.exit(status)
    ending = true
    log({ event: 'server.stopping', why })
    const stopped = stopAll(running).catch((error) => log({ event: 'bug', where: 'stop', error }))
    await Promise.race([stopped, Bun.sleep(shutdownMs)])
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
  const key = randomSecret()
  const keys = [key, ...(config.operatorKey ? [config.operatorKey] : [])].map(digest)
  const own: Endpoint[] = []
  let webUrl = `http://${formatEndpoint({ ip: config.host, port: config.httpPort })}/`
  const now = () => performance.now()

  const registry = await atPort('REGISTRY_PORT', config.registryPort, config, () =>
    startRegistry({
      hostname: config.host,
      port: config.registryPort,
      directory,
      isTrusted: config.isTrusted,
      isKey: (secret) => keys.some((known) => crypto.timingSafeEqual(digest(secret), known)),
      isOwnEndpoint: (endpoint) => own.some((listening) => covers(listening, endpoint)),
      webUrl: () => webUrl,
      limits: { ...defaultLimits, ...config.limits },
      log,
      now,
    }),
  )
  running.push(registry)
  own.push(registry.endpoint)

  const sessionSecret = await sessionSecretOf(config)
  const web = await atPort('HTTP_PORT', config.httpPort, config, () =>
    startWeb({
      hostname: config.host,
      port: config.httpPort,
      registry: fromHere(registry.endpoint),
      shownRegistry: fromElsewhere(registry.endpoint),
      key,
      sessionSecret,
      publicHosts: config.publicHosts,
      ice: config.ice,
      ringTimeoutMs: config.limits.ringTimeoutMs,
      log,
      now,
    }),
  )
  // Its registrations end before the registry says goodbye to everybody else.
  running.unshift(web)
  own.push(web.endpoint)
  webUrl = `http://${formatEndpoint(fromElsewhere(web.endpoint))}/`
  log({ event: 'web.started', url: webUrl })
  log({ event: 'try.it', ...fromElsewhere(registry.endpoint) })
}

/** The secret of the cookies; where it cannot be kept, says which setting to change. */
async function sessionSecretOf({ sessionSecret, stateDirectory }: Config): Promise<string> {
  try {
    return sessionSecret ?? (await keptSessionSecret(stateDirectory))
  } catch (error) {
    const why = error instanceof Error ? error.message : error
    throw new BadSetting(`STATE_DIRECTORY=${JSON.stringify(stateDirectory)}: ${why}`)
  }
}

/** Starts what listens on a port; where that fails, says which setting to change. */
async function atPort<T>(
  setting: string,
  port: number,
  { host }: Config,
  begin: () => T | Promise<T>,
): Promise<T> {
  try {
    return await begin()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const why = cannotListen[code]
    if (!why) throw error
    throw new BadSetting(
      code === 'EADDRNOTAVAIL' ? `HOST=${host}: ${why}` : `${setting}=${port}: ${why}`,
    )
  }
}

const cannotListen: Record<string, string> = {
  EADDRINUSE: 'another program listens there already',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'not an address of this machine',
}

async function stopAll(running: Running): Promise<void> {
  for (const part of running) await part.stop()
}

/** Bun drops what is still on its way to a pipe when the process exits. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  const written = new Promise<void>((resolve) => stream.write('', () => resolve()))
  return Promise.race([written, Bun.sleep(200)])
}

const randomSecret = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')

/** Of equal length whatever the text, so that comparing tells nothing of it. */
const digest = (text: string): Buffer => new Bun.CryptoHasher('sha256').update(text).digest()

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(settingsHelp())
} else {
  try {
    await start(readConfig(process.env))
  } catch (error) {
    if (!(error instanceof BadSetting)) throw error
    process.stderr.write(`${error.message}\n`)
    await flushed(process.stderr)
    process.exit(1)
  }
}
