import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { explain, wireWords } from '../../../src/web/wire/explain.ts'
import { WireLog } from '../../../src/web/wire/wire-log.ts'
import { isRefusalCode, refusalText } from '../../../src/wire/refusal.ts'

const id = 'abcdefghijklmnopqrstuv'

/** A conversation in which every request is made, with an answer and every push. */
const requests: [request: string, ...answers: string[]][] = [
  ['ana,127.0.0.1,4000,5000', 'success,Registrado com sucesso'],
  ['register,ana,5000', 'success,Registrado com sucesso'],
  ['list', 'ana'],
  ['details,ana', '127.0.0.1,5000'],
  ['ping', 'pong'],
  ['hello', 'success,1,x'],
  ['auth,x', 'success,Autorizado'],
  ['help', '.'],
  ['ready', 'success,Pronto para receber chamadas'],
  ['ready,conference', 'success,Pronto para receber chamadas'],
  ['call,ana', `success,${id}`],
  [`accept,${id}`, `success,${id}`],
  [`decline,${id}`, `success,${id}`],
  [`hangup,${id}`, `success,${id}`],
  [`signal,${id},eA`, `success,${id}`],
  [`invite,${id},ana`, `success,${id},ana,127.0.0.1`],
  [`hangup,${id},ana,127.0.0.1`, `success,${id}`],
  [`signal,${id},eA,ana,127.0.0.1`, `success,${id}`],
  [`signal,${id},${'e'.repeat(3_000)},ana,127.0.0.1`, `success,${id}`],
  [`resume,${id},ana,127.0.0.1`, `success,${id}`],
  ['watch', '*here,ana,127.0.0.1,5000,1', '*synced,1'],
  ['quit', 'Conexão encerrada'],
]
const pushes = [
  '*joined,ana,127.0.0.1,5000,1',
  '*left,ana,127.0.0.1',
  '*ready,ana,127.0.0.1',
  '*busy,ana,127.0.0.1',
  '*free,ana,127.0.0.1',
  `*call,${id},ana,127.0.0.1`,
  `*call,${id},ana,127.0.0.1,2,bia,127.0.0.1`,
  `*accepted,${id}`,
  `*declined,${id}`,
  `*declined,${id},ana,127.0.0.1,timeout`,
  `*member,${id},ana,127.0.0.1`,
  `*gone,${id},ana,127.0.0.1,lost`,
  `*ended,${id},hangup`,
  `*signal,${id},eA`,
  `*signal,${id},eA,ana,127.0.0.1`,
  `*signal,${id},${'e'.repeat(3_000)},ana,127.0.0.1`,
  `*resumed,${id},ana,127.0.0.1`,
  '*missed,ana,127.0.0.1',
  '*bye,shutdown,Conexão encerrada',
]

describe.each(['pt', 'en'] as const)('in %s', (language) => {
  const words = wireWords[language]
  const unknown = [words.noRequest, words.unknownPush, words.unasked, words.bareReply]

  test('each request, each reply and each push has a sentence of its own', () => {
    const log = new WireLog()
    for (const [request, ...answers] of requests) {
      log.said(request)
      for (const answer of answers) log.heard(answer)
    }
    for (const push of pushes) log.heard(push)
    const lines = log.after(0)
    const said = lines.map((line) => explain(line, words))
    for (const [index, sentence] of said.entries()) {
      expect([lines[index]?.text, unknown.includes(sentence)]).toEqual([
        lines[index]?.text ?? '',
        false,
      ])
    }
    // The two ways to register mean the same, and so do their replies (2); a long signal and a short one
    // for a member (1), or from one (1); and the replies to all signals (2), to `ready` and to `hangup` (2).
    expect(new Set(said).size).toBe(said.length - 8)
  })

  test('each refusal says why', () => {
    const codes = Object.keys(refusalText).filter(isRefusalCode)
    const sentences = codes.map((code) => {
      const log = new WireLog()
      log.said('call,ana')
      log.heard(`error,${refusalText[code]('ana')},${code}`)
      return explain(log.after(1)[0] ?? fail(), words)
    })
    expect(sentences).toEqual(codes.map((code) => words.refused(words.refusals[code])))
    expect(new Set(sentences).size).toBe(codes.length)
  })

  test('whatever is said and heard has some sentence', () => {
    fc.assert(
      fc.property(someLines, (lines) => {
        const log = new WireLog()
        for (const [isSaid, text] of lines) isSaid ? log.said(text) : log.heard(text)
        for (const line of log.after(0)) expect(explain(line, words)).not.toBe('')
      }),
    )
  })
})

const someLines = fc.array(fc.tuple(fc.boolean(), fc.string({ unit: 'binary', maxLength: 30 })), {
  maxLength: 20,
})

function fail(): never {
  throw new Error('no line')
}
