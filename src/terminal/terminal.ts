import type { OperatorLanguage } from '../host/operator-language.ts'
import { isInForeground } from './foreground.ts'
import { drawFrame, type Registered } from './frame.ts'
import { createPlainLog, type Output } from './plain-log.ts'
import { createScreen } from './screen.ts'
import { onSuspended } from './suspension.ts'
import { type Words, wordsIn } from './words.ts'

export type { Registered } from './frame.ts'
export type { Row } from './table.ts'

type Stream = Output & {
  readonly fd: number
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  on(event: 'resize' | 'drain' | 'error', listener: () => void): unknown
}

export type Terminal = {
  /** Logs a line, given without its newline. A text of several lines is logged as several. */
  log(line: string): void
  /** Call it when the directory or a call has changed: redraws soon. */
  changed(): void
  /** The address of the web page is in sight from now on. */
  setPage(url: string): void
  /** Draws the last state, leaves the cursor below it and gives the terminal back. */
  stop(): void
}

/** Milliseconds between two pictures, at least. Ten a second look immediate to people. */
const drawEveryMs = 100

/** Repaints without a change, to repair text typed over the picture, and to add dates after midnight. */
const repaintEveryMs = 10_000

/** In the background: how often to check whether the shell has brought us to the foreground. */
const lookForTerminalEveryMs = 250

/** Newest lines of the log that are kept for the screen, and characters kept of each. */
const maxLogLines = 200
const maxLogCharacters = 1000

/**
 * The operator's view. On a terminal: the table of all registrations above the newest lines of the log.
 * Elsewhere: only the log. `term` is the environment variable `TERM`; `now` gives Unix time in
 * milliseconds. Of `language` are the words around the table.
 */
export function createTerminal({
  stream,
  registered,
  term,
  language,
  now = Date.now,
}: {
  stream: Stream
  registered: Registered
  term: string | undefined
  language: OperatorLanguage
  now?: () => number
}): Terminal {
  const words = wordsIn[language]
  const paintable = stream.isTTY && understandsEscapes(term)
  return paintable
    ? createLiveTable({ stream, registered, now, words })
    : createPlain(stream, words)
}

/** Terminals of Windows understand escapes, but set no `TERM`. Elsewhere no `TERM` means unknown. */
const understandsEscapes = (term = ''): boolean =>
  term === '' ? process.platform === 'win32' : term !== 'dumb'

function createPlain(stream: Output, words: Words): Terminal {
  const { write, flush } = createPlainLog(stream, words)
  return {
    log: (line) => linesOf(line).forEach(write),
    changed() {},
    setPage() {},
    stop: flush,
  }
}

function createLiveTable({
  stream,
  registered,
  now,
  words,
}: {
  stream: Stream
  registered: Registered
  now: () => number
  words: Words
}): Terminal {
  const screen = createScreen(stream.fd)
  const log: string[] = []
  let page: string | undefined
  let stale = false
  let over = false
  let paintedAt = Number.NEGATIVE_INFINITY
  let timer: Timer | undefined

  // Some terminals report 0 until they know their size. The last line is kept for the cursor.
  const frame = () =>
    drawFrame({
      registered,
      page,
      log,
      columns: stream.columns || 80,
      lines: (stream.rows || 24) - 1,
      now: now(),
      words,
    })

  /** All changes until the next picture share it. It shows the state at the time of painting. */
  function changed(): void {
    stale = true
    plan()
  }

  function plan(everyMs = drawEveryMs): void {
    if (over || timer) return
    const wait = Math.max(0, paintedAt + everyMs - performance.now())
    timer = setTimeout(paint, wait).unref()
  }

  function paint(): void {
    timer = undefined
    paintedAt = performance.now()
    if (!isInForeground(stream.fd)) {
      // In the background: a prompt or another program is on the terminal.
      begin()
      return plan(lookForTerminalEveryMs)
    }
    let outcome = screen.flush()
    if (outcome === 'painted' && stale) {
      stale = false
      outcome = screen.paint(frame())
    }
    if (outcome === 'gone') finish()
    else if (outcome === 'held') plan()
  }

  /** Paint the next picture from the beginning: the terminal shows something else now. */
  function begin(): void {
    screen.lost()
    stale = true
  }

  const repaint = setInterval(changed, repaintEveryMs).unref()
  const forgetSuspension = onSuspended({
    before: () => screen.leave([]),
    after() {
      begin()
      plan()
    },
  })

  function finish(): void {
    over = true
    clearTimeout(timer)
    clearInterval(repaint)
    forgetSuspension()
  }

  stream.on('resize', changed)
  changed()

  return {
    log(line) {
      const newest = linesOf(line).slice(-maxLogLines)
      log.push(...newest.map(bounded))
      log.splice(0, log.length - maxLogLines)
      changed()
    },
    changed,
    setPage(url) {
      page = url
      changed()
    },
    stop() {
      if (over) return
      finish()
      screen.leave(isInForeground(stream.fd) ? frame() : [])
    },
  }
}

const bounded = (text: string) =>
  text.length <= maxLogCharacters ? text : `${text.slice(0, maxLogCharacters)}…`

const linesOf = (text: string) => (text.includes('\n') ? text.split(/\r?\n/) : [text])
