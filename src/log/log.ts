import type { OperatorLanguage } from '../host/operator-language.ts'
import { engineLinesEn, engineLinesPt } from './engine-lines.ts'
import { firstLines } from './first-lines.ts'
import { linesEn } from './lines-en.ts'
import { linesPt } from './lines-pt.ts'

export type { CallOutcome, WebLimit } from './lines-pt.ts'
export type { RefusalCounts } from './refusal-counts.ts'

/**
 * Every line that the process may log. Names and addresses reach the log only after `wire` accepted
 * them, so none can hold an escape sequence, a line break or a change of reading direction.
 */
const lines = {
  pt: { ...firstLines, ...linesPt, ...engineLinesPt },
  en: { ...firstLines, ...linesEn, ...engineLinesEn },
}

type Lines = (typeof lines)['pt']

export type LogEntry = {
  [Event in keyof Lines]: { event: Event } & Parameters<Lines[Event]>[0]
}[keyof Lines]

export type Log = (entry: LogEntry) => void

/** The words of an entry: one line, but for a bug, which brings its stack. */
export const describe = (entry: LogEntry, language: OperatorLanguage): string =>
  (lines[language][entry.event] as (fields: LogEntry) => string)(entry)

/** A log whose lines begin with the local date and time. `write` takes each without its newline. */
export function createLog({
  write,
  now,
  language,
}: {
  write: (line: string) => void
  now: () => number
  language: OperatorLanguage
}): Log {
  return (entry) => write(`${timestamp(now())} ${describe(entry, language)}`)
}

let lastSecond = -1
let lastText = ''

/** `2026-11-22 15:30:01` in local time; made once a second, however many lines that has. */
function timestamp(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000)
  if (second !== lastSecond) {
    lastSecond = second
    const date = new Date(milliseconds)
    const offset = date.getTimezoneOffset() * 60_000
    lastText = new Date(milliseconds - offset).toISOString().slice(0, 19).replace('T', ' ')
  }
  return lastText
}
