/** A connection that says lines and hears lines, from an address of its own. */
export type LineClient = {
  say(line: string): void
  close(): void
  readonly closed: boolean
}

export async function lineClient(
  port: number,
  from: string,
  hear: (line: string) => void,
): Promise<LineClient> {
  let text = ''
  let closed = false
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    // It works, though Bun's types do not know it.
    ...{ localAddress: from },
    socket: {
      data(_, chunk) {
        text += chunk.toString()
        const lines = text.split('\n')
        text = lines.pop() ?? ''
        for (const line of lines) hear(line)
      },
      close() {
        closed = true
      },
    },
  })
  socket.setNoDelay(true)
  return {
    say: (line) => socket.write(`${line}\n`),
    close: () => socket.terminate(),
    get closed() {
      return closed
    },
  }
}
