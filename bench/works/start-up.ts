import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstAnswer, freePort, pageRequest } from '../first-answer.ts'
import { inTurn, type Work } from '../work.ts'

const root = join(import.meta.dir, '..', '..')

/** A start takes a fraction of a second: what is cheap is done more often than asked. */
const fullRounds = 21

/**
 * From spawning the process to its first answer: what a restart costs whoever waits for it. What
 * Encontro keeps from one start to the next is there: its state, and the build of its source.
 */
export const startUp: Work = {
  name: 'start-up',
  async measure({ rounds, size }) {
    const stateDirectory = mkdtempSync(join(tmpdir(), 'encontro-bench-'))
    const [registryPort, httpPort] = [freePort(), freePort()]
    const env = {
      REGISTRY_PORT: `${registryPort}`,
      HTTP_PORT: `${httpPort}`,
      STATE_DIRECTORY: stateDirectory,
    }
    const encontro: Program = { command: script('src/main.ts'), env }
    await run(script('src/build/keep.ts'))
    // Bun is to follow changes of the source, so the source is what runs.
    const source: Program = { command: script('--watch', 'src/main.ts'), env }
    const executable: Program = { command: [await compiled(stateDirectory)], env }
    const hono: Program = {
      command: script('bench/contestants/hono-empty.ts'),
      env: { HTTP_PORT: `${httpPort}` },
    }
    try {
      const samples = await inTurn(size === 'full' ? Math.max(rounds, fullRounds) : rounds, {
        encontro: () => timeToAnswer(encontro, httpPort, pageRequest, 'HTTP/1.1 200'),
        source: () => timeToAnswer(source, httpPort, pageRequest, 'HTTP/1.1 200'),
        executable: () => timeToAnswer(executable, httpPort, pageRequest, 'HTTP/1.1 200'),
        hono: () => timeToAnswer(hono, httpPort, pageRequest, 'HTTP/1.1 200'),
        registry: () => timeToAnswer(encontro, registryPort, 'ping\n', 'pong'),
      })
      const { registry = [], ...pages } = samples
      return [
        {
          work: 'start, to the first page',
          unit: 'ms',
          samples: pages,
          ratios: [
            { of: 'encontro', over: 'hono', target: { atMost: 3 } },
            { of: 'source', over: 'hono' },
            { of: 'executable', over: 'hono' },
          ],
          notes: [
            'hono is an empty server: one route, a line of HTML',
            'source is without the build that is kept (decisions/050)',
            'executable is what `bun run compile` makes',
          ],
        },
        {
          work: 'start, to the first pong',
          unit: 'ms',
          samples: { encontro: registry },
          ratios: [],
          notes: [],
        },
      ]
    } finally {
      rmSync(stateDirectory, { recursive: true })
    }
  },
}

type Program = { command: string[]; env: Record<string, string> }

/** `path` is from the repository's root. */
const script = (...path: string[]): string[] => [process.execPath, '--no-env-file', ...path]

async function run(command: string[]): Promise<void> {
  const child = Bun.spawn(command, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if ((await child.exited) !== 0) throw new Error(`${command.at(-1)} failed`)
}

/** Encontro as one executable, in that folder. */
async function compiled(folder: string): Promise<string> {
  const path = join(folder, 'encontro')
  await run([...script('scripts/compile.ts'), path])
  return path
}

/** Milliseconds. Ends the process at once, which is no part of it. */
async function timeToAnswer(
  { command, env }: Program,
  port: number,
  text: string,
  expected: string,
): Promise<number> {
  const since = performance.now()
  const child = Bun.spawn(command, {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    const answer = await firstAnswer(port, text, () => child.exitCode !== null)
    const took = performance.now() - since
    if (!answer.startsWith(expected))
      throw new Error(`${command.at(-1)} answered: ${answer.slice(0, 200)}`)
    return took
  } finally {
    child.kill('SIGKILL')
    await child.exited
  }
}
