import { describe, type Log, type LogEntry } from './log.ts'

/** So many lines at once, and so many a second for ever. */
type Rate = Readonly<{ burst: number; perSecond: number }>

/** More than any class or company causes: a thousand people who come at once are all written down. */
const usualRate: Rate = { burst: 2_000, perSecond: 50 }
/** A bug brings its stack, which is as long as fifty other lines. */
const bugRate: Rate = { burst: 20, perSecond: 0.2 }

/** How often the log is told what was left out, in milliseconds. */
const usualTellMs = 10_000

/** What is left of the rate, and what was left out since that was last told. */
type Kind = { left: number; countedAt: number; omitted: number; last: LogEntry | undefined }

export type BoundedLog = {
  readonly log: Log
  /** Tells at once what was left out so far. */
  tell(): void
}

/**
 * A log that nobody can fill, whatever they cause: of each event so many lines are written as
 * `usualRate` allows, and the rest are counted. `now` is any clock that only goes forward, in
 * milliseconds.
 */
export function boundLog(
  log: Log,
  now: () => number,
  { tellEveryMs } = { tellEveryMs: usualTellMs },
): BoundedLog {
  const kinds = new Map<LogEntry['event'], Kind>()
  let timer: Timer | undefined

  function tell(): void {
    clearTimeout(timer)
    timer = undefined
    for (const kind of kinds.values()) {
      if (!kind.last) continue
      const [last = ''] = describe(kind.last).split('\n', 1)
      log({ event: 'lines.omitted', count: kind.omitted, last })
      kind.omitted = 0
      kind.last = undefined
    }
  }

  return {
    tell,
    log(entry) {
      const rate = entry.event === 'bug' ? bugRate : usualRate
      const time = now()
      const kind = kinds.get(entry.event) ?? newKind(rate, time)
      kinds.set(entry.event, kind)
      const earned = ((time - kind.countedAt) / 1000) * rate.perSecond
      kind.left = Math.min(rate.burst, kind.left + earned)
      kind.countedAt = time
      if (kind.left >= 1) {
        kind.left -= 1
        return log(entry)
      }
      kind.omitted += 1
      kind.last = entry
      timer ??= setTimeout(tell, tellEveryMs).unref()
    },
  }
}

const newKind = ({ burst }: Rate, countedAt: number): Kind => ({
  left: burst,
  countedAt,
  omitted: 0,
  last: undefined,
})
