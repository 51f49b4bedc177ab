import { expect, test } from 'bun:test'
import { EventEmitter } from 'node:events'
import { createTerminal } from '../../src/terminal/terminal.ts'

/** A pipe whose reader may stall. */
function createPipe() {
  const events = new EventEmitter()
  const pipe = {
    fd: -1,
    stalled: false,
    written: [] as string[],
    /** All lines so far. */
    get lines(): string[] {
      return pipe.written.join('').split('\n').slice(0, -1)
    },
    write(text: string) {
      pipe.written.push(text)
      return !pipe.stalled
    },
    on: (event: string, listener: () => void) => events.on(event, listener),
    emit: (event: string) => events.emit(event),
  }
  return pipe
}

const nobody = { size: 0, last: () => [] }

test('writes the lines of the log alone', () => {
  const pipe = createPipe()
  const terminal = createTerminal({
    stream: pipe,
    registered: nobody,
    term: 'xterm',
    language: 'pt',
  })
  terminal.log('um')
  terminal.changed()
  terminal.log('erro\n    em algum lugar')
  terminal.log('\x1b[31mdois\r')
  terminal.stop()
  expect(pipe.written).toEqual(['um\nerro\n    em algum lugar\n�[31mdois�\n'])
})

test('writes once for all the lines of a turn, and at the end of it', async () => {
  const pipe = createPipe()
  const terminal = createTerminal({
    stream: pipe,
    registered: nobody,
    term: 'xterm',
    language: 'pt',
  })
  terminal.log('um')
  terminal.log('dois')
  expect(pipe.written).toEqual([])
  await Bun.sleep(0)
  expect(pipe.written).toEqual(['um\ndois\n'])
  await Bun.sleep(0)
  terminal.log('três')
  await Bun.sleep(0)
  expect(pipe.written).toEqual(['um\ndois\n', 'três\n'])
})

test('a reader that stalls costs bounded memory and learns how many lines it missed', async () => {
  const pipe = createPipe()
  const terminal = createTerminal({
    stream: pipe,
    registered: nobody,
    term: 'xterm',
    language: 'pt',
  })
  pipe.stalled = true
  for (let i = 0; i < 9 * 1024; i++) terminal.log('x'.repeat(1023))
  await Bun.sleep(0)
  expect(pipe.lines.length).toBe(8 * 1024 + 1)
  // As long as it stalls, no more.
  terminal.log('x')
  await Bun.sleep(0)
  expect(pipe.lines.length).toBe(8 * 1024 + 1)
  pipe.stalled = false
  pipe.emit('drain')
  terminal.log('de volta')
  await Bun.sleep(0)
  expect(pipe.lines.slice(-2)).toEqual([
    '… 1024 linhas perdidas: quem lê este registro não acompanha',
    'de volta',
  ])
})

test('a reader that has gone ends the log and nothing else', async () => {
  const pipe = createPipe()
  const terminal = createTerminal({
    stream: pipe,
    registered: nobody,
    term: 'xterm',
    language: 'pt',
  })
  pipe.emit('error')
  terminal.log('para ninguém')
  await Bun.sleep(0)
  expect(pipe.written).toEqual([])
})
