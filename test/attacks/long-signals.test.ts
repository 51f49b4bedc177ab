import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { shown, timeAnswers } from '../support/neighbour.ts'
import { startProcess } from '../support/process.ts'

/**
 * Twelve pairs at one address that nobody trusts send each other signals of 60 KB without end. Each of
 * them is one message; the registry used to read 250 of these before others had their turn.
 */

const flooder = join(import.meta.dir, '../support/signal-flooder.ts')
const seconds = 4
/** So many times longer than before may half of the answers take. It was 500 times and more. */
const longestTimes = 40
/** The quickest answers are not comparable with anything, in milliseconds. */
const leastMs = 0.5
/** A connection that nobody trusts may ask 200 times a second. */
const everyMs = 8

test('long signals without end: the registry answers others as before', async () => {
  await using house = await startProcess({ TRUSTED_ADDRESSES: '203.0.113.1' })
  using neighbour = await house.connect()
  await neighbour.ask('register,vizinha,1999')
  const before = await timeAnswers(neighbour, Bun.sleep(1_500), everyMs)
  console.info(`before: ${shown(before)}`)
  const command = [process.execPath, flooder, String(house.registry.port), '12', String(seconds)]
  const flood = Bun.spawn(command, { stdout: 'pipe' })
  await Bun.sleep(1_000)
  const beside = await timeAnswers(neighbour, Bun.sleep((seconds - 2) * 1_000), everyMs)
  console.info(`beside the signals: ${shown(beside)}`)
  await flood.exited
  // Otherwise there was no flood.
  expect(Number(await new Response(flood.stdout).text())).toBeGreaterThan(10_000_000)
  expect(beside.median / Math.max(leastMs, before.median)).toBeLessThan(longestTimes)
}, 30_000)
