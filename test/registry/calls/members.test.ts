import { beforeEach, describe, expect, test } from 'bun:test'
import { describe as wordsOf } from '../../../src/log/log.ts'
import { defaultLimits } from '../../support/limits.ts'
import { idOf, type TestEnd, TestExchange } from '../../support/switchboard.ts'

const id = idOf(1)
const ip = '10.0.0.1'

describe('a call of several', () => {
  let exchange: TestExchange
  let ana: TestEnd
  let bia: TestEnd
  let cris: TestEnd

  function join(name: string, at?: string): TestEnd {
    const end = exchange.join(name, at)
    end.ask({ verb: 'ready', conference: true })
    return end
  }

  const invite = (inviter: TestEnd, name: string) => inviter.ask({ verb: 'invite', id, name })

  function comes(end: TestEnd): void {
    const { name, ip } = end.registration
    expect(ana.ask({ verb: 'invite', id, name, ip })).toBe(id)
    expect(end.ask({ verb: 'accept', id })).toBe(id)
  }

  beforeEach(() => {
    exchange = new TestExchange()
    ana = join('ana')
    bia = join('bia')
    cris = join('cris')
    ana.ask({ verb: 'call', name: 'bia' })
    bia.ask({ verb: 'accept', id })
  })

  const news = () => [ana, bia, cris].map((end) => end.news())

  test('rings at the invited one as long as a call does, and tells both', () => {
    invite(ana, 'cris')
    news()
    exchange.pass(defaultLimits.ringTimeoutMs - 1)
    expect(news()).toEqual([[], [], []])
    exchange.pass(1)
    expect<unknown>(news()).toEqual([
      [{ kind: 'declined', id, invited: { name: 'cris', ip, reason: 'timeout' } }],
      [],
      [{ kind: 'ended', id, reason: 'timeout' }],
    ])
    expect([ana.talking, bia.talking, cris.talking]).toEqual([true, true, false])
  })

  test('lets long messages through at the newcomer, once it talks', () => {
    invite(ana, 'cris')
    expect(cris.talking).toBe(false)
    cris.ask({ verb: 'accept', id })
    expect(cris.talking).toBe(true)
    cris.ask({ verb: 'hangup', id })
    expect([ana.talking, bia.talking, cris.talking]).toEqual([true, true, false])
  })

  test('counts invitations like calls: of one that invites, and at one that declines', () => {
    const answers = Array.from({ length: 4 }, () => {
      const answer = invite(ana, 'cris')
      cris.ask({ verb: 'decline', id })
      return answer
    })
    expect(answers).toEqual([id, id, id, 'too-fast'])
    // Another name at the same address is still heard.
    expect(invite(bia, 'cris')).toBe(id)
    bia.ask({ verb: 'hangup', id, invited: { name: 'cris', ip } })
    for (let each = 0; each < 10; each += 1) join(`pessoa ${each}`)
    const many = Array.from({ length: 10 }, (_, each) => {
      const name = `pessoa ${each}`
      const answer = invite(ana, name)
      ana.ask({ verb: 'hangup', id, invited: { name, ip } })
      return answer
    })
    // The call, and three invitations, were begun before.
    expect(many.indexOf('too-fast')).toBe(defaultLimits.callBurst - 4)
  })

  test('holds as many as the limit says, and gives a place back', () => {
    const others = Array.from({ length: 6 }, (_, each) => join(`pessoa ${each}`))
    exchange.pass(600_000)
    for (const other of others.slice(0, 4)) {
      exchange.pass(30_000)
      comes(other)
    }
    expect(invite(bia, 'pessoa 4')).toBe('call-full')
    bia.ask({ verb: 'hangup', id })
    expect(invite(others[0] as TestEnd, 'pessoa 4')).toBe(id)
    expect(invite(others[1] as TestEnd, 'pessoa 5')).toBe('call-full')
  })

  test('hands the invitations of one that moves to its new connection', () => {
    invite(ana, 'cris')
    const mover = join('ana', '10.0.0.2')
    mover.ask({ verb: 'resume', id })
    cris.ask({ verb: 'decline', id })
    const inVain = { kind: 'declined', id, invited: { name: 'cris', ip, reason: 'declined' } }
    expect<unknown>(mover.news()).toEqual([{ kind: 'resumed', id, name: 'bia', ip }, inVain])
    expect<unknown>(ana.news().at(-1)).toEqual({ kind: 'ended', id, reason: 'moved' })
  })

  test('never has one that knows two alone beside an invited one, whoever is lost', () => {
    const old = exchange.join('Bia no celular')
    old.ask({ verb: 'resume', id })
    invite(ana, 'cris')
    bia.leave('lost')
    // It would be in a call of three as soon as Cris accepts.
    expect<unknown>(ana.news().at(-1)).toEqual({ kind: 'ended', id, reason: 'lost' })
    expect<unknown>(old.news()).toEqual([{ kind: 'ended', id, reason: 'lost' }])
    expect<unknown>(cris.news().at(-1)).toEqual({ kind: 'ended', id, reason: 'cancelled' })
  })

  test('prefers the place of a lost member to that of a namesake who is there', () => {
    comes(cris)
    const namesake = join('bia', '10.0.0.2')
    exchange.pass(60_000)
    comes(namesake)
    bia.leave('lost')
    news()
    namesake.news()
    const back = join('bia', '10.0.0.3')
    back.ask({ verb: 'resume', id })
    expect(namesake.news()).toEqual([{ kind: 'resumed', id, name: 'bia', ip: '10.0.0.3' }])
    expect(back.news()).toHaveLength(3)
  })

  test('keeps a place for two minutes, and after a restart waits as long for others', () => {
    comes(cris)
    bia.leave('lost')
    exchange.pass(defaultLimits.placeKeptMs)
    bia = join('bia')
    news()
    bia.ask({ verb: 'resume', id })
    expect(bia.news()).toEqual([])
    const unknown = idOf(9)
    const others = ['davi', 'eva', 'fabio', 'gil'].map((name) => join(name))
    const [davi, eva, fabio, gil] = others as [TestEnd, TestEnd, TestEnd, TestEnd]
    for (const each of [davi, eva]) each.ask({ verb: 'resume', id: unknown })
    exchange.pass(defaultLimits.placeKeptMs - 1)
    fabio.ask({ verb: 'resume', id: unknown })
    exchange.pass(1)
    gil.ask({ verb: 'resume', id: unknown })
    expect(fabio.news()).toHaveLength(2)
    expect(gil.news()).toEqual([])
  })

  test('keeps the place of a lost member for its name, whoever comes in for it, and how often', () => {
    comes(cris)
    bia.leave('lost')
    for (let each = 0; each < 20; each += 1) {
      const other = join(`outra ${each}`)
      other.ask({ verb: 'resume', id })
      expect(other.news()).toHaveLength(2)
      other.leave('lost')
    }
    const other = join('outra')
    other.ask({ verb: 'resume', id })
    bia = join('bia')
    bia.ask({ verb: 'resume', id })
    expect(bia.news().map((push) => 'name' in push && push.name)).toEqual(['ana', 'cris', 'outra'])
    // She is back, and nothing is kept for her: from now on she moves.
    const moved = join('bia', '10.0.0.2')
    moved.ask({ verb: 'resume', id })
    expect<unknown>(bia.news()).toEqual([{ kind: 'ended', id, reason: 'moved' }])
  })

  test('lets a lost member wait beside others in a full call, and in as soon as one goes', () => {
    exchange = new TestExchange({ maxCallMembers: 3 })
    ;[ana, bia, cris] = [join('ana'), join('bia'), join('cris')]
    ana.ask({ verb: 'call', name: 'bia' })
    bia.ask({ verb: 'accept', id })
    comes(cris)
    bia.leave('lost')
    const other = join('outra')
    other.ask({ verb: 'resume', id })
    bia = join('bia')
    bia.ask({ verb: 'resume', id })
    expect(bia.news()).toEqual([])
    other.ask({ verb: 'hangup', id })
    expect(bia.news()).toHaveLength(2)
  })

  test('keeps it, too, if the one who stands in goes on with another connection', () => {
    comes(cris)
    bia.leave('lost')
    const other = join('outra')
    other.ask({ verb: 'resume', id })
    const moved = join('outra', '10.0.0.2')
    moved.ask({ verb: 'resume', id })
    moved.leave('lost')
    bia = join('bia', '10.0.0.3')
    bia.ask({ verb: 'resume', id })
    expect(bia.news()).toHaveLength(2)
    // There was one place, and it was hers.
    const back = join('outra', '10.0.0.3')
    back.ask({ verb: 'resume', id })
    expect(back.news()).toEqual([])
  })

  test('of two that know only two, the lost one waits, and follows the one who took its place', () => {
    const other = join('outra')
    other.ask({ verb: 'resume', id })
    bia.leave('lost')
    expect(other.news()).toHaveLength(1)
    // The taker is lost as well, and she has waited: the place is hers again, and moves with her.
    bia = exchange.join('bia')
    bia.ask({ verb: 'resume', id })
    expect(bia.news()).toEqual([])
    other.leave('lost')
    expect(bia.news()).toHaveLength(1)
    const moved = exchange.join('bia', '10.0.0.2')
    moved.ask({ verb: 'resume', id })
    expect<unknown>(bia.news()).toEqual([{ kind: 'ended', id, reason: 'moved' }])
  })

  test('tells in one order, even if an end is lost while it is told', () => {
    invite(ana, 'cris')
    news()
    const tell = ana.tell.bind(ana)
    ana.tell = (push) => {
      tell(push)
      // A connection that cannot be written to is gone at once.
      if (push.kind === 'member') ana.leave('lost')
    }
    cris.ask({ verb: 'accept', id })
    const member = (name: string) => ({ kind: 'member', id, name, ip })
    const gone = { kind: 'gone', id, name: 'ana', ip, reason: 'lost' }
    expect<unknown>(news()).toEqual([
      [member('cris')],
      [member('cris'), gone],
      [member('ana'), member('bia'), gone],
    ])
  })

  test('signals have room with their sender, or are refused', () => {
    bia.room = 1_000
    const signal = (length: number) =>
      ana.ask({ verb: 'signal', id, payload: 'x'.repeat(length), to: { name: 'bia', ip } })
    expect(signal(700)).toBe('too-fast')
    expect(signal(600)).toBe(id)
  })

  test('tells the operator who came and went', () => {
    exchange.log.length = 0
    invite(ana, 'cris')
    cris.ask({ verb: 'decline', id })
    comes(cris)
    bia.leave('lost')
    bia = join('bia')
    bia.ask({ verb: 'resume', id })
    ana.ask({ verb: 'hangup', id })
    bia.leave()
    expect(exchange.log.map((entry) => wordsOf(entry, 'pt'))).toEqual([
      'Convite para a chamada: ana → cris',
      'Chamada recusada: ana → cris',
      'Convite para a chamada: ana → cris',
      'Entrou na chamada: cris → ana, bia',
      'Conexão perdida na chamada: bia → ana, cris',
      'Chamada retomada: bia → ana, cris',
      'Saiu da chamada: ana → cris, bia',
      'Chamada interrompida: cris → bia',
    ])
  })
})
