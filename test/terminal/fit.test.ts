import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { fit } from '../../src/terminal/fit.ts'
import { visible } from '../../src/terminal/visible.ts'

test.each([
  { text: 'ana', width: 5, fitted: 'ana  ' },
  { text: 'ana', width: 3, fitted: 'ana' },
  { text: 'mariana', width: 4, fitted: 'mar…' },
  { text: '日本', width: 5, fitted: '日本 ' },
  { text: '日本語', width: 5, fitted: '日本…' },
  { text: '日本語', width: 4, fitted: '日… ' },
  { text: '🇧🇷🇧🇷', width: 3, fitted: '🇧🇷…' },
  { text: '👨‍👩‍👧‍👦👨‍👩‍👧‍👦', width: 3, fitted: '👨‍👩‍👧‍👦…' },
  { text: 'e\u0301e\u0301e\u0301', width: 2, fitted: 'e\u0301…' },
  { text: 'ana', width: 1, fitted: '…' },
  { text: 'ana', width: 0, fitted: '' },
])('fits "$text" into $width columns', ({ text, width, fitted }) => {
  expect(fit(text, width)).toBe(fitted)
})

test('is as wide as asked, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.integer({ min: 0, max: 30 }),
      (text, width) => {
        expect(Bun.stringWidth(fit(visible(text), width))).toBe(width)
      },
    ),
  )
})
