import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { fuzzedSite, overHttpOf, shownStatuses } from './over-http.ts'

/** The same runs every time; `scripts/fuzz.ts` draws others, for as long as one likes. */
const limited = {
  seed: 20_261_126,
  numRuns: 1_000_000,
  interruptAfterTimeLimit: 6_000,
  markInterruptAsFailure: false,
  // Shrinking would go on against a process that has met its fault already.
  endOnFailure: true,
}

test('whatever a browser sends: no error of ours, no line, no memory that stays', async () => {
  await using site = await fuzzedSite()
  const { numRuns, failed, counterexample, errorInstance } = await fc.check(
    overHttpOf(site),
    limited,
  )
  console.info(`${numRuns} runs over HTTP: ${shownStatuses(site)}`)
  if (failed) throw new Error(`${errorInstance}\n${fc.stringify(counterexample)}`)
  expect(numRuns).toBeGreaterThan(10)
  // It was let in: sockets and pages, and refusals.
  expect([...site.statuses.keys()]).toEqual(expect.arrayContaining([101, 200, 400, 404]))
  await site.checkMemory()
}, 60_000)
