import type { Subprocess } from 'bun'

/** A process that says lines, and is told some. */
export type Child = {
  pid: number
  /** The next line that it says; rejects where it ends before. */
  line(): Promise<string>
  tell(line: string): void
  stop(): Promise<void>
}

/** Starts it; what it complains of is shown. */
export function startChild(command: string[]): Child {
  const child = Bun.spawn(command, { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' })
  const said = linesOf(child.stdout)
  return {
    pid: child.pid,
    async line() {
      const { value, done } = await said.next()
      if (done) throw new Error(`${command.join(' ')} ended with status ${await child.exited}`)
      return value
    },
    tell(line) {
      child.stdin.write(`${line}\n`)
      child.stdin.flush()
    },
    stop: endedWithUs(child),
  }
}

/** Starts a script of this folder. */
export const startScript = (path: string, ...args: string[]): Child =>
  startChild([process.execPath, `${import.meta.dir}/${path}`, ...args])

/** Ends it at once when this process ends; gives what ends it before. */
export function endedWithUs(child: Subprocess): () => Promise<void> {
  const kill = () => child.kill('SIGKILL')
  process.on('exit', kill)
  return async () => {
    process.off('exit', kill)
    kill()
    await child.exited
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) {
    const lines = (text + decoder.decode(chunk, { stream: true })).split('\n')
    text = lines.pop() ?? ''
    yield* lines
  }
  return undefined
}
