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

type Where = {
  ip: string
  /** The command that runs another one there. */
  on: (command: string[]) => string[]
  /** To be spoken to over TLS as well. */
  certificate?: { cert: string; key: string }
}

const here: Where = { ip: '127.0.0.1', on: (command) => command }

/** A coturn of the test's own, on loopback unless told, that takes credentials made with `secret`. */
export async function startTurnServer(
  secret: string,
  more: string[] = [],
  { ip, on, certificate }: Where = here,
) {
  const directory = mkdtempSync(join(tmpdir(), 'encontro-turn-'))
  const port = await freePort()
  const host = ip.includes(':') ? `[${ip}]` : ip
  const tls = certificate ? await tlsOptions(directory, certificate) : ['--no-tls']
  const options = [
    ...tls,
    '--no-dtls',
    // Several threads bind the TCP port at the same time; sometimes none of them gets it, and coturn never answers.
    '--relay-threads=1',
    '--no-cli',
    '--fingerprint',
    '--use-auth-secret',
    '--allow-loopback-peers',
    '--log-file=stdout',
    `--static-auth-secret=${secret}`,
    '--realm=encontro.test',
    `--listening-ip=${ip}`,
    `--relay-ip=${ip}`,
    `--listening-port=${port}`,
    `--pidfile=${join(directory, 'pid')}`,
    `--userdb=${join(directory, 'users')}`,
    '--verbose',
    ...more,
  ]
  const command = on([executable, '-n', ...options])
  let running = await run(command)
  return {
    port,
    url: `turn:${host}:${port}`,
    tlsUrl: `turns:${host}:${tlsPort}?transport=tcp`,
    /** What it has said since it was started last. */
    output: () => running.output(),
    /** Ends it, with all that it relays, and starts it anew. */
    async restart() {
      await running.stop()
      running = await run(command)
    },
    async [Symbol.asyncDispose]() {
      await running.stop()
      rmSync(directory, { recursive: true })
    },
  }
}

async function run(command: string[]) {
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe' })
  const output = collect(child.stdout)
  const stop = async () => {
    child.kill('SIGKILL')
    await child.exited
  }
  await eventually(`coturn is up: ${output()}`, () => /listener opened on/i.test(output()), 20_000)
  return { output, stop }
}

/** Of a coturn with a certificate; nobody else is where such a one is started. */
const tlsPort = 5349

async function tlsOptions(directory: string, { cert, key }: { cert: string; key: string }) {
  const [certPath, keyPath] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  await Bun.write(certPath, cert)
  await Bun.write(keyPath, key)
  return [`--tls-listening-port=${tlsPort}`, `--cert=${certPath}`, `--pkey=${keyPath}`]
}

/** One that was free a moment ago: coturn cannot choose one itself and tell which. */
async function freePort(): Promise<number> {
  const socket = await Bun.udpSocket({ hostname: '127.0.0.1' })
  const { port } = socket
  socket.close()
  return port
}
