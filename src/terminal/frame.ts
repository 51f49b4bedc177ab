import { fit } from './fit.ts'
import { drawSideBySide, drawTable, type Row, type TableStyle } from './table.ts'
import { visible } from './visible.ts'
import type { Words } from './words.ts'
import { type Wrapped, wrap } from './wrap.ts'

/** All registrations. Only the visible ones are read: thousands more cost nothing. */
export type Registered = Readonly<{
  size: number
  /** The newest `count` registrations, in order; fewer if there are fewer. */
  last(count: number): readonly Row[]
}>

export type Frame = {
  registered: Registered
  /** The address of the web page, once it is known. */
  page: string | undefined
  log: readonly string[]
  columns: number
  lines: number
  now: number
  words: Words
}

/**
 * What the operator sees: the count, the address of the page, the table, a rule, and the newest lines of
 * the log. No more than fits on `lines` lines of `columns`.
 */
export function drawFrame(frame: Frame): string[] {
  const { registered, page, log, columns, lines, words } = frame
  const address = page === undefined ? [] : [drawPage(page, frame)]
  const rule = `\x1b[2m${'─'.repeat(columns)}\x1b[22m`
  // Lines for the rows of the table and the log: not for the title, the address, the heading and the rule.
  const room = Math.max(0, lines - 3 - rowsIn(address))
  const table = drawRegistered(registered, frame, room - roomOfLog(log, columns, room))
  const isAnyInCall = table.rows.some(({ inCall }) => inCall)
  const title = `${words.registered(registered.size)}${isAnyInCall ? ` ${words.inCall}` : ''}`
  const above = [
    oneLine(`\x1b[1m${fit(title, columns).trimEnd()}\x1b[22m`),
    ...address,
    ...[...table.lines, rule].map(oneLine),
  ]
  return within(lines, [...above, ...newestOf(log, columns, lines - rowsIn(above))])
}

const oneLine = (text: string): Wrapped => ({ text, rows: 1 })

const rowsIn = (texts: readonly Wrapped[]) => texts.reduce((sum, { rows }) => sum + rows, 0)

/** On a low screen a long address does not push out everything else. */
const drawPage = (page: string, { columns, lines, words }: Frame): Wrapped =>
  wrap(visible(words.page(page)), columns, Math.max(1, Math.floor(lines / 4)))

/** The log gets a third of the room, at least three lines; more if its newest line is longer. */
function roomOfLog(log: readonly string[], columns: number, room: number): number {
  const newest = wrap(visible(log.at(-1) ?? ''), columns, Math.max(1, room - 2)).rows
  const most = Math.min(room, Math.max(3, Math.floor(room / 3), newest))
  return Math.min(most, rowsIn(newestOf(log, columns, most)))
}

/** The newest lines of the log, each as a whole. Only the newest may be cut, if nothing else fits. */
function newestOf(log: readonly string[], columns: number, room: number): Wrapped[] {
  const shown: Wrapped[] = []
  let left = Math.max(1, room)
  for (const line of log.toReversed()) {
    const wrapped = wrap(visible(line), columns, shown.length === 0 ? left : Infinity)
    if (wrapped.rows > left) break
    shown.push(wrapped)
    left -= wrapped.rows
  }
  return shown.reverse()
}

/** As many of them as have so many lines. */
function within(lines: number, texts: readonly Wrapped[]): string[] {
  const shown: string[] = []
  let left = lines
  for (const { text, rows } of texts) {
    left -= rows
    if (left < 0) break
    shown.push(text)
  }
  return shown
}

/** No block of people is narrower, whatever their names (`usualWidths`). */
const leastBlock = 50

type Shown = { rows: readonly Row[]; lines: string[] }

/**
 * The heading and at most `room` lines: of more people the newest, on a wide screen side by side. How
 * many are not shown is said, unless the room is needed for the people themselves.
 */
function drawRegistered(registered: Registered, frame: Frame, room: number): Shown {
  const { size } = registered
  const { columns, words } = frame
  if (size === 0) return { rows: [], lines: [fit(words.nobody, columns).trimEnd()] }
  const style: TableStyle = frame
  const roomBelowMore = room < 3 ? Math.max(0, room) : room - 1
  const mostBlocks = Math.min(Math.floor(columns / leastBlock), Math.ceil(size / Math.max(1, room)))
  for (let blocks = mostBlocks; blocks > 1; blocks -= 1) {
    const depth = size <= blocks * room ? room : roomBelowMore
    const rows = registered.last(blocks * depth)
    const lines = drawSideBySide(rows, depth, style)
    if (lines) return { rows, lines: withMore(lines, size - rows.length, room, frame) }
  }
  const rows = registered.last(size <= room ? size : roomBelowMore)
  return { rows, lines: withMore(drawTable(rows, style), size - rows.length, room, frame) }
}

/** How many came before those in the table, below its heading. */
function withMore(
  [heading = '', ...rows]: readonly string[],
  more: number,
  room: number,
  { columns, words }: Frame,
): string[] {
  if (more === 0 || rows.length >= room) return [heading, ...rows]
  return [heading, fit(words.more(more), columns).trimEnd(), ...rows]
}
