/**
 * A directory alone, in a process of its own, so that its garbage is nobody else's. So many are
 * registered as the first argument says. For each line, which is a number of seconds, it registers
 * somebody and takes them out again for so long, and says the processor time of one such pair, in
 * nanoseconds.
 */
import { Directory } from '../src/registry/directory/directory.ts'

const registered = Number(process.argv[2])

/** Pairs between two looks at the clock. */
const batch = 500

const directory = new Directory({ now: Date.now })
for (let peer = 0; peer < registered; peer += 1) directory.register(entryOf(peer))
const newcomers = Array.from({ length: 10_000 }, (_, index) => entryOf(registered + index))
let next = 0

for await (const line of console) {
  const deadline = performance.now() + 1000 * Number(line)
  const before = process.cpuUsage()
  let pairs = 0
  while (performance.now() < deadline) {
    for (let pair = 0; pair < batch; pair += 1) comeAndGo()
    pairs += batch
  }
  const { user, system } = process.cpuUsage(before)
  process.stdout.write(`${(1000 * (user + system)) / pairs}\n`)
}

function comeAndGo(): void {
  const newcomer = newcomers[next++ % newcomers.length]
  const registration = newcomer && directory.register(newcomer)
  if (!registration?.ok) throw new Error('bug: somebody could not register')
  directory.unregister(registration.value)
}

function entryOf(peer: number) {
  const ip = `10.${peer >> 16}.${(peer >> 8) & 0xff}.${peer & 0xff}`
  return { name: `p${peer}`, ip, port: 40_000, callPort: 5_000 }
}
