import { expect, test } from 'bun:test'
import { shown } from '../support/neighbour.ts'
import { soak } from './soak.ts'

/** Seconds: a minute where it has to hold, a glance on a developer's machine. */
const seconds = process.env.CI ? 60 : 12

test('after hundreds of clients of every kind, everything is as it was', async () => {
  const { visits, waits, before, after, bugs, errors } = await soak({
    seconds,
    seed: 20_261_122,
    clients: 300,
  })
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  console.info(`visits: ${JSON.stringify(visits)}`)
  console.info(`a neighbour meanwhile: ${shown(waits)}`)
  console.info(`all gone after ${before.seconds.toFixed(1)} s, then ${after.seconds.toFixed(1)} s`)
  console.info(`memory ${megabytes(before.bytes)}, then ${megabytes(after.bytes)}`)
  expect(bugs).toEqual([])
  expect(errors).toBe('')
  expect(after.presence).toEqual([])
  expect({ count: after.descriptors, kinds: after.kinds }).toEqual({
    count: before.descriptors,
    kinds: before.kinds,
  })
  // What is left of garbage differs from run to run.
  expect(after.bytes - before.bytes).toBeLessThan(48 * 1024 * 1024)
  // The neighbour shares its process with those 300; floods.test.ts measures without them.
  expect(waits.p99).toBeLessThan(2_000)
}, 240_000)
