import type { OperatorLanguage } from '../host/operator-language.ts'
import { aMinute, type Rate, TokenBucket } from '../limits/token-bucket.ts'
import { describe, type Log, type LogEntry } from './log.ts'

type LogEvent = LogEntry['event']

/** What a stranger can cause without being let in, as often as it likes. These are counted together. */
const refusals: ReadonlySet<LogEvent> = new Set<LogEvent>([
  'request.refused',
  'connections.full',
  'address.full',
  'address.fast',
  'address.blocked',
  'operator.refused',
  'proxy.silent',
  'stranger.refused',
])
const refusalRate = aMinute(60 * 20, 200)
/** More than any class or company causes: a thousand people who come at once are all written down. */
const usualRate = aMinute(60 * 50, 2_000)
/** A bug brings its stack, which is as long as fifty other lines. */
const bugRate = aMinute(12, 20)

/** How often the log tells what was left out, in milliseconds. */
const usualTellMs = 10_000

/** Entries that are counted together, and how many were left out since that was last told. */
type Group = { readonly bucket: TokenBucket; omitted: number; last: LogEntry | undefined }

export type BoundedLog = {
  readonly log: Log
  /** Tells at once what was left out so far. */
  tell(): void
}

/**
 * A log that nobody can fill, whatever they cause: of each event so many lines are written as its rate
 * allows, and the rest are counted. A flood must fill neither the disk nor the operator's screen. `now`
 * is any clock that only goes forward, in milliseconds.
 */
export function boundLog(
  log: Log,
  now: () => number,
  { language, tellEveryMs = usualTellMs }: { language: OperatorLanguage; tellEveryMs?: number },
): BoundedLog {
  const groups = new Map<LogEvent | 'refusal', Group>()
  let timer: Timer | undefined

  function groupOf(event: LogEvent): Group {
    const key = refusals.has(event) ? 'refusal' : event
    const known = groups.get(key)
    if (known) return known
    const bucket = new TokenBucket(rateOf(key), now)
    const group = { bucket, omitted: 0, last: undefined }
    groups.set(key, group)
    return group
  }

  function tell(): void {
    clearTimeout(timer)
    timer = undefined
    for (const [key, group] of groups) {
      if (!group.last) continue
      log(omittedEntry(key, group.omitted, group.last, language))
      group.omitted = 0
      group.last = undefined
    }
  }

  return {
    tell,
    log(entry) {
      const group = groupOf(entry.event)
      if (group.bucket.take()) return log(entry)
      group.omitted += 1
      group.last = entry
      timer ??= setTimeout(tell, tellEveryMs).unref()
    },
  }
}

function rateOf(key: LogEvent | 'refusal'): Rate {
  if (key === 'refusal') return refusalRate
  return key === 'bug' ? bugRate : usualRate
}

function omittedEntry(
  key: LogEvent | 'refusal',
  count: number,
  last: LogEntry,
  language: OperatorLanguage,
): LogEntry {
  if (key === 'refusal') return { event: 'refusals.omitted', count }
  const [line = ''] = describe(last, language).split('\n', 1)
  return { event: 'lines.omitted', count, last: line }
}
