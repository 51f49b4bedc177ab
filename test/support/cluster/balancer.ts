import { connect, createServer, type Socket } from 'node:net'

/** Passes each connection on to the first of those ports of this machine that takes it. */
export type Balancer = AsyncDisposable & { readonly url: string }

export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => passOn(client, ports, sockets))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function passOn(client: Socket, [port, ...others]: readonly number[], sockets: Set<Socket>): void {
  if (port === undefined) {
    client.destroy()
    return
  }
  let through = false
  const server = connect(port, '127.0.0.1', () => {
    through = true
    for (const [here, there] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(here)
      here.on('close', () => {
        sockets.delete(here)
        there.destroy()
      })
      here.pipe(there)
    }
  })
  client.on('error', () => server.destroy())
  server.on('error', () => {
    if (through) client.destroy()
    else passOn(client, others, sockets)
  })
}
