/**
 * Loaded into the process that is soaked: at SIGUSR2 it collects its garbage and writes down what
 * is left. Without this, its memory says how lately it was collected, not what it holds: after a
 * flood the engine keeps the garbage of strings until something new wants the room.
 */
import { heapStats } from 'bun:jsc'
import { writeFileSync } from 'node:fs'

/** `bytes` is resident memory. */
export type Account = { objects: number; timers: number; bytes: number }

/** Milliseconds in which the allocator gives back what was collected. */
const settleMs = 1_000

const path = process.env.ACCOUNT_FILE

if (path) {
  process.on('SIGUSR2', async () => {
    Bun.gc(true)
    await Bun.sleep(settleMs)
    Bun.gc(true)
    const { objectCount, objectTypeCounts } = heapStats()
    const account: Account = {
      objects: objectCount,
      timers: (objectTypeCounts.Timeout ?? 0) + (objectTypeCounts.Immediate ?? 0),
      bytes: process.memoryUsage().rss,
    }
    writeFileSync(path, JSON.stringify(account))
  })
}
