import type { Log, RefusalCounts } from './log.ts'

/** How often the log is told at most. */
const tellMs = 60_000

/**
 * Tells the log how much was refused since the start: once a minute at most, only where it has become
 * more, and a last time when it is stopped. `counts` gives the present ones.
 */
export function tellRefusals(
  counts: () => RefusalCounts,
  log: Log,
  everyMs = tellMs,
): { stop: () => Promise<void> } {
  let told = 0

  function tell(): void {
    const { registry, web } = counts()
    const all = [...Object.values(registry), ...Object.values(web)].reduce((sum, n) => sum + n, 0)
    if (all === told) return
    told = all
    log({ event: 'refusals.counted', registry, web })
  }

  const timer = setInterval(tell, everyMs)
  return {
    async stop() {
      clearInterval(timer)
      tell()
    },
  }
}
