/**
 * The tables of a directory in C, in a process of its own: what the memory of this machine takes, whatever the
 * language. It says and hears the same as `directory-process.ts`.
 */
import { cc } from 'bun:ffi'

const { symbols } = cc({
  source: `${import.meta.dir}/contestants/table.c`,
  symbols: {
    begin: { args: ['u32', 'u32'], returns: 'int' },
    come_and_go: { args: ['u32'], returns: 'int' },
  },
})

/** Pairs between two looks at the clock. */
const batch = 500

if (!symbols.begin(Number(process.argv[2]), 10_000)) throw new Error('bug: somebody is there twice')

for await (const line of console) {
  const deadline = performance.now() + 1000 * Number(line)
  const before = process.cpuUsage()
  let pairs = 0
  while (performance.now() < deadline) {
    if (!symbols.come_and_go(batch)) throw new Error('bug: somebody could not register')
    pairs += batch
  }
  const { user, system } = process.cpuUsage(before)
  process.stdout.write(`${(1000 * (user + system)) / pairs}\n`)
}
