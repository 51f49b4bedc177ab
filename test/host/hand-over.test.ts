import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import { handOver } from '../../src/host/hand-over.ts'

const says = (word: string, port = 0, options: { reusePort?: true } = {}) =>
  Bun.listen({
    ...options,
    hostname: '127.0.0.1',
    port,
    socket: {
      open(socket) {
        socket.end(word)
      },
      data() {},
    },
  })

async function heardAt(port: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.on('data', (data) => {
    heard += data
  })
  socket.on('error', (error) => resolve(error.message))
  socket.on('close', () => resolve(heard))
  return await promise
}

test.skipIf(process.platform !== 'linux')(
  'who shares the port after a hand-over gets no connection',
  async () => {
    const first = says('first')
    const { port } = first
    const { now, settle } = handOver(
      port,
      () => first.stop(),
      (options) => says('second', port, options),
    )
    settle()
    const rival = says('rival', port, { reusePort: true })
    const heard = new Set<string>()
    for (let dial = 0; dial < 50; dial += 1) heard.add(await heardAt(port))
    expect([...heard]).toEqual(['second'])
    rival.stop()
    now.stop()
  },
)
