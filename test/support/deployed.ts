import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.ts'

/** A file of `deploy`, with what is different for a test in place of what it says. Everything named must be there. */
export function deployed(name: string, changes: Record<string, string>): string {
  let text = readFileSync(join(import.meta.dir, '..', '..', 'deploy', name), 'utf8')
  for (const [said, meant] of Object.entries(changes)) {
    if (!text.includes(said)) throw new Error(`deploy/${name} does not say ${said}`)
    text = text.replaceAll(said, meant)
  }
  return text
}

/** A program that stands in front of ours, from its start until it is disposed of. */
export type InFront = AsyncDisposable & { readonly directory: string }

/**
 * Starts a proxy with files in a directory of its own, and waits until something listens at `port`. The command
 * runs there, and fails the test where it ends.
 */
export async function startInFront(
  port: number,
  files: Record<string, string>,
  command: (directory: string) => string[],
): Promise<InFront> {
  const directory = mkdtempSync(join(tmpdir(), 'encontro-front-'))
  for (const [name, text] of Object.entries(files)) {
    await Bun.write(join(directory, name), text.replaceAll('{directory}', directory))
  }
  const said = join(directory, 'said')
  const child = Bun.spawn(command(directory), {
    cwd: directory,
    env: { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory },
    stdout: Bun.file(said),
    stderr: Bun.file(join(directory, 'errors')),
  })
  await eventually(`something listens at ${port}`, async () => {
    if (child.exitCode !== null) {
      throw new Error(`${command(directory)}: ${readFileSync(join(directory, 'errors'), 'utf8')}`)
    }
    const socket = await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } }).catch(
      () => undefined,
    )
    socket?.end()
    return socket !== undefined
  })
  return {
    directory,
    async [Symbol.asyncDispose]() {
      child.kill()
      // One that waits for its connections to end.
      const kill = setTimeout(() => child.kill('SIGKILL'), 1_000)
      await child.exited
      clearTimeout(kill)
      rmSync(directory, { recursive: true })
    },
  }
}

export function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  listener.stop()
  return port
}
