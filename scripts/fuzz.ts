/**
 * Sends the registry whatever one can think of, in runs that were never made before, until
 * something breaks or the time is over: `bun scripts/fuzz.ts SECONDS [SEED]`. What breaks is shown
 * in its smallest form, with the seed and path that bring it back.
 */
import fc from 'fast-check'
import { fuzzedRegistry, overSocketsOf } from '../test/fuzz/over-sockets.ts'
import { tidily, wildly } from '../test/fuzz/without-sockets.ts'

const seconds = Number(process.argv[2] ?? 60)
const seed = Number(process.argv[3] ?? Date.now() % 2_147_483_647)
const third = {
  seed,
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: (seconds * 1_000) / 3,
  markInterruptAsFailure: false,
}
console.log(`seed ${seed}`)
report('without sockets', fc.check(wildly, third))
report('against the model', fc.check(tidily, third))
await using registry = fuzzedRegistry()
report('over sockets', await fc.check(overSocketsOf(registry), third))

function report<T>(what: string, details: fc.RunDetails<T>): void {
  if (details.failed) {
    console.error(`${what}: ${fc.defaultReportMessage(details)}`)
    process.exit(1)
  }
  console.log(`${what}: ${details.numRuns} runs, nothing broke`)
}
