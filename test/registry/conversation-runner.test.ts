import { describe, expect, test } from 'bun:test'
import { feedingsOf, runConversation } from '../support/conversation.ts'
import { startTestRegistry } from '../support/registry.ts'

const registered = 'a> ana,127.0.0.1,4000,5000\na< success,Registrado com sucesso'

describe('the runner of conversations rejects', () => {
  test.each([
    { what: 'a reply that differs', text: 'a> ping\na< PONG', why: 'line 2: a< PONG' },
    { what: 'a reply that is longer', text: 'a> ping\na< pon', why: 'but got  "pong"' },
    { what: 'a line that is no step', text: 'a> ping\na= pong', why: 'line 2 is neither' },
    { what: 'a setting after the first step', text: 'a> ping\na: bare', why: 'line 2 is neither' },
    { what: 'an unknown setting', text: 'a: naked\na> ping', why: 'line 1 is neither' },
    { what: 'a step of the log to itself', text: 'log> x', why: 'line 1 is neither' },
    { what: 'a setting that a peer could be mistaken for', text: 'log: x', why: 'line 1 is' },
    { what: 'an unknown escape', text: 'a> \\q\na< x', why: 'no such escape: \\q' },
    { what: 'nothing at all', text: '# nothing', why: 'nothing is said' },
    { what: 'output that nobody mentions', text: 'a> ping', why: 'a was left with "pong"' },
    {
      what: 'a push that nobody mentions',
      text: 'w> watch\nw< *synced,0\na> bia,127.0.0.1,4001,5001\na< success,Registrado com sucesso',
      why: 'w was left with "*joined,bia,',
    },
    { what: 'an end that nobody mentions', text: 'a> quit\na< Conexão encerrada', why: 'EOF' },
    { what: 'an end that comes too late', text: 'a> quit\na< EOF', why: 'expected the end' },
    { what: 'an end that never comes', text: 'a> ping\na< pong\na> x\na< pong', why: 'line 4' },
    {
      what: 'a word after the end',
      text: 'a> quit\na< Conexão encerrada\na< EOF\na> ping',
      why: 'gone',
    },
    { what: 'an EOF taken for a reset', text: 'a> EOF\na< RESET', why: 'expected RESET' },
    { what: 'a log line that differs', text: 'a> ping\na< pong\nlog< Servidor', why: 'line 3' },
    {
      what: 'a log that is told in part',
      text: 'a> ping\na< pong\nlog< Servidor iniciado em {server.ip}:{server.port}',
      why: 'the log had more',
    },
    {
      what: 'a placeholder for more than one field',
      text: `${registered}\na> details,ana\na< {any}`,
      why: 'expected "{any}"',
    },
    {
      what: 'a newline to a first client',
      text: 'a: bare\na> ana,127.0.0.1,4000,5000\na< success,Registrado com sucesso\\n',
      why: 'but got  "success,Registrado com sucesso"',
    },
  ])('$what', async ({ text, why }) => {
    const error = await runConversation(text).then(
      () => undefined,
      (reason: Error) => reason.message,
    )
    expect(error).toContain(why)
  })
})

describe('the runner of conversations', () => {
  test('feeds a line conversation whole, byte by byte and cut at every position', () => {
    expect(feedingsOf('a> ping\na< pong')).toEqual(['whole', 'byte by byte', 1, 2, 3, 4])
  })

  test('leaves whole what first clients and clocks have a say in', () => {
    expect(feedingsOf('a: bare\na> x')).toEqual(['whole'])
    expect(feedingsOf('fed: whole\na> x')).toEqual(['whole'])
  })

  test('runs against a registry of another make', async () => {
    const seen: string[] = []
    await runConversation('limits: maxConnections=1\na> ping\na< pong', {
      startRegistry: (overrides) => {
        seen.push(String(overrides.limits?.maxConnections))
        return startTestRegistry(overrides)
      },
    })
    expect(seen).toEqual(['1'])
  })
})
