/**
 * Sends one request over and over on many connections, each from an address of its own, and reads
 * what it is answered, so that it never is the reader that slows it down. A process of its own:
 * `bun flooder.ts PORT CONNECTIONS SECONDS TEXT`. Prints how many bytes were taken.
 */
import type { Socket } from 'bun'

const [port = '', connections = '', seconds = '', text = ''] = process.argv.slice(2)
const lines = Buffer.from(`${text}\n`.repeat(20_000))
const end = performance.now() + Number(seconds) * 1_000
let sent = 0

function pour(socket: Socket): void {
  while (performance.now() < end) {
    const taken = socket.write(lines)
    sent += Math.max(0, taken)
    // Half a line may be cut off: what follows it is another request, no less quick.
    if (taken < lines.length) return
  }
}

for (let each = 0; each < Number(connections); each += 1) {
  const from = { localAddress: `127.0.1.${each + 1}` }
  const socket = { open: pour, drain: pour, data() {} }
  await Bun.connect({ hostname: '127.0.0.1', port: Number(port), ...from, socket })
}
await Bun.sleep(end - performance.now())
console.log(sent)
process.exit(0)
