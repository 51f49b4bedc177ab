import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endedWithUs, startScript } from '../child.ts'
import { startEncontro } from '../encontro.ts'
import { freePort } from '../first-answer.ts'

/** A server in a process of its own. */
export type Contestant = {
  pid: number
  port: number
  stop(): Promise<void>
}

/** With its defaults and `env`, but for as many places as `held` connections need, and some to spare. */
export async function encontro(
  held: number,
  env: Record<string, string> = {},
): Promise<Contestant> {
  const { registryPort: port, ...rest } = await startEncontro({
    MAX_CONNECTIONS: `${held + 1_000}`,
    ...env,
  })
  return { ...rest, port }
}

/** A bare `Bun.listen` that sends back what it gets. */
export const echo = (): Promise<Contestant> => announced('contestants/echo.ts')

/** A bare `Bun.listen` that answers each line with `line`. */
export const prepared = (line: string): Promise<Contestant> =>
  announced('contestants/prepared.ts', line)

/** A bare `Bun.listen` that answers what registers and what quits, and closes. */
export const closing = (): Promise<Contestant> => announced('contestants/closing.ts')

/** The registry in contestants/registry.py, its log in a file. */
export const python = (): Promise<Contestant> =>
  atPort((port) => ['python3', join(import.meta.dir, 'registry.py'), `${port}`])

/** Redis, with the keys and values of `entries`, and nothing written to the disk. */
export async function redis(entries: ReadonlyMap<string, string>): Promise<Contestant> {
  const server = await atPort((port) => [
    ...['redis-server', '--bind', '127.0.0.1', '--port', `${port}`],
    ...['--save', '', '--appendonly', 'no'],
    // It is bound to 127.0.0.1, and asked from all of 127.0.0.0/8.
    ...['--protected-mode', 'no'],
  ])
  const client = new Bun.RedisClient(`redis://127.0.0.1:${server.port}`)
  for (const [key, value] of entries) await client.set(key, value)
  client.close()
  return server
}

/** Whether this machine has that program. */
export const isInstalled = (program: string): boolean => Bun.which(program) !== null

/** A script of ours, which says its port first of all. */
async function announced(path: string, ...args: string[]): Promise<Contestant> {
  const { pid, line, stop } = startScript(path, ...args)
  return { pid, port: Number(await line()), stop }
}

/** A program that takes its port, and listens some time after it has started. */
async function atPort(commandFor: (port: number) => string[]): Promise<Contestant> {
  const port = freePort()
  const directory = mkdtempSync(join(tmpdir(), 'encontro-bench-'))
  const log = openSync(join(directory, 'log'), 'w')
  const command = commandFor(port)
  const child = Bun.spawn(command, { cwd: directory, stdio: ['ignore', log, 'inherit'] })
  closeSync(log)
  const end = endedWithUs(child)
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`${command[0]} did not start`)
    await Bun.sleep(5)
  }
  return {
    pid: child.pid,
    port,
    async stop() {
      await end()
      rmSync(directory, { recursive: true })
    },
  }
}

async function isListening(port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } })
    socket.end()
    return true
  } catch {
    return false
  }
}
