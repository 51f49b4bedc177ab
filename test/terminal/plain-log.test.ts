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
    write(text: string) {
      pipe.written.push(text)
      return !pipe.stalled
    },
    on: (event: string, listener: () => void) => events.on(event, listener),
    emit: (event: string) => events.emit(event),
  }
  return pipe
}

const nobody = { size: 0, first: () => [] }

test('writes the lines of the log alone', () => {
  const pipe = createPipe()
  const terminal = createTerminal({ stream: pipe, registered: nobody })
  terminal.log('um')
  terminal.changed()
  terminal.log('erro\n    em algum lugar')
  terminal.log('\x1b[31mdois\r')
  terminal.stop()
  expect(pipe.written).toEqual(['um\n', 'erro\n', '    em algum lugar\n', '�[31mdois�\n'])
})

test('a reader that stalls costs bounded memory and learns how many lines it missed', () => {
  const pipe = createPipe()
  const terminal = createTerminal({ stream: pipe, registered: nobody })
  pipe.stalled = true
  for (let i = 0; i < 9 * 1024; i++) terminal.log('x'.repeat(1023))
  expect(pipe.written.length).toBe(8 * 1024 + 1)
  pipe.stalled = false
  pipe.emit('drain')
  expect(pipe.written.at(-1)).toBe('… 1023 linhas perdidas: quem lê este registro não acompanha\n')
  terminal.log('de volta')
  expect(pipe.written.at(-1)).toBe('de volta\n')
})

test('a reader that has gone ends the log and nothing else', () => {
  const pipe = createPipe()
  const terminal = createTerminal({ stream: pipe, registered: nobody })
  pipe.emit('error')
  terminal.log('para ninguém')
  expect(pipe.written).toEqual([])
})
