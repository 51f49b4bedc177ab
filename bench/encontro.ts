import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endedWithUs } from './child.ts'

export type Encontro = {
  pid: number
  registryPort: number
  /** Of the page, without a slash at the end. */
  url: string
  /** Ends it at once, without goodbyes. */
  stop(): Promise<void>
}

/** Of this repository. */
export const root = join(import.meta.dir, '..')
const startMs = 10_000

/**
 * The process that `bun run start` starts, with its defaults, on free ports, its log in a file as a
 * service manager would keep it. Of all settings it sees `env` alone. Another version runs from the `folder` that
 * it is in, with its libraries.
 */
export async function startEncontro(
  env: Record<string, string> = {},
  folder = root,
): Promise<Encontro> {
  const directory = mkdtempSync(join(tmpdir(), 'encontro-bench-'))
  const logPath = join(directory, 'encontro.log')
  const log = openSync(logPath, 'w')
  const child = Bun.spawn([process.execPath, '--no-env-file', 'src/main.ts'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? '',
      // The log is read below, in this language.
      LC_ALL: 'pt_BR.UTF-8',
      REGISTRY_PORT: '0',
      HTTP_PORT: '0',
      STATE_DIRECTORY: directory,
      ...env,
    },
    stdin: 'ignore',
    stdout: log,
    stderr: log,
  })
  closeSync(log)
  const end = endedWithUs(child)

  async function stop(): Promise<void> {
    await end()
    rmSync(directory, { recursive: true })
  }

  try {
    const { pid } = child
    return { pid, ...(await addresses(logPath, () => child.exitCode !== null)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** As they stand in the log, once everything has been started. */
async function addresses(logPath: string, ended: () => boolean) {
  const deadline = performance.now() + startMs
  for (;;) {
    const text = readFileSync(logPath, 'utf8')
    const registryPort = Number(text.match(/Servidor iniciado em \S+:(\d+)/)?.[1])
    const url = text.match(/Página web em (\S+)\//)?.[1]
    if (url && text.includes('Para experimentar')) return { registryPort, url }
    if (ended() || performance.now() > deadline) throw new Error(`Encontro did not start:\n${text}`)
    await Bun.sleep(2)
  }
}
