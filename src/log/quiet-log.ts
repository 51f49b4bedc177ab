import { aMinute, TokenBucket } from '../limits/token-bucket.ts'
import type { Log, LogEntry } from './log.ts'

/** What a stranger can have written without being let in, as often as it likes. */
const cheap = new Set<LogEntry['event']>([
  'request.refused',
  'connections.full',
  'address.full',
  'address.fast',
  'stranger.refused',
])

/**
 * A log in which refusals are counted, not told one by one, where there are too many of them: a
 * flood must fill neither the disk nor the operator's screen. `tellOmitted` is called from time to
 * time and says how many were left out.
 */
export function createQuietLog(log: Log, now: () => number): { log: Log; tellOmitted(): void } {
  const refusals = new TokenBucket(aMinute(60 * 20, 200), now)
  let omitted = 0
  return {
    log(entry) {
      if (!cheap.has(entry.event) || refusals.take()) log(entry)
      else omitted += 1
    },
    tellOmitted() {
      if (omitted === 0 || !refusals.take()) return
      log({ event: 'refusals.omitted', count: omitted })
      omitted = 0
    },
  }
}
