import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.ts'

const executable = process.env.REDIS_SERVER ?? Bun.which('redis-server')

/** Whether the tests that need it can run. In CI they must. */
export const hasRedis = executable !== null || process.env.CI === 'true'

if (!hasRedis) {
  console.warn('No redis-server: its tests are skipped. On Debian: apt-get install redis-server')
}

/** A Redis of this test alone, without persistence. */
export type Redis = AsyncDisposable & {
  /** By its Unix socket, or by its port if it has one. */
  readonly url: string
  readonly path: string
  readonly port: number
  readonly pid: number
  readonly directory: string
  signal(name: NodeJS.Signals): void
  /** Ends it, empty, with all connections. */
  kill(): Promise<void>
  /** The same again, at the same place. */
  start(): Promise<void>
  /** What `redis-cli` says. */
  cli(...words: string[]): Promise<string>
}

export type RedisOptions = {
  /** Also on a port of 127.0.0.1; 0 for a free one. Without, on a Unix socket alone. */
  port?: number
  /** As in redis.conf. */
  settings?: Record<string, string>
  sentinel?: boolean
  /** The command that runs a command on another machine. */
  on?: (command: string[]) => string[]
}

export async function startRedis(options: RedisOptions = {}): Promise<Redis> {
  const directory = mkdtempSync(join(tmpdir(), 'encontro-redis-'))
  const path = join(directory, 'redis.sock')
  const port = options.port === 0 ? freePort() : (options.port ?? 0)
  const configuration = join(directory, 'redis.conf')
  const { settings = {}, sentinel = false, on = (command: string[]) => command } = options
  const own = { port: String(port), bind: '127.0.0.1', unixsocket: path, dir: directory }
  // A Sentinel knows no persistence.
  const lines = Object.entries({ ...own, ...(sentinel ? {} : { save: '""' }), ...settings })
  await Bun.write(configuration, lines.map(([name, value]) => `${name} ${value}\n`).join(''))
  let child = spawn()

  function spawn() {
    const mode = sentinel ? ['--sentinel'] : []
    const log = Bun.file(join(directory, 'log'))
    const command = [executable ?? 'redis-server', configuration, ...mode]
    return Bun.spawn(on(command), { stdout: log })
  }
  const listens = async () => {
    const socket = await Bun.connect({ unix: path, socket: { data() {} } }).catch(() => undefined)
    socket?.end()
    return socket !== undefined
  }
  const isUp = () => eventually('redis-server listens', listens)

  const redis: Redis = {
    url: port === 0 ? `unix:${path}` : `redis://127.0.0.1:${port}`,
    path,
    port,
    directory,
    get pid() {
      return child.pid
    },
    signal: (name) => child.kill(name),
    async kill() {
      child.kill('SIGKILL')
      await child.exited
    },
    async start() {
      child = spawn()
      await isUp()
    },
    async cli(...words) {
      const cli = Bun.spawn(['redis-cli', '-s', path, ...words], { stderr: 'pipe' })
      return (await new Response(cli.stdout).text()).trimEnd()
    },
    async [Symbol.asyncDispose]() {
      await redis.kill()
      rmSync(directory, { recursive: true })
    },
  }
  await isUp()
  return redis
}

export function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  listener.stop()
  return port
}
