/**
 * Answers every line with the same bytes, made beforehand: all the bytes of a list, and no more work
 * than to count lines and send. The line is the only argument. A peer waits for its answers, so that
 * no more than one event's answers wait for it.
 */
const line = Buffer.from(`${process.argv[2]}\n`)
const newline = 0x0a

const server = Bun.listen<{ waiting: Buffer | undefined }>({
  hostname: '127.0.0.1',
  port: 0,
  socket: {
    open(socket) {
      socket.data = { waiting: undefined }
    },
    data(socket, chunk) {
      const lines = countLines(chunk)
      send(socket, lines === 1 ? line : Buffer.concat(Array(lines).fill(line)))
    },
    drain(socket) {
      if (socket.data.waiting) send(socket, socket.data.waiting)
    },
  },
})
console.log(server.port)

function send(socket: Bun.Socket<{ waiting: Buffer | undefined }>, bytes: Buffer): void {
  const taken = socket.write(bytes)
  socket.data.waiting = taken < bytes.length ? bytes.subarray(Math.max(0, taken)) : undefined
}

function countLines(chunk: Buffer): number {
  let lines = 0
  for (const byte of chunk) if (byte === newline) lines += 1
  return lines
}

export {}
