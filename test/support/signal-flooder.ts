/**
 * Pairs of connections at one address that call each other, and then send each other the longest
 * signals as fast as the registry takes them. A process of its own, since it needs a processor:
 * `bun signal-flooder.ts PORT PAIRS SECONDS`. Prints how many bytes were taken.
 */
import type { Socket } from 'bun'

const [port = 0, pairs = 0, seconds = 0] = process.argv.slice(2).map(Number)
const ip = '127.0.9.1'
const payload = 'A'.repeat(60_000)
const end = performance.now() + seconds * 1_000
let sent = 0

type Sender = { lines: Buffer | undefined; at: number }

function pour(socket: Socket<Sender>): void {
  const { lines } = socket.data
  while (lines && performance.now() < end) {
    const part = lines.subarray(socket.data.at)
    const taken = socket.write(part)
    if (taken < 0) return
    sent += taken
    socket.data.at = (socket.data.at + taken) % lines.length
    if (taken < part.length) return
  }
}

function connect(heard: (socket: Socket<Sender>, text: string) => void): Promise<Socket<Sender>> {
  // The types do not know where a connection comes from.
  const from = { localAddress: ip }
  return Bun.connect<Sender>({
    hostname: '127.0.0.1',
    port,
    ...from,
    data: { lines: undefined, at: 0 },
    socket: { data: (socket, bytes) => heard(socket, bytes.toString()), drain: pour },
  })
}

for (let pair = 0; pair < pairs; pair += 1) {
  const called = await connect((socket, text) => {
    const id = /\*call,([\w-]+),/.exec(text)?.[1]
    if (id) socket.write(`accept,${id}\n`)
  })
  called.write(`register,chamado ${pair},${3_000 + pair}\nready\n`)
  const caller = await connect((socket, text) => {
    const id = /\*accepted,([\w-]+)/.exec(text)?.[1]
    if (!id) return
    socket.data.lines = Buffer.from(`signal,${id},${payload}\n`)
    pour(socket)
  })
  caller.write(`register,quem chama ${pair},${4_000 + pair}\nready\n`)
  await Bun.sleep(20)
  caller.write(`call,chamado ${pair},${ip}\n`)
}
await Bun.sleep(end - performance.now())
console.log(sent)
process.exit(0)
