import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { visible } from '../../src/terminal/visible.ts'
import { wrap } from '../../src/terminal/wrap.ts'

const wrapsItself = (text: string) => `\x1b[?7h${text}\x1b[?7l`
const brokenHere = '\r\n\x1b[2K'

test.each([
  { text: '', columns: 5, rows: 1, printed: '' },
  { text: 'maria', columns: 5, rows: 1, printed: 'maria' },
  { text: 'mariana', columns: 5, rows: 2, printed: wrapsItself('mariana\x1b[K') },
  // Erasing at a full line would take its last character, on some terminals.
  { text: 'mariamaria', columns: 5, rows: 2, printed: wrapsItself('mariamaria') },
  { text: '日本語日本', columns: 5, rows: 3, printed: ['日本', '語日', '本'].join(brokenHere) },
  {
    text: '👨‍👩‍👧‍👦👨‍👩‍👧‍👦a',
    columns: 3,
    rows: 2,
    printed: ['👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦a'].join(brokenHere),
  },
  { text: '日', columns: 1, rows: 1, printed: '日' },
])('wraps "$text" at $columns', ({ text, columns, rows, printed }) => {
  expect(wrap(text, columns, 9)).toEqual({ text: printed, rows })
})

test('a text for which there are not enough lines is cut at its end', () => {
  expect(wrap('mariana maria', 5, 2)).toEqual({ text: `maria${brokenHere}na m…`, rows: 2 })
  expect(wrap('mariana maria', 5, 1)).toEqual({ text: 'mari…', rows: 1 })
})

test('nothing is lost, and no line is wider than the screen, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.integer({ min: 2, max: 30 }),
      (characters, columns) => {
        const text = visible(characters)
        const wrapped = wrap(text, columns, Number.POSITIVE_INFINITY)
        const rows = wrapped.text.split(brokenHere)
        expect(Bun.stripANSI(rows.join(''))).toBe(text)
        if (rows.length === 1) return
        expect(rows).toHaveLength(wrapped.rows)
        for (const row of rows) expect(Bun.stringWidth(row)).toBeLessThanOrEqual(columns)
      },
    ),
  )
})
