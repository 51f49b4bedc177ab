import { describe, expect, test } from 'bun:test'
import { row, sitDown } from './operator.ts'

const size = { columns: 80, lines: 24 }

/** The column at which a text begins on the screen, counted in cells. */
function cellOf(
  emulator: Awaited<ReturnType<typeof sitDown>>['emulator'],
  y: number,
  text: string,
) {
  const line = emulator.buffer.active.getLine(y)
  for (let x = 0; x < emulator.cols; x++) {
    if (line?.translateToString(true, x).startsWith(text)) return x
  }
  return -1
}

/** The lines as a selection copies them: one that the terminal itself wrapped is one line. */
function wholeLines(emulator: Awaited<ReturnType<typeof sitDown>>['emulator']): string[] {
  const { active } = emulator.buffer
  const lines: string[] = []
  for (let y = 0; y < emulator.rows; y++) {
    const line = active.getLine(active.viewportY + y)
    const text = line?.translateToString(true) ?? ''
    if (line?.isWrapped) lines.push(`${lines.pop()}${text}`)
    else lines.push(text)
  }
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
}

test('who joins appears at once, who leaves disappears', async () => {
  await using me = await sitDown(size)
  await me.see((screen) => screen[0] === 'Clientes registrados: 0')
  expect(me.screen()[1]).toStartWith('Ninguém por aqui ainda')

  await me.tell({ do: 'join', rows: [row('ana'), row('bia', { callPort: 5002 })] })
  const both = await me.see((screen) => screen[0] === 'Clientes registrados: 2')
  expect(both[1]).toMatch(/^Nome +IP +Porta +Porta de chamada +Desde$/)
  expect(both[2]).toMatch(/^ana +10\.0\.0\.7 +40001 +5001 +\d\d:\d\d:\d\d$/)
  expect(both[3]).toMatch(/^bia +10\.0\.0\.7 +40001 +5002 +\d\d:\d\d:\d\d$/)

  await me.tell({ do: 'leave', name: 'ana' })
  const one = await me.see((screen) => screen[0] === 'Clientes registrados: 1')
  expect(one).toEqual([
    expect.any(String),
    expect.stringMatching(/^Nome/),
    expect.stringMatching(/^bia /),
    '─'.repeat(80),
  ])
})

test('the newest lines of the log stand below the table', async () => {
  await using me = await sitDown(size)
  for (let i = 1; i <= 300; i++) await me.tell({ do: 'log', line: `linha ${i}` })
  const screen = await me.see((lines) => lines.at(-1) === 'linha 300')
  expect(screen).toHaveLength(23)
  expect(screen.slice(0, 4)).toEqual([
    'Clientes registrados: 0',
    'Ninguém por aqui ainda. Quem se registrar aparece nesta tabela.',
    '─'.repeat(80),
    'linha 281',
  ])
})

test('a terminal made narrow and short, and wide again, shows nothing but the picture', async () => {
  await using me = await sitDown(size)
  const names = Array.from({ length: 30 }, (_, i) => row(`pessoa-${i + 1}`))
  await me.tell({ do: 'join', rows: names })
  for (let i = 1; i <= 30; i++) await me.tell({ do: 'log', line: `${i} ${'log '.repeat(30)}` })
  const before = await me.see((screen) => screen.at(-2)?.startsWith('30 log') === true)

  me.resize(40, 10)
  const narrow = await me.see((screen) => screen[1]?.includes('Chamada') === true)
  expect(narrow).toHaveLength(9)
  expect(narrow[2]).toMatch(/^pessoa-29 +10\.0\.0\.7 +5001 +\d\d:\d\d:\d\d$/)
  expect(narrow[3]).toStartWith('pessoa-30 ')
  expect(narrow[4]).toBe('─'.repeat(40))
  expect(narrow.slice(5).join('')).toBe(`30 ${'log '.repeat(30)}`.trimEnd())

  me.resize(80, 24)
  expect(await me.see((screen) => screen.length === before.length)).toEqual(before)
})

test('the address of the page and the newest people stay in sight, those in a call with a mark', async () => {
  await using me = await sitDown({ columns: 200, lines: 50 })
  await me.tell({ do: 'page', url: 'https://192.168.0.7:3000/' })
  const people = Array.from({ length: 300 }, (_, i) => row(`p${i + 1}`, { inCall: i >= 298 }))
  await me.tell({ do: 'join', rows: people })
  for (let i = 1; i <= 100; i++) await me.tell({ do: 'log', line: `linha ${i}` })
  const screen = await me.see((lines) => lines.at(-1) === 'linha 100')
  expect(screen.slice(0, 2)).toEqual([
    'Clientes registrados: 300 (* em chamada)',
    'Página web: https://192.168.0.7:3000/',
  ])
  expect(screen.join('\n').match(/\bp\d+\b/g)).toHaveLength(87)
  expect(screen[32]).toMatch(/^p242 .* p271 .* \*p300 +10\.0\.0\.7 +40001 5001 +\d\d:\d\d:\d\d$/)

  await me.tell({ do: 'leave', name: 'p299' })
  await me.tell({ do: 'leave', name: 'p300' })
  await me.see((lines) => lines[0] === 'Clientes registrados: 298')
})

describe('a line that is longer than the screen is wide', () => {
  const command = '(echo register,Bia,5002; cat) | nc 192.168.0.7 3001'
  const tryIt = `2026-11-27 02:02:02 Para experimentar em um terminal: ${command}`

  test.each([{ columns: 80 }, { columns: 40 }, { columns: tryIt.length / 3 }])(
    'is copied as one line from a screen of $columns columns, whatever was there before',
    async ({ columns }) => {
      await using me = await sitDown({ columns, lines: 12 })
      for (let i = 1; i <= 3; i++) await me.tell({ do: 'log', line: 'ç'.repeat(2 * columns) })
      await me.see((screen) => screen.at(-1) === 'ç'.repeat(columns))
      await me.tell({ do: 'log', line: tryIt })
      await me.see((screen) => screen.join('').endsWith(command))
      expect(wholeLines(me.emulator).at(-1)).toBe(tryIt)
      await me.tell({ do: 'log', line: 'depois' })
      await me.see((screen) => screen.at(-1) === 'depois')
      expect(wholeLines(me.emulator).slice(-2)).toEqual([tryIt, 'depois'])
      // Many short lines, over all places where one was wrapped.
      for (let i = 1; i <= 12; i++) await me.tell({ do: 'log', line: `linha ${i}` })
      const screen = await me.see((lines) => lines.at(-1) === 'linha 12')
      expect(wholeLines(me.emulator)).toEqual(screen)
    },
  )

  test('is still one line below what was there before, once the process has ended', async () => {
    await using me = await sitDown({ columns: 40, lines: 12 })
    await me.tell({ do: 'log', line: tryIt })
    await me.tell({ do: 'stop' })
    const { buffer } = me.emulator
    await me.see((screen) => buffer.active.type === 'normal' && screen.join('').endsWith(command))
    expect(wholeLines(me.emulator)).toContain(tryIt)
  })
})

test.each([
  { locale: 'en_US.UTF-8', first: 'Registered clients: 0' },
  { locale: 'C', first: 'Registered clients: 0' },
  { locale: 'pt_PT@euro', first: 'Clientes registrados: 0' },
])('speaks the language of the operator with $locale', async ({ locale, first }) => {
  await using me = await sitDown({ ...size, locale })
  await me.see((screen) => screen[0] === first)
})

test('hostile names and lines move nothing, add nothing and colour nothing', async () => {
  await using me = await sitDown(size)
  const hostile = '\x1b[2J\x1b[31mZ\r\n\u202e\u009b5A\x07'
  await me.tell({ do: 'join', rows: [row('ana'), row(hostile), row('bia')] })
  await me.tell({ do: 'log', line: `antes ${hostile.replace('\n', '')}` })
  await me.tell({ do: 'log', line: 'depois' })
  const screen = await me.see((lines) => lines.at(-1) === 'depois')
  expect(screen).toHaveLength(8)
  expect(screen[2]).toStartWith('ana')
  expect(screen[3]).toMatch(/^�\[2J�\[31mZ����5A� +10\.0\.0\.7 +40001/)
  expect(screen[4]).toStartWith('bia')
  expect(screen[6]).toBe('antes �[2J�[31mZ���5A�')
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 80; x++) {
      expect(me.emulator.buffer.active.getLine(y)?.getCell(x)?.isFgDefault()).toBe(true)
    }
  }
})

// This emulator takes a family for eight columns and Bun for two: real terminals differ as much.
test('columns line up under wide characters, whatever the terminal takes for wide', async () => {
  await using me = await sitDown(size)
  const names = [
    'ana',
    '日本語',
    '👨‍👩‍👧‍👦👨‍👩‍👧‍👦',
    '🇧🇷 br',
    'e\u0301le\u0301',
    '❤️',
    '日'.repeat(64),
  ]
  await me.tell({ do: 'join', rows: names.map((name) => row(name)) })
  await me.see((screen) => screen[0] === 'Clientes registrados: 7')
  const start = cellOf(me.emulator, 1, 'IP')
  expect(start).toBeGreaterThan(0)
  const starts = names.map((_, i) => cellOf(me.emulator, i + 2, '10.0.0.7'))
  expect(starts).toEqual(names.map(() => start))
})

test('a line of the log that this terminal takes for wider than it is does not wrap', async () => {
  await using me = await sitDown(size)
  await me.tell({ do: 'log', line: '👨‍👩‍👧‍👦'.repeat(39) })
  await me.tell({ do: 'log', line: 'depois' })
  const screen = await me.see((lines) => lines.at(-1) === 'depois')
  expect(screen).toHaveLength(5)
})

test('a thousand changes in a second make some ten pictures, the last of the newest state', async () => {
  await using me = await sitDown(size)
  await me.see((screen) => screen[0] === 'Clientes registrados: 0')
  const before = me.pictures()
  const start = performance.now()
  await me.tell({ do: 'burst', changes: 1000, forMs: 1000 })
  await me.see((screen) => screen[2]?.startsWith('burst-1000 ') === true)
  const tenths = Math.ceil((performance.now() - start) / 100)
  const painted = me.pictures() - before
  expect(painted).toBeGreaterThan(1)
  expect(painted).toBeLessThanOrEqual(tenths + 1)
})

test('what the operator types over the picture is mended by the next one', async () => {
  await using me = await sitDown({ columns: 80, lines: 10 })
  for (let i = 1; i <= 20; i++) await me.tell({ do: 'log', line: `linha ${i}` })
  await me.see((screen) => screen.at(-1) === 'linha 20')
  me.type('oi\n\n\n')
  await me.see((screen) => screen[0] !== 'Clientes registrados: 0')
  await me.tell({ do: 'log', line: 'linha 21' })
  const mended = await me.see((screen) => screen.at(-1) === 'linha 21')
  expect(mended[0]).toBe('Clientes registrados: 0')
  expect(mended.slice(3)).toEqual(Array.from({ length: 6 }, (_, i) => `linha ${i + 16}`))
})

test('a terminal that is held (Ctrl-S) holds back its picture, not the process', async () => {
  await using me = await sitDown(size)
  await me.see((screen) => screen[0] === 'Clientes registrados: 0')
  me.type('\x13')
  const before = me.pictures()
  for (let i = 1; i <= 40; i++) {
    await me.tell({ do: 'join', rows: [row(`p${i}`)] })
    await Bun.sleep(10)
  }
  expect(me.pictures()).toBe(before)
  // Longer than between two pictures: so that no change, but the held one alone, brings the next.
  await Bun.sleep(250)
  me.type('\x11')
  await me.see((screen) => screen[0] === 'Clientes registrados: 40')
  expect(me.pictures()).toBeLessThanOrEqual(before + 2)
})

test('a terminal that is held does not hold up the end', async () => {
  await using me = await sitDown(size)
  await me.see((screen) => screen[0] === 'Clientes registrados: 0')
  me.type('\x13')
  await me.tell({ do: 'join', rows: [row('ana')] })
  await me.tell({ do: 'stop' })
  await me.tell({ do: 'retire' })
  expect(await me.child.exited).toBe(0)
  expect(me.screen()[0]).toBe('Clientes registrados: 0')
})

test('stopping leaves the last state below what was there before, and the cursor below that', async () => {
  await using me = await sitDown(size)
  await me.see((screen) => screen[0] === 'Clientes registrados: 0')
  await me.tell({ do: 'join', rows: [row('ana')] })
  await me.tell({ do: 'log', line: 'Encerrando o servidor' })
  await me.tell({ do: 'stop' })
  const screen = await me.see((lines) => lines.at(-1) === 'Encerrando o servidor')
  expect(screen.slice(0, 2)).toEqual(['$ bun start', 'Clientes registrados: 1'])
  expect(screen[3]).toStartWith('ana')
  expect(screen).toHaveLength(6)
  expect(me.emulator.buffer.active.type).toBe('normal')
  expect(me.emulator.buffer.active.cursorY).toBe(6)
  expect(me.emulator.buffer.active.cursorX).toBe(0)
  expect(me.output().lastIndexOf('\x1b[?25h')).toBeGreaterThan(me.output().lastIndexOf('\x1b[?25l'))

  const written = me.output().length
  await me.tell({ do: 'log', line: 'tarde demais' })
  await me.tell({ do: 'stop' })
  await me.tell({ do: 'join', rows: [row('bia')] })
  expect(me.output().length).toBe(written)
})

test('it does not keep the process alive', async () => {
  await using me = await sitDown(size)
  await me.tell({ do: 'join', rows: [row('ana')] })
  await me.see((screen) => screen[0] === 'Clientes registrados: 1')
  await me.tell({ do: 'retire' })
  expect(await me.child.exited).toBe(0)
})
