import { meets, type Row, ratio, type Spread, spread, type Target } from './work.ts'

const heads = ['work', 'unit', 'contestant', 'median', 'middle half', 'ratio', 'target', 'met']
/** Of the columns above: those of figures, which stand to the right. */
const figures = new Set(['median', 'middle half'])

/**
 * All rows as a table in Markdown, with columns that are aligned in a terminal as well, and below it
 * the notes. One line for each contestant, with the ratios *to* it; the work is named on its first.
 */
export function report(rows: readonly Row[]): string {
  return `${table(rows.flatMap(linesOf))}\n\n${rows.flatMap(notesOf).join('\n')}\n`
}

/** What the table says of each ratio and bound, as values. */
export function verdictsOf(row: Row) {
  const { ratios, bounds = [], samples } = row
  return {
    ratios: ratios.map((each) => {
      const found = ratio(row, each)
      return { ...each, ...found, ...verdict(found, each.target) }
    }),
    bounds: bounds.map((each) => ({
      ...each,
      ...verdict(spread(samples[each.of] ?? []), each.target),
    })),
  }
}

const verdict = ({ median }: Spread, target: Target | undefined) =>
  target && { met: meets(median, target) }

function linesOf(row: Row): string[][] {
  const { ratios, bounds } = verdictsOf(row)
  const lines = Object.entries(row.samples).flatMap(([name, samples]) => {
    const found = spread(samples)
    const own = [name, figure(found.median), between(found, figure)]
    const claims = [
      ...bounds.filter(({ of }) => of === name).map((each) => ['', ...claim(each)]),
      ...ratios
        .filter(({ over }) => over === name)
        .map((each) => [
          `${each.of} ${twoDigits(each.median)} (${between(each, twoDigits)})`,
          ...claim(each),
        ]),
    ]
    if (claims.length === 0) return [[...own, '', '', '']]
    return claims.map((each, index) => [...(index === 0 ? own : ['', '', '']), ...each])
  })
  return lines.map((line, index) => [...(index === 0 ? [row.work, row.unit] : ['', '']), ...line])
}

function claim({ target, met }: { target?: Target; met?: boolean | undefined }): [string, string] {
  if (!target) return ['', '']
  return ['atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`, met ? 'yes' : 'no']
}

function table(lines: string[][]): string {
  const widths = heads.map((head, column) =>
    Math.max(3, ...[head, ...lines.map((line) => line[column] ?? '')].map(widthOf)),
  )
  const isFigure = (column: number) => figures.has(heads[column] ?? '')
  const padded = (line: string[]) =>
    line.map((cell, column) => {
      const space = ' '.repeat((widths[column] ?? 0) - widthOf(cell))
      return isFigure(column) ? space + cell : cell + space
    })
  const rule = widths.map((width, column) => '-'.repeat(width - 1) + (isFigure(column) ? ':' : '-'))
  return [padded(heads), rule, ...lines.map(padded)]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

const widthOf = (text: string): number => Bun.stringWidth(text)

const notesOf = ({ work, notes }: Row): string[] => notes.map((note) => `- ${work}: ${note}`)

const between = ({ low, high }: Spread, text: (value: number) => string): string =>
  `${text(low)}–${text(high)}`

const twoDigits = (value: number): string => value.toFixed(2)

/** Three digits that mean something, whole from a hundred on. */
function figure(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return value.toLocaleString('en', options)
}
