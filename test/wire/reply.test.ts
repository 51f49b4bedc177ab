import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { features, helpLines } from '../../src/wire/help.ts'
import { type RefusalCode, type Reply, verbs } from '../../src/wire/message.ts'
import { byeText, isByeCode, isRefusalCode, refusalText } from '../../src/wire/refusal.ts'
import { type AnsweredInOneLine, formatReply, parseReply } from '../../src/wire/reply.ts'

const id = '0123456789_-abcdefABCD'
const bia = { name: 'bia', ip: '::1' }
const verbsOfCalls = ['call', 'invite', 'accept', 'decline', 'hangup', 'signal', 'resume'] as const
const codes = Object.keys(refusalText) as RefusalCode[]

describe('a reply', () => {
  test.each<{ reply: Reply; words: string }>([
    { reply: { kind: 'registered' }, words: 'success,Registrado com sucesso' },
    { reply: { kind: 'names', names: 'ana,bia' }, words: 'ana,bia' },
    { reply: { kind: 'address', ip: '::1', callPort: 5000 }, words: '::1,5000' },
    { reply: { kind: 'bye' }, words: 'Conexão encerrada' },
    { reply: { kind: 'pong' }, words: 'pong' },
    { reply: { kind: 'authorized' }, words: 'success,Autorizado' },
    { reply: { kind: 'ready' }, words: 'success,Pronto para receber chamadas' },
    { reply: { kind: 'call', id }, words: `success,${id}` },
    { reply: { kind: 'call', id, other: bia }, words: `success,${id},bia,::1` },
    { reply: { kind: 'hello', features: [] }, words: 'success,1' },
    { reply: { kind: 'hello', features: ['a', 'b-c'] }, words: 'success,1,a,b-c' },
  ])('$words is the same in both framings, but for the newline', ({ reply, words }) => {
    expect(formatReply(reply, 'lines')).toBe(`${words}\n`)
    expect(formatReply(reply, 'bare')).toBe(words)
  })

  test('to watch is nothing by itself: the opening state is the answer', () => {
    expect(formatReply({ kind: 'watching' }, 'lines')).toBe('')
  })

  test('to help is a line for each request and a single dot', () => {
    const words = formatReply({ kind: 'help' }, 'lines')
    expect(words).toEndWith('\n.\n')
    for (const verb of [...verbs, 'hello']) {
      if (verb === 'call_request') continue
      expect(helpLines.some((line) => line.startsWith(verb))).toBeTrue()
    }
    expect(helpLines.filter((line) => line === '.')).toHaveLength(1)
    expect(helpLines.filter((line) => line.startsWith('*'))).toBeEmpty()
  })
})

describe('a refusal', () => {
  test.each<{ code: RefusalCode; text: string }>([
    { code: 'already-registered', text: 'Usuário já registrado' },
    {
      code: 'call-port-taken',
      text: 'Falha ao registrar cliente: ana - Já existe um usuário com esse IP recebendo chamadas nessa porta',
    },
    {
      code: 'server-port',
      text: 'Falha ao registrar cliente: ana - Não é possível registrar essa porta porque é a porta do servidor',
    },
    {
      code: 'same-port',
      text: 'Falha ao registrar cliente: ana - A porta de chamada deve ser diferente da porta de conexão ao servidor',
    },
  ])('$code has the words of the first server', ({ code, text }) => {
    const reply: Reply = { kind: 'refused', code, name: 'ana' }
    expect(formatReply(reply, 'bare')).toBe(`error,${text}`)
    expect(formatReply(reply, 'lines')).toBe(`error,${text},${code}\n`)
  })

  test.each(codes)('%s has a text of one line, without a comma, in NFC', (code) => {
    const text = refusalText[code]('ana')
    expect(text).toMatch(/^[^,\n\r*][^,\n\r]+$/)
    expect(text.normalize('NFC')).toBe(text)
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  test('has a text of its own for each code', () => {
    expect(new Set(codes.map((code) => refusalText[code]('ana'))).size).toBe(codes.length)
  })

  test('knows its own codes alone, and not those that every object has', () => {
    expect(codes.every(isRefusalCode)).toBeTrue()
    expect(Object.keys(byeText).every(isByeCode)).toBeTrue()
    for (const word of ['', 'constructor', 'toString', '__proto__', 'Bad-Name']) {
      expect({ word, known: isRefusalCode(word) || isByeCode(word) }).toEqual({
        word,
        known: false,
      })
    }
  })
})

describe('a line is read as the answer', () => {
  const callPort = fc.integer({ min: 1, max: 65_535 })
  const answers: fc.Arbitrary<[AnsweredInOneLine, Reply]> = fc.oneof(
    fc.constantFrom<[AnsweredInOneLine, Reply]>(
      ['register', { kind: 'registered' }],
      ['auth', { kind: 'authorized' }],
      ['ping', { kind: 'pong' }],
      ['quit', { kind: 'bye' }],
      ['list', { kind: 'names', names: 'ana,bia,josé' }],
      ['ready', { kind: 'ready' }],
      ['hello', { kind: 'hello', features: [...features] }],
      ['call', { kind: 'call', id, other: bia }],
    ),
    fc.tuple(fc.constantFrom(...verbsOfCalls), fc.constant<Reply>({ kind: 'call', id })),
    fc.tuple(
      fc.constantFrom('call' as const, 'invite' as const),
      fc.constant<Reply>({ kind: 'call', id, other: bia }),
    ),
    fc.tuple(
      fc.constant('details' as const),
      fc.record({ kind: fc.constant('address' as const), ip: fc.ipV4(), callPort }),
    ),
  )

  test('that was written', () => {
    fc.assert(
      fc.property(answers, ([verb, reply]) => {
        const line = formatReply(reply, 'lines').slice(0, -1)
        expect(parseReply(verb, line)).toEqual({ ok: true, value: { ok: true, value: reply } })
      }),
    )
  })

  test.each<{ verb: AnsweredInOneLine; line: string; reply: Reply }>([
    { verb: 'register', line: 'success,Registrado,7', reply: { kind: 'registered' } },
    { verb: 'auth', line: 'success,Autorizado,7', reply: { kind: 'authorized' } },
    { verb: 'ping', line: 'pong,7', reply: { kind: 'pong' } },
    { verb: 'ready', line: 'success,Pronto,7', reply: { kind: 'ready' } },
    {
      verb: 'details',
      line: '127.0.0.1,5000,6000',
      reply: { kind: 'address', ip: '127.0.0.1', callPort: 5000 },
    },
    { verb: 'accept', line: `success,${id},bia,::1`, reply: { kind: 'call', id } },
    { verb: 'signal', line: `success,${id},`, reply: { kind: 'call', id } },
    { verb: 'call', line: `success,${id},bia,::1,7`, reply: { kind: 'call', id, other: bia } },
    { verb: 'call', line: `success,${id}`, reply: { kind: 'call', id } },
    { verb: 'hello', line: 'success,1,x', reply: { kind: 'hello', features: ['x'] } },
  ])('that a later or an earlier version gives: $line to $verb', ({ verb, line, reply }) => {
    expect(parseReply(verb, line)).toEqual({ ok: true, value: { ok: true, value: reply } })
  })

  test('that is refused with more fields than today', () => {
    const refused = parseReply('call', 'error,Texto,too-fast,15,more')
    expect(refused).toEqual({ ok: true, value: { ok: false, error: 'too-fast' } })
  })

  test.each(codes)('that was refused with %s, whatever was asked', (code) => {
    const line = formatReply({ kind: 'refused', code, name: 'ana' }, 'lines').slice(0, -1)
    const asked = ['register', 'list', 'details', 'auth', 'ping', 'quit', 'ready', 'hello'] as const
    for (const verb of [...asked, ...verbsOfCalls]) {
      expect(parseReply(verb, line)).toEqual({ ok: true, value: { ok: false, error: code } })
    }
  })

  test.each<{ verb: AnsweredInOneLine; line: string }>([
    { verb: 'register', line: 'pong' },
    { verb: 'register', line: '' },
    { verb: 'auth', line: 'ok' },
    { verb: 'ping', line: 'Pong' },
    { verb: 'details', line: 'ana' },
    { verb: 'details', line: '127.0.0.1' },
    { verb: 'details', line: '127.0.0.1,0' },
    { verb: 'hello', line: 'success,2' },
    { verb: 'hello', line: 'error,Requisição desconhecida' },
    { verb: 'ready', line: 'pong' },
    { verb: 'call', line: 'success,Registrado com sucesso' },
    { verb: 'call', line: 'success' },
    { verb: 'accept', line: id },
    { verb: 'resume', line: `success,${id}A` },
    { verb: 'list', line: 'error,Usuário já registrado' },
    { verb: 'list', line: 'error,Texto,no-such-code' },
    { verb: 'list', line: 'error,Texto,constructor' },
    { verb: 'list', line: 'error,a,b,bad-name' },
    { verb: 'list', line: 'error' },
  ])('unless it is none: $line to $verb', ({ verb, line }) => {
    expect(parseReply(verb, line)).toEqual({ ok: false, error: undefined })
  })

  test('or is refused, and never throws', () => {
    const verb = fc.constantFrom<AnsweredInOneLine>(
      'register',
      'list',
      'details',
      'auth',
      'ping',
      'quit',
      'ready',
      'hello',
      ...verbsOfCalls,
    )
    fc.assert(
      fc.property(
        verb,
        fc.string({ unit: 'binary' }),
        (asked, line) => void parseReply(asked, line),
      ),
    )
  })
})
