import { expect, test } from 'bun:test'
import { boundLog } from '../../src/log/bounded-log.ts'
import { createLog, describe as describeEntry, type LogEntry } from '../../src/log/log.ts'

const opened = (port: number): LogEntry => ({ event: 'connection.opened', ip: '10.0.0.7', port })

function bounded() {
  const lines: string[] = []
  let time = 0
  const { log, tell } = boundLog(
    (entry) => lines.push(describeEntry(entry, 'pt')),
    () => time,
    { language: 'pt' },
  )
  return {
    lines,
    log,
    tell,
    pass: (seconds: number) => {
      time += seconds * 1_000
    },
  }
}

test('what a thousand people cause who come at once is written line by line', () => {
  const { log, lines, tell } = bounded()
  for (let port = 1; port <= 1_000; port += 1) {
    log(opened(port))
    log({ event: 'registration.accepted', name: `Ana ${port}`, ip: '10.0.0.7', port })
    log({ event: 'client.left', name: `Ana ${port}`, ip: '10.0.0.7', port })
  }
  tell()
  expect(lines).toHaveLength(3_000)
  expect(lines.at(-1)).toBe('Cliente desconectado: Ana 1000 (10.0.0.7:1000)')
})

test('a flood is summed up, and other lines are written meanwhile', () => {
  const { log, lines, tell } = bounded()
  for (let port = 1; port <= 50_000; port += 1) log(opened(port))
  log({ event: 'server.stopping', why: 'SIGTERM' })
  tell()
  expect(lines.slice(-2)).toEqual([
    'Encerrando o servidor (SIGTERM)',
    '… e mais 48000 linhas como esta: Nova conexão de 10.0.0.7:50000',
  ])
  expect(lines).toHaveLength(2_002)
  tell()
  expect(lines).toHaveLength(2_002)
})

test('a flood of refusals of all kinds is told in part, and the others are counted', () => {
  const { log, lines, tell, pass } = bounded()
  for (let each = 0; each < 500; each += 1) {
    log({ event: 'request.refused', text: 'não' })
    log({ event: 'address.fast', ip: '10.0.0.7', port: each })
  }
  expect(lines).toHaveLength(200)
  log({ event: 'client.left', name: 'ana', ip: '10.0.0.1', port: 1 })
  expect(lines).toHaveLength(201)
  tell()
  expect(lines.at(-1)).toBe('Outras 800 recusas em pouco tempo não foram anotadas uma a uma')
  pass(1)
  for (let each = 0; each < 30; each += 1) log({ event: 'request.refused', text: 'não' })
  expect(lines).toHaveLength(222)
})

test('an hour of it is no more than the rate, whoever goes on', () => {
  const { log, lines, tell, pass } = bounded()
  for (let second = 0; second < 3_600; second += 1) {
    for (let each = 0; each < 200; each += 1) log(opened(each))
    pass(1)
    if (second % 10 === 9) tell()
  }
  expect(lines.length).toBeLessThan(2_000 + 3_600 * 50 + 360)
})

test('bugs are summed up far sooner, by their first line, and are no longer than they need be', () => {
  const { log, lines, tell } = bounded()
  const error = new Error('broken'.repeat(10_000))
  for (let each = 0; each < 1_000; each += 1) log({ event: 'bug', where: 'registry', error })
  tell()
  expect(lines).toHaveLength(21)
  expect(lines.at(-1)).toStartWith(
    '… e mais 980 linhas como esta: Erro interno em registry: Error: broken',
  )
  expect(lines.join('').length).toBeLessThan(21 * 5_000)
})

test('what was left out is told by itself after a while', async () => {
  const lines: string[] = []
  const write = createLog({ write: (line) => lines.push(line), now: () => 0, language: 'pt' })
  const told = Promise.withResolvers<void>()
  const { log } = boundLog(
    (entry) => {
      write(entry)
      if (entry.event === 'lines.omitted') told.resolve()
    },
    () => 0,
    { language: 'pt', tellEveryMs: 5 },
  )
  for (let port = 1; port <= 2_001; port += 1) log(opened(port))
  await told.promise
  expect(lines.at(-1)).toEndWith('… e mais 1 linha como esta: Nova conexão de 10.0.0.7:2001')
})
