import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { fuzzedRegistry, overSocketsOf } from './over-sockets.ts'
import { tidily, wildly } from './without-sockets.ts'

/** The same runs every time; `scripts/fuzz.ts` draws others, for as long as one likes. */
const seed = 20_261_122

const limited = (seconds: number) => ({
  seed,
  numRuns: 1_000_000,
  interruptAfterTimeLimit: seconds * 1_000,
  markInterruptAsFailure: false,
})

describe('whatever is sent', () => {
  test('in any pieces: nothing throws, answers are well formed, nobody is left', () => {
    const { numRuns, failed } = fc.check(wildly, limited(6))
    console.info(`${numRuns} runs without sockets`)
    if (failed) fc.assert(wildly, limited(6))
    expect(numRuns).toBeGreaterThan(100)
  }, 60_000)

  test('in whole lines: answers and directory are as a model says', () => {
    const { numRuns, failed } = fc.check(tidily, limited(5))
    console.info(`${numRuns} runs against the model`)
    if (failed) fc.assert(tidily, limited(5))
    expect(numRuns).toBeGreaterThan(100)
  }, 60_000)

  test('over sockets, and memory comes back', async () => {
    await using registry = fuzzedRegistry()
    const property = overSocketsOf(registry)
    await fc.assert(property, { ...limited(3), numRuns: 1_000 })
    Bun.gc(true)
    const before = process.memoryUsage().heapUsed
    const { numRuns, failed, counterexample, errorInstance } = await fc.check(property, limited(6))
    console.info(`${numRuns} runs over sockets`)
    if (failed) throw new Error(`${errorInstance}\n${fc.stringify(counterexample)}`)
    Bun.gc(true)
    // The log of the test itself is kept, some hundred bytes a line.
    const kept = registry.lines.length * 1_000
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 * 1024 * 1024 + kept)
    expect(numRuns).toBeGreaterThan(20)
  }, 60_000)
})
