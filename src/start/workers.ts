import type { Subprocess } from 'bun'
import { BadSetting, type Config } from '../config/config.ts'
import { onSighup } from '../host/sighup.ts'
import type { Worker } from '../host/worker.ts'

/** How long a process that has ended by itself waits for its successor, in milliseconds. */
const againMs = 1_000
/** One that ended sooner than this has met something that trying again at once will not mend. */
const briefMs = 5_000
/** How long a process may take to end that was asked to, besides the time in which it drains. */
const graceMs = 15_000

/** The settings of one of several processes. Throws `BadSetting` where several cannot be. */
export function asWorker(config: Config, { number }: Worker): Config {
  const { engine, registryPort, registryTlsPort, httpPort } = config
  if (!engine)
    throw new BadSetting('ENGINE_URL="": must be set for --workers, to share a directory')
  const ports = { REGISTRY_PORT: registryPort, REGISTRY_TLS_PORT: registryTlsPort }
  for (const [name, port] of Object.entries({ ...ports, HTTP_PORT: httpPort })) {
    if (port === 0)
      throw new BadSetting(`${name}=0: must be a number for --workers, to share the port`)
  }
  return { ...config, engine: { ...engine, nodeName: `${engine.nodeName}-${number}` } }
}

/**
 * Starts the processes, starts each again that ends by itself, and ends when all have been asked to.
 * SIGHUP starts them anew, one after the other, so that certificates are read again.
 */
export async function runWorkers(config: Config, count: number): Promise<void> {
  const workers = Array.from({ length: count }, (_, index) => ({ number: index + 1, of: count }))
  for (const worker of workers) asWorker(config, worker)
  const drainMs = config.engine?.drainMs ?? 0
  const running = new Map<number, Subprocess>()
  let ending = false

  function start(worker: Worker): Subprocess {
    const child = Bun.spawn([...program(), `--worker=${worker.number}/${worker.of}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: process.env,
    })
    running.set(worker.number, child)
    print(child.stdout, worker).catch(() => {})
    return child
  }

  async function stop(child: Subprocess): Promise<void> {
    child.kill('SIGTERM')
    await Promise.race([child.exited, Bun.sleep(drainMs + graceMs)])
    child.kill('SIGKILL')
    await child.exited
  }

  /** Resolves when it has ended for good, with its exit status. */
  async function keep(worker: Worker): Promise<number> {
    for (;;) {
      const startedAt = performance.now()
      const child = start(worker)
      const status = await child.exited
      const isReplaced = running.get(worker.number) !== child
      if (ending) return isReplaced ? 0 : status
      const wasBrief = performance.now() - startedAt < briefMs
      // A setting that is wrong, or a port that is taken, is no better a second later.
      if (status === 1 && wasBrief) return status
      if (!renewed.delete(child)) await Bun.sleep(againMs)
    }
  }

  const renewed = new Set<Subprocess>()
  let renewing = Promise.resolve()
  const renew = () => {
    renewing = renewing.then(async () => {
      for (const child of [...running.values()]) {
        if (ending) return
        renewed.add(child)
        await stop(child)
        await Bun.sleep(againMs)
      }
    })
  }
  const end = () => {
    // A person who asks a second time does not want to wait.
    for (const child of running.values()) child.kill(ending ? 'SIGKILL' : 'SIGTERM')
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
