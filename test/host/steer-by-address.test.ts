import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import { steerByAddress } from '../../src/host/steer-by-address.ts'

/** Listens in this process twice on one port, as two processes would. */
function listenTwice() {
  const taken: [number[], number[]] = [[], []]
  const listen = (index: 0 | 1, port: number) =>
    Bun.listen({
      // Bun's types do not know it.
      ...{ hostname: '0.0.0.0', port, reusePort: true },
      socket: {
        open(socket) {
          taken[index].push(Number(socket.remoteAddress.split('.').at(-1)))
        },
        data: () => {},
      },
    })
  const first = listen(0, 0)
  const second = listen(1, first.port)
  return { port: first.port, taken, stop: () => [first, second].map((each) => each.stop(true)) }
}

test.skipIf(process.platform !== 'linux')(
  'all connections from one address come to the same listener, and those of many to both',
  async () => {
    const { port, taken, stop } = listenTwice()
    steerByAddress(port, 2)
    const addresses = Array.from({ length: 16 }, (_, index) => index + 1)
    for (const address of [...addresses, ...addresses, ...addresses]) {
      await new Promise<void>((resolve, reject) => {
        const localAddress = `127.0.0.${address}`
        const socket = connect({ host: '127.0.0.1', port, localAddress }, () => socket.end(resolve))
        socket.on('error', reject)
      })
    }
    await Bun.sleep(20)
    const [first, second] = taken.map((addresses) => new Set(addresses)) as [
      Set<number>,
      Set<number>,
    ]
    expect(taken.flat()).toHaveLength(48)
    expect(first.size + second.size).toBe(16)
    expect(first.size).toBeGreaterThan(2)
    expect(second.size).toBeGreaterThan(2)
    stop()
  },
)
