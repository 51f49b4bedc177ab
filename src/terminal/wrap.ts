import { fit } from './fit.ts'

/** A text as it is printed, and how many lines of the screen it takes. */
export type Wrapped = Readonly<{ text: string; rows: number }>

const graphemes = new Intl.Segmenter()

/** Every terminal gives one column to each of these characters. */
const oneColumnEach = /^[ -~\u00C0-\u017F]*$/

/**
 * Visible text over as many lines of `columns` as it needs, at most `most`; what is over is cut, with
 * an ellipsis. The terminal itself wraps a text whose width is certain, so that a command that is
 * copied from the screen is one line. Any other is broken here: terminals disagree about its width.
 */
export function wrap(text: string, columns: number, most: number): Wrapped {
  const all = rowsOf(text, columns)
  const rest = all.slice(most - 1).join('')
  const rows = all.length <= most ? all : [...all.slice(0, most - 1), fit(rest, columns)]
  if (rows.length === 1 || !rows.every((row) => oneColumnEach.test(row))) {
    return { text: rows.join('\r\n\x1b[2K'), rows: rows.length }
  }
  // Erased at a full line, its last character would go.
  const clear = rows.at(-1)?.length === columns ? '' : '\x1b[K'
  return { text: `\x1b[?7h${rows.join('')}${clear}\x1b[?7l`, rows: rows.length }
}

/** The lines of a text; each but the last is as full as can be. */
function rowsOf(text: string, columns: number): string[] {
  if (Bun.stringWidth(text) <= columns) return [text]
  const rows: string[] = []
  let row = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const width = Bun.stringWidth(segment)
    if (used + width > columns && row !== '') {
      rows.push(row)
      row = ''
      used = 0
    }
    row += segment
    used += width
  }
  return [...rows, row]
}
