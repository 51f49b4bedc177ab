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
  lastCall(log.after(0))?.steps.map(({ from, to, label, who, isSeen, count }) => {
    const about = who === undefined ? [] : [`(${who})`]
    return [from, isSeen ? '→' : '⇢', to, label, ...about, ...(count > 1 ? [count] : [])].join(' ')
  })

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

test('a call into which this end invites', () => {
  const long = 'e'.repeat(3_000)
  const log = logOf(
    '> call,bia,127.0.0.1',
    `< success,${id},bia,127.0.0.1`,
    `< *accepted,${id}`,
    `< *signal,${id},${long},bia,127.0.0.1`,
    `> invite,${id},caio,127.0.0.1`,
    `< success,${id},caio,127.0.0.1`,
    `< *declined,${id},caio,127.0.0.1,timeout`,
    `> invite,${id},davi,127.0.0.1`,
    `> invite,${id},edu,127.0.0.1`,
    `< success,${id},davi,127.0.0.1`,
    `< error,A chamada já tem o máximo de participantes,call-full`,
    `< *member,${id},davi,127.0.0.1`,
    `> signal,${id},${long},davi,127.0.0.1`,
    `< success,${id}`,
    `> signal,${id},${long},bia,127.0.0.1`,
    `< success,${id}`,
    `> signal,${id},eA,davi,127.0.0.1`,
    `< success,${id}`,
    `> invite,${id},fabi,127.0.0.1`,
    `< success,${id},fabi,127.0.0.1`,
    `> hangup,${id},fabi,127.0.0.1`,
    `< success,${id}`,
    `< *gone,${id},bia,127.0.0.1,lost`,
    `< *gone,${id},davi,127.0.0.1,hangup`,
    `< *resumed,${id},bia,127.0.0.1`,
    `> hangup,${id}`,
    `< success,${id}`,
  )
  expect(lastCall(log.after(0))).toMatchObject({ other: 'bia', isOfSeveral: true })
  expect(drawn(log)).toEqual([
    'you → registry call',
    'registry ⇢ other *call',
    'registry → you success',
    'other ⇢ registry accept',
    'registry → you *accepted',
    'other ⇢ registry signal (bia)',
    'registry → you *signal (bia)',
    'you → registry invite (caio)',
    'registry ⇢ other *call (caio)',
    'registry → you success',
    'registry → you *declined,…,timeout (caio)',
    'you → registry invite (davi)',
    'registry ⇢ other *call (davi)',
    'you → registry invite (edu)',
    'registry → you success',
    'registry → you error,…,call-full',
    'other ⇢ registry accept (davi)',
    'registry → you *member (davi)',
    'you → registry signal (davi) 2',
    'registry ⇢ other *signal (davi) 2',
    'you → registry signal (bia)',
    'registry ⇢ other *signal (bia)',
    'you → registry invite (fabi)',
    'registry ⇢ other *call (fabi)',
    'registry → you success',
    'you → registry hangup (fabi)',
    'registry ⇢ other *ended (fabi)',
    'registry → you success',
    'registry → you *gone,…,lost (bia)',
    'other ⇢ registry hangup (davi)',
    'registry → you *gone,…,hangup (davi)',
    'registry → you *resumed (bia)',
    'you → registry hangup',
    'registry ⇢ other *ended',
    'registry → you success',
  ])
})

test('a call into which this end is invited; whoever was there has asked for nothing', () => {
  const log = logOf(
    `< *call,${id},bia,127.0.0.1,2,caio,127.0.0.1`,
    `> accept,${id}`,
    '> ping',
    `< success,${id}`,
    `< *member,${id},bia,127.0.0.1`,
    `< *member,${id},caio,127.0.0.1`,
    '< pong',
    `< *member,${id},davi,127.0.0.1`,
    `> hangup,${id}`,
    `< success,${id}`,
  )
  expect(drawn(log)).toEqual([
    'other ⇢ registry invite (bia)',
    'registry → you *call (bia)',
    'you → registry accept',
    'registry ⇢ other *member',
    'registry → you success',
    'registry → you *member (bia)',
    'registry → you *member (caio)',
    'other ⇢ registry accept (davi)',
    'registry → you *member (davi)',
    'you → registry hangup',
    'registry ⇢ other *gone',
    'registry → you success',
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
