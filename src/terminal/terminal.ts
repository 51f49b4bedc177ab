import { isInForeground } from './foreground.ts'
import { drawFrame, type Registered } from './frame.ts'
import { createPlainLog, type Output } from './plain-log.ts'
import { createScreen } from './screen.ts'
import { onSuspended } from './suspension.ts'

export type { Registered } from './frame.ts'
export type { Row } from './table.ts'

/** `process.stdout`, or what looks like it. */
type Stream = Output & {
  readonly fd: number
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  on(event: 'resize' | 'drain' | 'error', listener: () => void): unknown
}

export type Terminal = {
  /** A line of the log, without its newline; a text of several lines counts as several. */
  log(line: string): void
  /** The directory changed: redraw soon. */
  changed(): void
  /** Draws the last state, leaves the cursor below it and gives the terminal back. */
  stop(): void
}

/** Milliseconds between two pictures: ten a second, which people take for at once. */
const drawEveryMs = 100

/** Mends what was typed or printed over the picture, and dates the times once midnight is past. */
const repaintEveryMs = 10_000

/** How soon a process that the shell brings to the foreground again shows its picture. */
const lookForTerminalEveryMs = 250

/** Lines of the log kept for the screen, and the characters kept of each. */
const maxLogLines = 200
const maxLogCharacters = 1000

/**
 * What the operator sees: on a terminal the table of all registrations, above the newest lines of
 * the log; elsewhere the log alone. `term` is what `TERM` says of the terminal; `now` gives Unix time
 * in milliseconds.
 */
export function createTerminal({
  stream,
  registered,
  term,
  now = Date.now,
}: {
  stream: Stream
  registered: Registered
  term: string | undefined
  now?: () => number
}): Terminal {
  const paintable = stream.isTTY && understandsEscapes(term)
  return paintable ? createLiveTable({ stream, registered, now }) : createPlain(stream)
}

/** Windows says nothing of its terminals, which do; elsewhere that means one that nobody knows. */
const understandsEscapes = (term = ''): boolean =>
  term === '' ? process.platform === 'win32' : term !== 'dumb'

function createPlain(stream: Output): Terminal {
  const { write, flush } = createPlainLog(stream)
  return {
    log: (line) => linesOf(line).forEach(write),
    changed() {},
    stop: flush,
  }
}

function createLiveTable({
  stream,
  registered,
  now,
}: {
  stream: Stream
  registered: Registered
  now: () => number
}): Terminal {
  const screen = createScreen(stream.fd)
  const log: string[] = []
  let stale = false
  let over = false
  let paintedAt = Number.NEGATIVE_INFINITY
  let timer: Timer | undefined

  // Some terminals say 0 until they know their size. The last line is the cursor's.
  const frame = () =>
    drawFrame({
      registered,
      log,
      columns: stream.columns || 80,
      lines: (stream.rows || 24) - 1,
      now: now(),
    })

  /** Changes that come meanwhile share the next picture, which shows the state of its own moment. */
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
      // A prompt is there, or another program's picture.
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

  /** The next picture is painted onto a terminal that holds something else. */
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
      log.push(...newest.map((text) => text.slice(0, maxLogCharacters)))
      log.splice(0, log.length - maxLogLines)
      changed()
    },
    changed,
    stop() {
      if (over) return
      finish()
      screen.leave(isInForeground(stream.fd) ? frame() : [])
    },
  }
}

const linesOf = (text: string) => (text.includes('\n') ? text.split(/\r?\n/) : [text])
