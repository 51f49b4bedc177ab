import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { collect } from './process.ts'

const executable = '/usr/bin/turnserver'

/** Whether a real TURN server can be started. In CI it must, and the test fails where it cannot. */
export const hasTurnServer = existsSync(executable) || process.env.CI === 'true'

if (!hasTurnServer) {
  console.warn(
    `No TURN server at ${executable}: its test is skipped. On Debian: apt-get install coturn`,
  )
}

/** A coturn of the test's own on loopback, that takes credentials made with `secret`. */
export async function startTurnServer(secret: string, more: string[] = []) {
  const directory = mkdtempSync(join(tmpdir(), 'encontro-turn-'))
  const port = await freePort()
  const options = [
    '--no-tls',
    '--no-dtls',
    '--no-cli',
    '--fingerprint',
    '--use-auth-secret',
    '--allow-loopback-peers',
    '--log-file=stdout',
    `--static-auth-secret=${secret}`,
    '--realm=encontro.test',
    '--listening-ip=127.0.0.1',
    '--relay-ip=127.0.0.1',
    `--listening-port=${port}`,
    `--pidfile=${join(directory, 'pid')}`,
    `--userdb=${join(directory, 'users')}`,
    '--verbose',
    ...more,
  ]
  let running = await run(options)
  return {
    port,
    url: `turn:127.0.0.1:${port}`,
    /** What it has said since it was started last. */
    output: () => running.output(),
    /** Ends it, with all that it relays, and starts it anew. */
    async restart() {
      await running.stop()
      running = await run(options)
    },
    async [Symbol.asyncDispose]() {
      await running.stop()
      rmSync(directory, { recursive: true })
    },
  }
}

async function run(options: string[]) {
  const child = Bun.spawn([executable, '-n', ...options], { stdout: 'pipe', stderr: 'pipe' })
  const output = collect(child.stdout)
  const stop = async () => {
    child.kill('SIGKILL')
    await child.exited
  }
  await eventually(`coturn is up: ${output()}`, () => /listener opened on/i.test(output()))
  return { output, stop }
}

/** One that was free a moment ago: coturn cannot choose one itself and tell which. */
async function freePort(): Promise<number> {
  const socket = await Bun.udpSocket({ hostname: '127.0.0.1' })
  const { port } = socket
  socket.close()
  return port
}
