import { expect, test } from 'bun:test'
import { drawFrame } from '../../src/terminal/frame.ts'
import { row } from './operator.ts'

const people = (count: number) => Array.from({ length: count }, (_, i) => row(`p${i + 1}`))

const lineUp = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}`)

function draw({ registered = 0, logged = 0, columns = 80, lines = 23 }) {
  const rows = people(registered)
  const asked: number[] = []
  const frame = drawFrame({
    registered: {
      size: registered,
      first(count) {
        asked.push(count)
        return rows.slice(0, count)
      },
    },
    log: lineUp(logged),
    columns,
    lines,
    now: Date.now(),
  }).map(Bun.stripANSI)
  return { frame, asked }
}

test('says so when nobody is registered', () => {
  const { frame } = draw({ logged: 1 })
  expect(frame).toEqual([
    'Clientes registrados: 0',
    'Ninguém por aqui ainda. Quem se registrar aparece nesta tabela.',
    '─'.repeat(80),
    'line 1',
  ])
})

test('gives the log what the table leaves', () => {
  const { frame } = draw({ registered: 2, logged: 200 })
  expect(frame).toHaveLength(23)
  expect(frame.slice(2, 6).map((line) => line.slice(0, 6).trim())).toEqual([
    'p1',
    'p2',
    '──────',
    'line 1',
  ])
  expect(frame.at(-1)).toBe('line 200')
})

test('shows as many as fit, says how many more there are, and keeps some of the log', () => {
  const { frame, asked } = draw({ registered: 15_000, logged: 200 })
  expect(frame).toHaveLength(23)
  expect(frame[0]).toBe('Clientes registrados: 15000')
  expect(frame.filter((line) => /^p\d/.test(line))).toHaveLength(13)
  expect(frame).toContain('… e mais 14987')
  expect(frame.filter((line) => line.startsWith('line'))).toHaveLength(6)
  expect(asked).toEqual([13])
})

test('a table that just fits needs no line about the others', () => {
  const { frame } = draw({ registered: 14, logged: 200 })
  expect(frame.filter((line) => /^p\d/.test(line))).toHaveLength(14)
  expect(frame.join()).not.toContain('e mais')
})

test('keeps three lines of the log on a terminal of 10 lines', () => {
  const { frame } = draw({ registered: 50, logged: 50, columns: 40, lines: 9 })
  expect(frame).toHaveLength(9)
  expect(frame).toContain('… e mais 48')
  expect(frame.slice(-3)).toEqual(['line 48', 'line 49', 'line 50'])
})

test.each([{ lines: 0 }, { lines: 1 }, { lines: 2 }, { lines: 4 }, { lines: 6 }])(
  'never has more than $lines lines',
  ({ lines }) => {
    const { frame } = draw({ registered: 50, logged: 50, columns: 5, lines })
    expect(frame.length).toBeLessThanOrEqual(lines)
  },
)

test('a line of the log stays one line, no wider than the terminal', () => {
  const [hostile] = drawFrame({
    registered: { size: 0, first: () => [] },
    log: [`\x1b[2J\r\n${'日'.repeat(100)}`],
    columns: 21,
    lines: 10,
    now: 0,
  }).slice(-1)
  expect(hostile).toBe(`�[2J��${'日'.repeat(7)}…`)
})
