import { fit } from './fit.ts'
import { visible } from './visible.ts'

export type Row = Readonly<{
  name: string
  ip: string
  port: number
  callPort: number
  /** Unix time in milliseconds. */
  since: number
}>

/** Headings, and shorter ones for narrow terminals. */
const headings = ['Nome', 'IP', 'Porta', 'Porta de chamada', 'Desde']
const shortHeadings = ['Nome', 'IP', 'Porta', 'Chamada', 'Desde']

/** Least widths of the columns, so that they do not change with every new name or address. */
const usualWidths = [16, 15, 0, 0, 0]

/** The heading, and one line for each row. No line is wider than `columns`, which is at least 9. */
export function drawTable(
  rows: readonly Row[],
  { columns, now }: { columns: number; now: number },
): string[] {
  const cells = rows.map((row) => [
    visible(row.name),
    visible(row.ip),
    String(row.port),
    String(row.callPort),
    formatSince(row.since, now),
  ])
  const gap = columns < 60 ? 1 : 2
  const available = columns - gap * (headings.length - 1)
  const wanted = widthsOf([headings, ...cells], usualWidths)
  const head = total(wanted) <= available ? headings : shortHeadings
  const widths = shrink(head === headings ? wanted : widthsOf([head, ...cells]), available)
  return [
    `\x1b[1m${drawLine(head, widths, gap)}\x1b[22m`,
    ...cells.map((line) => drawLine(line, widths, gap)),
  ]
}

/** The local time of day, after the date if that is not today. */
export function formatSince(since: number, now: number): string {
  const date = new Date(since)
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
  if (date.toDateString() === new Date(now).toDateString()) return time
  return `${twoDigits(date.getDate())}/${twoDigits(date.getMonth() + 1)}/${date.getFullYear()} ${time}`
}

const twoDigits = (number: number) => String(number).padStart(2, '0')

const total = (widths: readonly number[]) => widths.reduce((sum, width) => sum + width, 0)

const widthsOf = (lines: readonly string[][], least: readonly number[] = []) =>
  headings.map((_, i) => Math.max(least[i] ?? 0, ...lines.map((line) => columnsOf(line[i] ?? ''))))

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
function drawLine(cells: readonly string[], widths: readonly number[], gap: number): string {
  let line = ''
  let column = 1
  for (const [i, width] of widths.entries()) {
    if (i > 0) line += `${' '.repeat(gap)}\x1b[${column}G\x1b[K`
    line += fit(cells[i] ?? '', width)
    column += width + gap
  }
  return line.trimEnd()
}
