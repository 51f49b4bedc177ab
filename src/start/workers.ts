import type { Subprocess } from 'bun'
import { BadSetting, type Config } from '../config/config.ts'
import { onSighup } from '../host/sighup.ts'
import type { Worker } from '../host/worker.ts'
import { checkSettings } from './check.ts'

/** How long a process that has ended by itself waits for its successor, in milliseconds. */
const againMs = 1_000
/** The same at most, where one successor after the other cannot start. */
const longestAgainMs = 30_000
/** How long a process may take to end that was asked to, besides the time in which it drains. */
const graceMs = 15_000
/** How often it is looked for a successor. */
const lookMs = 50

/** The settings of one of several processes. Throws `BadSetting` where several cannot be. */
export function asWorker(config: Config, { number }: Worker): Config {
  const { engine, registryPort, registryTlsPort, httpPort } = config
  if (!engine)
    throw new BadSetting('ENGINE_URL="": must be set for --workers, to share a directory')
  const ports = {
    ...{ REGISTRY_PORT: registryPort, REGISTRY_TLS_PORT: registryTlsPort },
    ...{ HTTP_PORT: httpPort, HTTP_REDIRECT_PORT: config.web.redirectPort },
  }
  for (const [name, port] of Object.entries(ports)) {
    if (port === 0)
      throw new BadSetting(`${name}=0: must be a number for --workers, to share the port`)
  }
  return { ...config, engine: { ...engine, nodeName: `${engine.nodeName}-${number}` } }
}

/** One of the processes: whether it serves, once that is known. */
type Child = { process: Subprocess; serves: Promise<boolean> }

/**
 * Starts the processes, starts each again that ends by itself, and ends when all have been asked to.
 * SIGHUP starts them anew, one after the other, so that certificates are read again. Where this process is
 * killed, the others notice and end by themselves.
 */
export async function runWorkers(config: Config, count: number): Promise<void> {
  const workers = Array.from({ length: count }, (_, index) => ({ number: index + 1, of: count }))
  for (const worker of workers) asWorker(config, worker)
  const drainMs = config.engine?.drainMs ?? 0
  const running = new Map<number, Child>()
  let ending = false

  /** Resolves when it has ended for good, with its exit status. */
  async function keep(worker: Worker): Promise<number> {
    let hasServed = false
    for (let pauseMs = againMs; ; pauseMs = Math.min(2 * pauseMs, longestAgainMs)) {
      const child = start(worker)
      running.set(worker.number, child)
      const status = await child.process.exited
      if (ending) return status
      if (await child.serves) {
        hasServed = true
        pauseMs = againMs
      }
      // A setting that is wrong from the beginning, or a port that is taken, is no better a second later.
      // One that has served comes back, however long its engine is away: the others still serve.
      if (status === 1 && !hasServed) return status
      await Bun.sleep(pauseMs)
      if (ending) return 0
    }
  }

  async function renewAll(): Promise<void> {
    try {
      await checkSettings(config, [])
    } catch (error) {
      if (!(error instanceof BadSetting)) throw error
      process.stderr.write(`${error.message}\n`)
      return
    }
    for (const { number } of workers) {
      const before = running.get(number)
      if (ending || !before) return
      await stop(before, drainMs)
      while (running.get(number) === before && !ending) await Bun.sleep(lookMs)
      // Where the first cannot start again, the others better stay as they are.
      if (ending || !(await running.get(number)?.serves)) return
    }
  }

  let renewing = Promise.resolve()
  const renew = () => {
    renewing = renewing.then(renewAll)
  }
  const end = () => {
    // A person who asks a second time does not want to wait.
    for (const child of running.values()) child.process.kill(ending ? 'SIGKILL' : 'SIGTERM')
    ending = true
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  onSighup(renew)

  const all = workers.map(keep)
  const first = await Promise.race(all)
  if (!ending) end()
  const statuses = await Promise.all(all)
  process.exit(Math.max(first, ...statuses))
}

function start(worker: Worker): Child {
  const served = Promise.withResolvers<boolean>()
  const child = Bun.spawn([...program(), `--worker=${worker.number}/${worker.of}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: process.env,
    // It says once that it serves. That this channel ends tells it that this process is gone.
    ipc: () => served.resolve(true),
    serialization: 'json',
  })
  child.exited.then(() => served.resolve(false))
  print(child.stdout, worker).catch(() => {})
  return { process: child, serves: served.promise }
}

async function stop({ process: child }: Child, drainMs: number): Promise<void> {
  child.kill('SIGTERM')
  await Promise.race([child.exited, Bun.sleep(drainMs + graceMs)])
  child.kill('SIGKILL')
  await child.exited
}

/** What starts this program, from its source or as an executable. */
function program(): string[] {
  const isCompiled = Bun.main.startsWith('/$bunfs/') || Bun.main.startsWith('B:')
  return isCompiled ? [process.execPath] : [process.execPath, '--no-env-file', Bun.main]
}

/** Each line with the number of the process that says it. */
async function print(output: ReadableStream<Uint8Array>, { number }: Worker): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of output) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) process.stdout.write(`${number} ${line}\n`)
  }
}
