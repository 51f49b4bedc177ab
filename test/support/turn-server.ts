import { existsSync, mkdtempSync } from 'node:fs'
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
export async function startTurnServer(secret: string) {
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
  ]
  const child = Bun.spawn([executable, '-n', ...options], { stdout: 'pipe', stderr: 'pipe' })
  const output = collect(child.stdout)
  await eventually(`coturn is up: ${output()}`, () => /listener opened on/i.test(output()))
  return {
    url: `turn:127.0.0.1:${port}`,
    output,
    async [Symbol.asyncDispose]() {
      child.kill()
      await child.exited
    },
  }
}

/** One that was free a moment ago: coturn cannot choose one itself and tell which. */
async function freePort(): Promise<number> {
  const socket = await Bun.udpSocket({ hostname: '127.0.0.1' })
  const { port } = socket
  socket.close()
  return port
}
