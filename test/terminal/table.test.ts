import { expect, test } from 'bun:test'
import { drawTable, formatSince } from '../../src/terminal/table.ts'
import { wordsIn } from '../../src/terminal/words.ts'
import { row } from './operator.ts'

const now = new Date(2026, 10, 22, 15, 30, 1).getTime()

const draw = (rows: Parameters<typeof drawTable>[0], columns: number) =>
  drawTable(rows, { columns, now, words: wordsIn.pt }).map(Bun.stripANSI)

const since = now

test('lines up what it says under its headings', () => {
  expect(draw([row('ana', { since }), row('日本語', { ip: '2001:db8::7', since })], 80)).toEqual([
    'Nome              IP               Porta  Porta de chamada  Desde',
    'ana               10.0.0.7         40001  5001              15:30:01',
    '日本語            2001:db8::7      40001  5001              15:30:01',
  ])
})

test('gives up a heading and the own port for names and addresses on a narrow terminal', () => {
  expect(draw([row('Maximiliano', { ip: '192.168.100.200', since })], 40)).toEqual([
    'Nome        IP          Chamada Desde',
    'Maximiliano 192.168.10… 5001    15:30:01',
  ])
})

test.each([{ columns: 9 }, { columns: 20 }, { columns: 40 }, { columns: 79 }, { columns: 200 }])(
  'is never wider than $columns columns',
  ({ columns }) => {
    const rows = [
      row('日本語'.repeat(20), { ip: '2001:db8:1111:2222:3333:4444:5555:6666', since: 0 }),
    ]
    const widths = draw(rows, columns).map((line) => Bun.stringWidth(line))
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns)
  },
)

test('a name keeps to one line', () => {
  expect(
    drawTable([row('a\nb\x1b[31m\u2028')], { columns: 80, now, words: wordsIn.pt }),
  ).toHaveLength(2)
})

test.each([
  { when: 'today', date: new Date(2026, 10, 22, 0, 0, 0), text: '00:00:00' },
  { when: 'yesterday', date: new Date(2026, 10, 21, 23, 59, 59), text: '21/11/2026 23:59:59' },
  { when: 'a year ago', date: new Date(2025, 10, 22, 9, 5, 7), text: '22/11/2025 09:05:07' },
])('says since when: $when', ({ date, text }) => {
  expect(formatSince(date.getTime(), now, wordsIn.pt)).toBe(text)
})
