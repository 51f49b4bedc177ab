import { expect, test } from 'bun:test'
import { lastCall } from '../../../src/web/wire/call-steps.ts'
import { WireLog } from '../../../src/web/wire/wire-log.ts'

const id = 'abcdefghijklmnopqrstuv'
const other = 'ABCDEFGHIJKLMNOPQRSTUV'

/** Lines as `> said` and `< heard`. */
function logOf(...lines: string[]): WireLog {
  const log = new WireLog()
  for (const line of lines) {
    if (line.startsWith('> ')) log.said(line.slice(2))
    else log.heard(line.slice(2))
  }
  return log
}

const drawn = (log: WireLog) =>
  lastCall(log.after(0))?.steps.map(({ from, to, label, isSeen, count }) =>
    [from, isSeen ? '→' : '⇢', to, label, ...(count > 1 ? [count] : [])].join(' '),
  )

test('a call that this end makes, with its signals in a row together', () => {
  const log = logOf(
    '> details,bia',
    '> call,bia,127.0.0.1',
    '< 127.0.0.1,5001',
    `< success,${id},bia,127.0.0.1`,
    `< *accepted,${id}`,
    `> signal,${id},eA`,
    `> signal,${id},eB`,
    `< success,${id}`,
    `< *signal,${id},eC`,
    `< success,${id}`,
    `> signal,${id},eD`,
    `< success,${id}`,
    '< *missed,caio,127.0.0.1',
    `< *ended,${id},hangup`,
    `> hangup,${id}`,
    '< error,Chamada não encontrada,unknown-call',
  )
  expect(lastCall(log.after(0))?.other).toBe('bia')
  expect(drawn(log)).toEqual([
    'you → registry call',
    'registry ⇢ other *call',
    'registry → you success',
    'other ⇢ registry accept',
    'registry → you *accepted',
    'you → registry signal 3',
    'registry ⇢ other *signal 3',
    'other ⇢ registry signal',
    'registry → you *signal',
    'other ⇢ registry hangup',
    'registry → you *ended,…,hangup',
    'you → registry hangup',
    'registry → you error,…,unknown-call',
  ])
})

test('a call that rings here; a time limit comes from nobody', () => {
  const log = logOf(`< *call,${id},bia,127.0.0.1`, `< *ended,${id},timeout`)
  expect(lastCall(log.after(0))?.other).toBe('bia')
  expect(drawn(log)).toEqual([
    'other ⇢ registry call',
    'registry → you *call',
    'registry → you *ended,…,timeout',
  ])
})

test('the last of several calls', () => {
  const log = logOf(
    `< *call,${id},bia,127.0.0.1`,
    `> decline,${id}`,
    `< success,${id}`,
    `< *call,${other},caio,127.0.0.1`,
  )
  expect(drawn(log)).toEqual(['other ⇢ registry call', 'registry → you *call'])
})

test('nothing where nobody called, or a call was refused', () => {
  expect(
    drawn(logOf('> call,bia', '< error,Usuário ocupado em outra chamada,busy')),
  ).toBeUndefined()
  expect(drawn(logOf('> list', '< ana'))).toBeUndefined()
})
