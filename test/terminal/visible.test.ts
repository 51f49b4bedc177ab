import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { visible } from '../../src/terminal/visible.ts'

test.each([
  { what: 'an escape sequence', text: '\x1b[2Jana', shown: '�[2Jana' },
  { what: 'a C1 sequence', text: '\u009b31mana', shown: '�31mana' },
  { what: 'a new line', text: 'a\nb', shown: 'a�b' },
  { what: 'a carriage return', text: 'a\rb', shown: 'a�b' },
  { what: 'a tab', text: 'a\tb', shown: 'a�b' },
  { what: 'a backspace', text: 'a\bb', shown: 'a�b' },
  { what: 'a change of direction', text: 'a\u202eb', shown: 'a�b' },
  { what: 'a direction isolate', text: 'a\u2066b', shown: 'a�b' },
  { what: 'a zero-width space', text: 'a\u200bb', shown: 'a�b' },
  { what: 'a byte order mark', text: 'a\ufeffb', shown: 'a�b' },
  { what: 'a line separator', text: 'a\u2028b', shown: 'a�b' },
  { what: 'a paragraph separator', text: 'a\u2029b', shown: 'a�b' },
  { what: 'half a surrogate pair', text: 'a\ud83db', shown: 'a�b' },
  { what: 'a joiner that joins nothing', text: '\u200dana\u200d', shown: '�ana�' },
  { what: 'a Hangul filler', text: 'a\u3164b', shown: 'a�b' },
  { what: 'a selector that selects nothing', text: 'a\ufe0fb', shown: 'a�b' },
])('shows $what as a replacement character', ({ text, shown }) => {
  expect(visible(text)).toBe(shown)
})

test.each([
  { text: 'João da Silva' },
  { text: 'e\u0301le\u0301' },
  { text: '日本語' },
  { text: '👨‍👩‍👧‍👦' },
  { text: '❤️' },
  { text: '🇧🇷' },
  { text: '🏴󠁧󠁢󠁥󠁮󠁧󠁿' },
  { text: '1️⃣' },
  { text: 'ශ්\u200dරී' },
  { text: 'می‌خواهم' },
])('leaves "$text" as it is', ({ text }) => {
  expect(visible(text)).toBe(text)
})

/** The first texts of a run take long on a machine that does a lot else. */
const slowMachineMs = 30_000

test(
  'nothing that is left can move a cursor, whatever the text',
  () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    )
  },
  slowMachineMs,
)
