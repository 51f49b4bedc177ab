import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vectorOf } from '../../scripts/protocol/vector.ts'
import { filesOf, presentFiles, protocolText, root } from '../../scripts/protocol.ts'

test('the files in protocol/ are as PROTOCOL.md says; if not: bun scripts/protocol.ts', () => {
  const made = filesOf(protocolText)
  expect(presentFiles().sort()).toEqual([...made.keys()].sort())
  for (const [path, text] of made) expect(readFileSync(join(root, path), 'utf8')).toBe(text)
})

test('a vector ties each line to its request', () => {
  const { steps } = vectorOf(
    'Anything',
    [
      'a> register,ana,5000\\nwa\\c',
      'a< success,Registrado com sucesso',
      'a> tch\\nhelp',
      'a< *here,ana,127.0.0.1,5000,{any}',
      'a< *synced,1',
      'a< *joined,bia,127.0.0.1,5001,{any}',
      'a< one',
      'a< .',
      'a> p\\xffng',
      'a< error,A mensagem não é texto UTF-8 válido,bad-utf8',
      'a> quit\\c',
      'a> EOF',
      'a< Conexão encerrada',
      'a< EOF',
      'b< error,O servidor atingiu o limite de conexões,too-many-connections',
    ].join('\n'),
  )
  expect(steps.filter((step) => 'as' in step).map(({ as, ...rest }) => [as, rest])).toEqual([
    ['reply', reply('success,Registrado com sucesso', 'register,ana,5000')],
    ['push', push('*here,ana,127.0.0.1,5000,{any}')],
    ['push', push('*synced,1')],
    ['push', push('*joined,bia,127.0.0.1,5001,{any}')],
    ['reply', reply('one', 'help')],
    ['reply', reply('.', 'help')],
    ['reply', reply('error,A mensagem não é texto UTF-8 válido,bad-utf8', 'p\ufffdng')],
    ['reply', reply('Conexão encerrada', 'quit')],
    [
      'unasked',
      {
        connection: 'b',
        receives: 'error,O servidor atingiu o limite de conexões,too-many-connections\n',
      },
    ],
  ])
  expect(steps).toContainEqual({ connection: 'a', sendsHex: '70ff6e670a' })
})

const push = (line: string) => ({ connection: 'a', receives: `${line}\n` })
const reply = (line: string, to: string) => ({ ...push(line), to })
