import {
  BadSetting,
  type Config,
  readConfig,
  settingNames,
  settingsGiven,
  settingsHelp,
} from './config/config.ts'
import { readEnvironment } from './config/environment.ts'
import { Health } from './health.ts'
import { operatorLanguage } from './host/operator-language.ts'
import type { Worker } from './host/worker.ts'
import { boundLog } from './log/bounded-log.ts'
import { createLog, type Log, type LogEntry } from './log/log.ts'
import { Directory } from './registry/directory/directory.ts'
import type { Registration } from './registry/directory/registration.ts'
import { BadArgument, readArguments } from './start/arguments.ts'
import { checkSettings } from './start/check.ts'
import { askHealth } from './start/healthy.ts'
import { type Started, sendAwayMs, startServers } from './start/servers.ts'
import { createTerminal, type Row } from './terminal/terminal.ts'
import { version } from './version.ts'

/** Milliseconds from a signal to the end of the process, whatever has not closed by then. */
const shutdownMs = 1_800

async function run(config: Config, pageFiles: string | undefined, worker?: Worker): Promise<void> {
  const language = operatorLanguage(process.env)
  const directory = new Directory({ now: Date.now })
  const terminal = createTerminal({
    stream: process.stdout,
    registered: {
      get size() {
        return directory.size
      },
      last: (count) => directory.last(count).map((registration) => rowOf(registration, started)),
    },
    term: process.env.TERM,
    language,
  })
  directory.subscribe(() => terminal.changed())
  const { log: bounded, tell: tellOmitted } = boundLog(
    createLog({ write: (line) => terminal.log(line), now: Date.now, language }),
    () => performance.now(),
    { language },
  )
  const { log, release } = heldBack(bounded)
  const running = new AsyncDisposableStack()
  const health = new Health()
  let started: Started | undefined
  let ending = false

  async function end(why: string, status: number): Promise<void> {
    // A person who asks a second time does not want to wait. One of several processes is asked by that
    // of `--workers` and, as the terminal and systemd ask all, by these as well: it is killed to hurry it.
    if (ending && worker && status === 0) return
    if (ending) {
      terminal.stop()
      process.exit(status)
    }
    ending = true
    health.drain()
    release()
    log({ event: 'server.stopping', why })
    if (config.engine && started) await drain(config.engine.drainMs, log)
    const stopped = running
      .disposeAsync()
      .catch((error) => log({ event: 'bug', where: 'stop', error }))
    await Promise.race([stopped, Bun.sleep(shutdownMs + (config.engine ? sendAwayMs : 0))])
    tellOmitted()
    terminal.stop()
    await flushed(process.stdout)
    process.exit(status)
  }

  process.on('SIGINT', () => end('SIGINT', 0))
  process.on('SIGTERM', () => end('SIGTERM', 0))
  // Nobody else would ever end it.
  if (worker) process.once('disconnect', () => end('--workers', 0))
  process.on('uncaughtException', (error) => {
    log({ event: 'bug', where: 'process', error })
    end('uncaughtException', 1)
  })
  process.on('unhandledRejection', (error) => log({ event: 'bug', where: 'process', error }))

  try {
    const callsChanged = () => terminal.changed()
    started = await startServers(
      config,
      { directory, callsChanged, health, pageFiles, worker, log },
      running,
    )
    terminal.setPage(started.url)
    release()
    if (worker) process.send?.('serves')
  } catch (error) {
    // Stopped while it was starting.
    if (ending) return
    await running.disposeAsync()
    terminal.stop()
    throw error
  }
}

/** Balancers see at `/healthz` that newcomers are better sent to other nodes. */
async function drain(milliseconds: number, log: Log): Promise<void> {
  if (milliseconds === 0) return
  log({ event: 'engine.draining', seconds: milliseconds / 1000 })
  await Bun.sleep(milliseconds)
}

const rowOf = (registration: Registration, started: Started | undefined): Row => {
  const { name, ip, port, callPort, since } = registration
  return { name, ip, port, callPort, since, inCall: started?.isInCall(registration) ?? false }
}

/**
 * Nothing is announced before everything listens: it might have to be taken back. To write the first
 * time of day takes some milliseconds, which the first page need not wait for.
 */
function heldBack(log: Log): { log: Log; release: () => void } {
  let held: LogEntry[] | undefined = []
  return {
    log: (entry) => (held ? held.push(entry) : log(entry)),
    release() {
      const entries = held ?? []
      held = undefined
      for (const entry of entries) log(entry)
    },
  }
}

/** Bun drops what is still on its way to a pipe when the process exits. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  const written = new Promise<void>((resolve) => stream.write('', () => resolve()))
  return Promise.race([written, Bun.sleep(200)])
}

async function act(pageFiles: string | undefined): Promise<void> {
  const asked = readArguments(process.argv.slice(2))
  if (asked === 'help') return console.log(settingsHelp())
  if (asked === 'version') return console.log(`encontro ${version}`)
  const environment = readEnvironment(settingNames)
  const config = readConfig(environment)
  if (asked === 'start') return run(config, pageFiles)
  if (asked === 'healthy') {
    const { serves, said } = await askHealth(config)
    console.log(said)
    process.exitCode = serves ? 0 : 1
    return
  }
  if (typeof asked === 'object') {
    const { asWorker, runWorkers } = await import('./start/workers.ts')
    if ('worker' in asked) return run(asWorker(config, asked.worker), pageFiles, asked.worker)
    return runWorkers(config, asked.workers)
  }
  // Where the state is kept is among the rest.
  const given = settingsGiven({ ...environment, STATE_DIRECTORY: undefined })
  console.log(await checkSettings(config, given))
}

/**
 * Does what the command line says; ends the process where that, or a setting, cannot be followed.
 * `pageFiles` is the folder that has the files of the pages, built ahead; without one they are built at the start.
 */
export async function main({ pageFiles }: { pageFiles?: string } = {}): Promise<void> {
  try {
    await act(pageFiles)
  } catch (error) {
    if (!(error instanceof BadSetting || error instanceof BadArgument)) throw error
    process.stderr.write(`${error.message}\n`)
    await flushed(process.stderr)
    process.exit(1)
  }
}
