import { describe, expect, test } from 'bun:test'
import type { OperatorLanguage } from '../../src/host/operator-language.ts'
import { drawFrame } from '../../src/terminal/frame.ts'
import { wordsIn } from '../../src/terminal/words.ts'
import { row } from './operator.ts'

const people = (count: number) => Array.from({ length: count }, (_, i) => row(`p${i + 1}`))

const lineUp = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}`)

type Asked = {
  registered?: number
  logged?: number | string[]
  columns?: number
  lines?: number
  page?: string
  language?: OperatorLanguage
  inCall?: string[]
}

function draw({ registered = 0, logged = 0, columns = 80, lines = 23, ...asked }: Asked) {
  const { page, language = 'pt', inCall = [] } = asked
  const rows = people(registered).map((person) => ({
    ...person,
    inCall: inCall.includes(person.name),
  }))
  const counts: number[] = []
  const frame = drawFrame({
    registered: {
      size: registered,
      last(count) {
        counts.push(count)
        return count > 0 ? rows.slice(-count) : []
      },
    },
    page,
    log: typeof logged === 'number' ? lineUp(logged) : logged,
    columns,
    lines,
    now: Date.now(),
    words: wordsIn[language],
  }).map(Bun.stripANSI)
  return { frame, counts }
}

/** The people on the picture, in the order in which they are read: down, then across. */
function peopleIn(frame: readonly string[]): string[] {
  const across = frame
    .filter((line) => /^\*?p\d/.test(line))
    .map((line) => line.match(/\*?\bp\d+\b/g) ?? [])
  const blocks = across[0]?.length ?? 0
  return Array.from({ length: blocks }, (_, block) =>
    across.flatMap((names) => names[block] ?? []),
  ).flat()
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `p${from + i}`)

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

describe('more people than fit', () => {
  test('are the newest, below how many more there are, and some of the log stays', () => {
    const { frame, counts } = draw({ registered: 15_000, logged: 200 })
    expect(frame).toHaveLength(23)
    expect(frame[0]).toBe('Clientes registrados: 15000')
    expect(frame[2]).toBe('… e mais 14987')
    expect(peopleIn(frame)).toEqual(numbered(14_988, 15_000))
    expect(frame.filter((line) => line.startsWith('line'))).toHaveLength(6)
    expect(counts).toEqual([13])
  })

  test('need no line about the others if the table just fits', () => {
    const { frame } = draw({ registered: 14, logged: 200 })
    expect(peopleIn(frame)).toEqual(numbered(1, 14))
    expect(frame.join()).not.toContain('e mais')
  })

  test('stand side by side on a wide screen, read downwards', () => {
    const { frame } = draw({ registered: 40, logged: 200, columns: 120 })
    // Room for 14: 14 and 14, and 12 are left over.
    expect(frame[2]).toBe('… e mais 14')
    expect(peopleIn(frame)).toEqual(numbered(15, 40))
    expect(frame[3]?.match(/p\d+/g)).toEqual(['p15', 'p28'])
    expect(frame[1]?.match(/Nome +IP +Porta +Chamada +Desde/g)).toHaveLength(2)
  })

  test('use no more columns than they need, and then keep their places', () => {
    const few = draw({ registered: 16, logged: 200, columns: 200 }).frame
    expect(peopleIn(few)).toEqual(numbered(1, 16))
    expect(few[1]?.match(/Nome/g)).toHaveLength(2)
    const more = draw({ registered: 17, logged: 200, columns: 200 }).frame
    expect(more[2]).toBe(few[2] as string)
  })

  test('300 on a screen of 200 × 50: some 90 at once', () => {
    const { frame, counts } = draw({ registered: 300, logged: 200, columns: 200, lines: 49 })
    expect(peopleIn(frame)).toEqual(numbered(211, 300))
    expect(frame[2]).toBe('… e mais 210')
    expect(Math.max(...frame.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(200)
    expect(Math.max(...counts)).toBeLessThan(200)
  })

  test('long names and addresses take more columns each, rather than being cut', () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      row(`p${i} ${'x'.repeat(40)}`, { ip: '2001:db8:1111:2222:3333:4444:5555:6666' }),
    )
    const frame = drawFrame({
      registered: { size: 40, last: (count) => rows.slice(-count) },
      page: undefined,
      log: [],
      columns: 120,
      lines: 23,
      now: Date.now(),
      words: wordsIn.pt,
    }).map(Bun.stripANSI)
    expect(frame[1]?.match(/Nome/g)).toHaveLength(1)
    expect(frame.at(-2)).toContain(`p39 ${'x'.repeat(40)} `)
  })
})

test('who is in a call has a mark, and the title says what it means', () => {
  const { frame } = draw({ registered: 3, inCall: ['p1', 'p3'] })
  expect(frame[0]).toBe('Clientes registrados: 3 (* em chamada)')
  expect(frame.slice(2, 5).map((line) => line.split(' ')[0])).toEqual(['*p1', 'p2', '*p3'])
  // A mark that nobody sees needs no explanation.
  const { frame: others } = draw({ registered: 300, inCall: ['p1'] })
  expect(others[0]).toBe('Clientes registrados: 300')
})

describe('the address of the page', () => {
  const page = 'https://192.168.0.7:3000/'

  test.each([
    { columns: 80, lines: 23, registered: 0 },
    { columns: 80, lines: 23, registered: 300 },
    { columns: 200, lines: 49, registered: 300 },
    { columns: 40, lines: 9, registered: 30 },
  ])('is in sight at $columns × $lines with $registered people', (size) => {
    const { frame } = draw({ ...size, logged: 200, page })
    expect(frame[1]).toBe(`Página web: ${page}`)
    expect(frame).toHaveLength(size.lines)
  })

  test('is whole if it is longer than a line', () => {
    const long = `https://chamadas.${'escola.'.repeat(6)}example.org:3000/encontro/`
    const { frame } = draw({ columns: 40, lines: 20, page: long })
    expect(frame[1]).toBe(`Página web: ${long}`)
  })
})

test('a terminal of 40 × 10 shows the newest two of many, and three lines of the log', () => {
  const page = 'http://192.168.0.7:3000/'
  const { frame } = draw({ registered: 300, logged: 50, columns: 40, lines: 9, page })
  expect(frame.map((line) => line.split(' ')[0])).toEqual([
    'Clientes',
    'Página',
    'Nome',
    'p299',
    'p300',
    '─'.repeat(40),
    'line',
    'line',
    'line',
  ])
  expect(frame.at(-1)).toBe('line 50')
})

describe('a line of the log that is longer than the screen is wide', () => {
  const command = `(echo auth,CÓDIGO; echo register,Bia,5002; cat) | openssl s_client -quiet -connect [2001:db8:1111:2222::7]:3002`
  const tryIt = `2026-11-27 02:02:02 Para experimentar em um terminal: ${command}`

  test.each([{ columns: 80 }, { columns: 40 }])('is whole at $columns columns', ({ columns }) => {
    const { frame } = draw({ columns, lines: 12, logged: ['line 1', tryIt] })
    expect(frame.at(-1)).toBe(tryIt)
  })

  test('takes the room that it needs from the table', () => {
    const { frame } = draw({ columns: 40, lines: 12, registered: 30, logged: ['line 1', tryIt] })
    expect(frame.at(-1)).toBe(tryIt)
    expect(peopleIn(frame)).toContain('p30')
    // Five more lines than it counts as.
    const rows = Math.ceil(tryIt.length / 40)
    expect(frame.length - 1 + rows).toBeLessThanOrEqual(12)
  })

  test('pushes older lines out as wholes', () => {
    const long = 'x'.repeat(60)
    const { frame } = draw({ columns: 40, lines: 9, registered: 30, logged: [long, 'a', long] })
    expect(frame.slice(-2)).toEqual(['a', long])
  })

  test('is cut at the end if it is longer than the whole screen', () => {
    const { frame } = draw({ columns: 40, lines: 9, logged: ['x'.repeat(900)] })
    expect(frame.at(-1)?.replaceAll('\r\n', '')).toBe(`${'x'.repeat(6 * 40 - 1)}…`)
  })
})

test.each([{ lines: 0 }, { lines: 1 }, { lines: 2 }, { lines: 4 }, { lines: 6 }])(
  'never takes more than $lines lines',
  ({ lines }) => {
    const page = 'http://a/'
    const { frame } = draw({ registered: 50, logged: 50, columns: 9, lines, page })
    const rows = frame.map((line) => Math.max(1, Math.ceil(Bun.stringWidth(line) / 9)))
    expect(rows.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(lines)
  },
)

test('a line of the log obeys nobody but the screen', () => {
  const [hostile] = drawFrame({
    registered: { size: 0, last: () => [] },
    page: undefined,
    log: [`\x1b[2J\r\n${'日'.repeat(12)}`],
    columns: 21,
    lines: 10,
    now: 0,
    words: wordsIn.pt,
  }).slice(-1)
  // Broken here: not every terminal gives two columns to such a letter.
  expect(hostile).toBe(`�[2J��${'日'.repeat(7)}\r\n\x1b[2K${'日'.repeat(5)}`)
})

test('speaks English to an operator who does not read Portuguese', () => {
  const page = 'http://127.0.0.1:3000/'
  const { frame } = draw({ language: 'en', page })
  expect(frame.slice(0, 3)).toEqual([
    'Registered clients: 0',
    `Web page: ${page}`,
    'Nobody is here yet. Everybody who registers appears in this table.',
  ])
  const { frame: long } = draw({ language: 'en', registered: 300, inCall: ['p300'] })
  expect(long[0]).toBe('Registered clients: 300 (* in a call)')
  expect(long[1]).toMatch(/^Name +IP +Port +Call port +Since$/)
  expect(long[2]).toMatch(/^… and \d+ more$/)
})
