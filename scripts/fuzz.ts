/**
 * Sends the registry, or the web page with `http`, whatever one can think of, in runs that were
 * never made before, until something breaks or the time is over:
 * `bun scripts/fuzz.ts SECONDS [SEED] [registry|http]`. What breaks is shown, with the seed that
 * brings it back, and the status is 1.
 */
import fc from 'fast-check'
import { fuzzedSite, overHttpOf, shownStatuses } from '../test/fuzz/over-http.ts'
import { fuzzedRegistry, overSocketsOf } from '../test/fuzz/over-sockets.ts'
import { tidily, wildly } from '../test/fuzz/without-sockets.ts'

const seconds = Number(process.argv[2] ?? 60)
const seed = Number(process.argv[3] ?? Date.now() % 2_147_483_647)
const what = process.argv[4] ?? 'registry'
const lasting = (lastsSeconds: number) => ({
  seed,
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: lastsSeconds * 1_000,
  markInterruptAsFailure: false,
})
console.log(`seed ${seed}`)
if (what === 'http') await fuzzHttp()
else await fuzzRegistry()

async function fuzzRegistry(): Promise<void> {
  const third = lasting(seconds / 3)
  report('without sockets', fc.check(wildly, third))
  report('against the model', fc.check(tidily, third))
  await using registry = fuzzedRegistry()
  report('over sockets', await fc.check(overSocketsOf(registry), third))
}

async function fuzzHttp(): Promise<void> {
  await using site = await fuzzedSite()
  const progress = setInterval(() => console.log(shownStatuses(site)), 60_000)
  const details = await fc.check(overHttpOf(site), { ...lasting(seconds), endOnFailure: true })
  clearInterval(progress)
  console.log(shownStatuses(site))
  if (details.failed) {
    // Readable, as the bytes that they are.
    const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
    for (const { pieces, frames } of details.counterexample?.[0] ?? []) {
      console.error(JSON.stringify([...pieces, ...frames].map(latin1)))
    }
    console.error(`over HTTP, after ${details.numRuns} runs: ${details.errorInstance}`)
    // Not at once: the process that was fuzzed is to end first.
    process.exitCode = 1
    return
  }
  console.log(`over HTTP: ${details.numRuns} runs, nothing broke`)
  await site.checkMemory()
}

function report<T>(what: string, details: fc.RunDetails<T>): void {
  if (details.failed) {
    console.error(`${what}: ${fc.defaultReportMessage(details)}`)
    process.exit(1)
  }
  console.log(`${what}: ${details.numRuns} runs, nothing broke`)
}
