import { beforeEach, describe, expect, test } from 'bun:test'
import { describe as wordsOf } from '../../../src/log/log.ts'
import { defaultLimits } from '../../support/limits.ts'
import { idOf, type TestEnd, TestExchange } from '../../support/switchboard.ts'

const first = idOf(1)
const anaAsRegistered = { name: 'ana', ip: '10.0.0.1' }
const biaAsRegistered = { name: 'bia', ip: '10.0.0.1' }
const zeca = { name: 'zeca', ip: '10.0.0.9' }

describe('a switchboard', () => {
  let exchange: TestExchange
  let ana: TestEnd
  let bia: TestEnd

  beforeEach(() => {
    exchange = new TestExchange({ ringTimeoutMs: 45_000, resumeTimeoutMs: 30_000 })
    ana = exchange.join('ana')
    bia = exchange.join('bia')
    bia.ask({ verb: 'ready' })
  })

  const ring = () => ana.ask({ verb: 'call', name: 'bia' })

  function talk(): void {
    ring()
    bia.ask({ verb: 'accept', id: first })
    ana.news()
    bia.news()
  }

  test('rings at once, and tells who calls and under which id', () => {
    expect(ring()).toBe(first)
    expect(bia.news()).toEqual([{ kind: 'call', id: first, name: 'ana', ip: '10.0.0.1' }])
    expect(ana.news()).toEqual([])
  })

  test('tells the ports of the one who accepts to the one who called', () => {
    ring()
    const media = { audioPort: 6000, videoPort: 6002 }
    expect(bia.ask({ verb: 'accept', id: first, media })).toBe(first)
    expect(ana.news()).toEqual([{ kind: 'accepted', id: first, media }])
  })

  test('lets long messages through while there is talk, at both ends', () => {
    ring()
    expect([ana.talking, bia.talking]).toEqual([false, false])
    bia.ask({ verb: 'accept', id: first })
    expect([ana.talking, bia.talking]).toEqual([true, true])
    ana.ask({ verb: 'hangup', id: first })
    expect([ana.talking, bia.talking]).toEqual([false, false])
  })

  test('ends an unanswered call when its time is over, and no earlier, for both', () => {
    ring()
    bia.news()
    exchange.pass(44_999)
    expect([ana.news(), bia.news()]).toEqual([[], []])
    exchange.pass(1)
    const ended = [{ kind: 'ended', id: first, reason: 'timeout' }]
    expect<unknown>([ana.news(), bia.news()]).toEqual([ended, ended])
    exchange.pass(100_000)
    expect([ana.news(), bia.news()]).toEqual([[], []])
  })

  test('lets a running call last', () => {
    talk()
    exchange.pass(86_400_000)
    expect([ana.news(), bia.news()]).toEqual([[], []])
    expect(ana.ask({ verb: 'signal', id: first, payload: 'b2k' })).toBe(first)
  })

  test('tells the one who waits to resume in vain, when its time is over', () => {
    expect(ana.ask({ verb: 'resume', id: first })).toBe(first)
    exchange.pass(29_999)
    expect(ana.news()).toEqual([])
    exchange.pass(1)
    expect(ana.news()).toEqual([{ kind: 'ended', id: first, reason: 'lost' }])
    expect(bia.ask({ verb: 'resume', id: first })).toBe(first)
    expect([ana.news(), bia.news()]).toEqual([[], []])
  })

  test.each([
    { names: 'none', ofAna: {}, ofBia: {} },
    { names: 'nobody who is here', ofAna: { other: zeca }, ofBia: { other: zeca } },
    { names: 'one of them', ofAna: { other: biaAsRegistered }, ofBia: {} },
  ])('resumes a call that it never knew for two who say its id, and name $names', (row) => {
    bia.ask({ verb: 'resume', id: first, ...row.ofBia })
    ana.ask({ verb: 'resume', id: first, ...row.ofAna })
    expect(ana.news()).toEqual([{ kind: 'resumed', id: first, ...biaAsRegistered }])
    expect(bia.news()).toEqual([{ kind: 'resumed', id: first, ...anaAsRegistered }])
    expect([ana.talking, bia.talking]).toEqual([true, true])
    expect(bia.ask({ verb: 'signal', id: first, payload: 'b2k' })).toBe(first)
    expect(ana.news()).toEqual([{ kind: 'signal', id: first, payload: 'b2k' }])
  })

  test('refuses signals that the other end has no room for, and does not send them', () => {
    talk()
    bia.room = 1_000
    expect(ana.ask({ verb: 'signal', id: first, payload: 'x'.repeat(1_000) })).toBe('too-fast')
    expect(bia.news()).toEqual([])
    expect(ana.ask({ verb: 'signal', id: first, payload: 'x'.repeat(900) })).toBe(first)
    expect(bia.news()).toHaveLength(1)
  })

  test('takes signals as fast as the limit says, each end counted by itself', () => {
    talk()
    const signal = (end: TestEnd) => end.ask({ verb: 'signal', id: first, payload: 'b2k' })
    for (let each = 0; each < 300; each += 1) expect(signal(ana)).toBe(first)
    expect(signal(ana)).toBe('too-fast')
    expect(signal(bia)).toBe(first)
    exchange.pass(1_000)
    for (let each = 0; each < 100; each += 1) expect(signal(ana)).toBe(first)
    expect(signal(ana)).toBe('too-fast')
  })

  test('lets nobody be rung more often than the limit says, whoever calls', () => {
    const rung = Array.from({ length: 20 }, (_, each) => {
      const caller = exchange.join(`pessoa ${each}`)
      const answer = caller.ask({ verb: 'call', name: 'bia' })
      caller.leave()
      return answer
    })
    expect(rung.indexOf('too-fast')).toBe(12)
    expect(bia.news().filter(({ kind }) => kind === 'call')).toHaveLength(12)
    exchange.pass(5_000)
    expect(ring()).toBe(idOf(13))
  })

  test('tells a busy end who called meanwhile, once in each of its calls', () => {
    const missed = { kind: 'missed' as const, name: 'cris', ip: '10.0.0.1' }
    const cris = exchange.join('cris')
    const call = () => cris.ask({ verb: 'call', name: 'bia' })
    talk()
    expect([call(), call()]).toEqual(['busy', 'busy'])
    expect([bia.news(), ana.news(), cris.news()]).toEqual([[missed], [], []])
    ana.ask({ verb: 'hangup', id: first })
    bia.news()
    ring()
    bia.news()
    expect([call(), bia.news()]).toEqual(['busy', [missed]])
  })

  test('tells no busy end of a caller that has to wait, nor of more callers than may ring', () => {
    const cris = exchange.join('cris', '10.0.0.2')
    for (let id = cris.ask({ verb: 'call', name: 'bia' }); id !== 'too-fast'; ) {
      bia.ask({ verb: 'decline', id })
      id = cris.ask({ verb: 'call', name: 'bia' })
    }
    const many = Array.from({ length: 40 }, (_, at) => exchange.join(`pessoa ${at}`, '10.0.0.3'))
    talk()
    expect(cris.ask({ verb: 'call', name: 'bia' })).toBe('busy')
    expect(bia.news()).toEqual([])
    for (const each of many) expect(each.ask({ verb: 'call', name: 'bia' })).toBe('busy')
    expect(bia.news()).toHaveLength(defaultLimits.ringBurst)
  })

  test('lets nobody ring more often than the limit says, whomever', () => {
    for (let each = 0; each < 10; each += 1) {
      exchange.join(`pessoa ${each}`).ask({ verb: 'ready' })
    }
    const answers = Array.from({ length: 10 }, (_, each) => {
      const id = ana.ask({ verb: 'call', name: `pessoa ${each}` })
      ana.ask({ verb: 'hangup', id })
      return id
    })
    expect(answers.indexOf('too-fast')).toBe(6)
    exchange.pass(10_000)
    expect(ring()).toBe(idOf(7))
  })

  test('takes nobody for ready who only calls, busy or not', () => {
    expect(ring()).toBe(first)
    const cris = exchange.join('cris')
    expect(cris.ask({ verb: 'call', name: 'ana' })).toBe('not-ready')
    ana.ask({ verb: 'hangup', id: first })
    expect(bia.ask({ verb: 'call', name: 'ana' })).toBe('not-ready')
    expect(ana.news()).toEqual([])
  })

  test('counts no call that did not ring', () => {
    for (let each = 0; each < 20; each += 1) {
      expect(bia.ask({ verb: 'call', name: 'ana' })).toBe('not-ready')
    }
    ana.ask({ verb: 'ready' })
    expect(bia.ask({ verb: 'call', name: 'ana' })).toBe(first)
  })

  test('tells watchers of each change once, and nothing of who is gone', () => {
    exchange.presence.splice(0)
    ana.ask({ verb: 'ready' })
    ana.ask({ verb: 'ready' })
    ring()
    ana.leave()
    ana.leave()
    const at = { ip: '10.0.0.1' }
    expect(exchange.presence).toEqual([
      { kind: 'ready', name: 'ana', ...at },
      { kind: 'busy', name: 'ana', ...at },
      { kind: 'busy', name: 'bia', ...at },
      { kind: 'free', name: 'bia', ...at },
    ])
    expect(exchange.switchboard.presence).toEqual({ ready: [bia.registration], busy: [] })
  })

  test('tells the operator who called whom and what became of it, and no id', () => {
    talk()
    bia.leave('lost')
    bia = exchange.join('bia')
    bia.ask({ verb: 'resume', id: first })
    ana.ask({ verb: 'resume', id: first })
    ana.ask({ verb: 'hangup', id: first })
    bia.ask({ verb: 'ready' })
    ring()
    bia.ask({ verb: 'decline', id: idOf(2) })
    ring()
    ana.ask({ verb: 'hangup', id: idOf(3) })
    ring()
    exchange.pass(45_000)
    expect(exchange.log.map((entry) => wordsOf(entry, 'pt'))).toEqual([
      'Chamada: ana → bia',
      'Chamada aceita: ana → bia',
      'Conexão perdida na chamada: ana → bia',
      'Chamada retomada: bia → ana',
      'Chamada encerrada: bia → ana',
      'Chamada: ana → bia',
      'Chamada recusada: ana → bia',
      'Chamada: ana → bia',
      'Chamada cancelada: ana → bia',
      'Chamada: ana → bia',
      'Chamada sem resposta: ana → bia',
    ])
    talk()
    bia.leave()
    expect(exchange.log.map((entry) => wordsOf(entry, 'pt')).at(-1)).toBe(
      'Chamada interrompida: ana → bia',
    )
  })
})
