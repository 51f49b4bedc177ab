import { fit } from './fit.ts'
import { visible } from './visible.ts'
import type { Words } from './words.ts'

export type Row = Readonly<{
  name: string
  ip: string
  port: number
  callPort: number
  /** Unix time in milliseconds. */
  since: number
  inCall: boolean
}>

export type TableStyle = { columns: number; now: number; words: Words }

/** Least widths of the columns, so that they do not change with every new name or address. */
const usualWidths = [16, 15, 0, 0, 0]

/** Columns between two blocks of people side by side. */
const betweenBlocks = 3

/**
 * The heading, and one line for each row. No line is wider than `columns`, which is at least 9. On a
 * narrow screen the client's own port gives its place to the name and the address.
 */
export function drawTable(rows: readonly Row[], { columns, now, words }: TableStyle): string[] {
  const { headings, shortHeadings } = words
  const cells = rows.map((row) => cellsOf(row, now, words))
  const gap = columns < 60 ? 1 : 2
  const fits = (widths: number[]) => total(widths) + gap * (widths.length - 1) <= columns
  const usual = widthsOf([headings, ...cells], usualWidths)
  if (fits(usual)) return drawLines(headings, cells, usual, gap)
  const short = widthsOf([shortHeadings, ...cells])
  if (fits(short)) return drawLines(shortHeadings, cells, short, gap)
  const [head = [], ...fewer] = [shortHeadings, ...cells].map((line) => line.toSpliced(2, 1))
  const narrow = short.toSpliced(2, 1)
  return drawLines(head, fewer, shrink(narrow, columns - gap * (narrow.length - 1)), gap)
}

const drawLines = (head: string[], cells: string[][], widths: number[], gap: number) => [
  bold(drawLine(head, widths, gap).trimEnd()),
  ...cells.map((line) => drawLine(line, widths, gap).trimEnd()),
]

/**
 * The same in blocks side by side, each `depth` rows deep and read from above: nothing if a block or a
 * cell would have to be cut.
 */
export function drawSideBySide(
  rows: readonly Row[],
  depth: number,
  { columns, now, words }: TableStyle,
): string[] | undefined {
  const head = words.shortHeadings
  const cells = rows.map((row) => cellsOf(row, now, words))
  const widths = widthsOf([head, ...cells], usualWidths)
  const step = total(widths) + widths.length - 1 + betweenBlocks
  const blocks = Math.ceil(rows.length / depth)
  if (blocks * step - betweenBlocks > columns) return undefined
  const drawAcross = (line: readonly (readonly string[])[]) =>
    line.map((cells, block) => drawLine(cells, widths, 1, 1 + block * step)).join('')
  const heading = drawAcross(Array.from({ length: blocks }, () => head))
  const lines = Array.from({ length: Math.min(depth, rows.length) }, (_, y) =>
    drawAcross(cells.filter((_, i) => i % depth === y)),
  )
  return [bold(heading.trimEnd()), ...lines.map((line) => line.trimEnd())]
}

/** No name begins with the mark of a call (PROTOCOL.md). */
const cellsOf = ({ name, ip, port, callPort, since, inCall }: Row, now: number, words: Words) => [
  `${inCall ? '*' : ''}${visible(name)}`,
  visible(ip),
  String(port),
  String(callPort),
  formatSince(since, now, words),
]

const bold = (text: string) => `\x1b[1m${text}\x1b[22m`

/** The local time of day, after the date if that is not today. */
export function formatSince(since: number, now: number, words: Words): string {
  const date = new Date(since)
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
  if (date.toDateString() === new Date(now).toDateString()) return time
  const [month, day] = [date.getMonth() + 1, date.getDate()].map(twoDigits) as [string, string]
  return `${words.date(String(date.getFullYear()), month, day)} ${time}`
}

const twoDigits = (number: number) => String(number).padStart(2, '0')

const total = (widths: readonly number[]) => widths.reduce((sum, width) => sum + width, 0)

const widthsOf = (lines: readonly string[][], least: readonly number[] = []) =>
  usualWidths.map((_, i) =>
    Math.max(least[i] ?? 0, ...lines.map((line) => columnsOf(line[i] ?? ''))),
  )

const columnsOf = (text: string) => Bun.stringWidth(text)

/** Makes the widest column narrower, again and again, until all fit. */
function shrink(widths: number[], available: number): number[] {
  const result = [...widths]
  for (let excess = total(widths) - available; excess > 0; excess--) {
    const widest = result.indexOf(Math.max(...result))
    result[widest] = Math.max(1, (result[widest] ?? 0) - 1)
  }
  return result
}

/**
 * Terminals disagree about the width of an emoji. So each cell moves the cursor to its own column, and
 * clears the rest of the line. The spaces are for readers of the text without escapes.
 */
function drawLine(
  cells: readonly string[],
  widths: readonly number[],
  gap: number,
  start = 1,
): string {
  let line = ''
  let column = start
  for (const [i, width] of widths.entries()) {
    if (column > 1) line += `${' '.repeat(i > 0 ? gap : betweenBlocks)}\x1b[${column}G\x1b[K`
    line += fit(cells[i] ?? '', width)
    column += width + gap
  }
  return line
}
