import { beforeEach, describe, expect, test } from 'bun:test'
import { idOf, type TestEnd, TestExchange } from '../../support/switchboard.ts'

const id = idOf(1)
const resume = { verb: 'resume', id } as const
const hangup = { verb: 'hangup', id } as const
const ended = (reason: string) => [{ kind: 'ended', id, reason }]
const resumedWith = ({ registration: { name, ip } }: TestEnd) => [{ kind: 'resumed', id, name, ip }]

let exchange: TestExchange
let ana: TestEnd
let bia: TestEnd

beforeEach(() => {
  exchange = new TestExchange({ ringTimeoutMs: 45_000, resumeTimeoutMs: 30_000 })
  ana = exchange.join('ana')
  bia = exchange.join('bia')
  bia.ask({ verb: 'ready' })
})

const news = (...ends: TestEnd[]): unknown[] => ends.map((end) => end.news())

function talk(): void {
  ana.ask({ verb: 'call', name: bia.registration.name, ip: bia.registration.ip })
  bia.ask({ verb: 'accept', id })
  news(ana, bia)
  exchange.presence.splice(0)
}

const presence = () => exchange.presence.splice(0).map(({ kind, name, ip }) => [kind, name, ip])

describe('an end that comes back while the registry still holds its old connection', () => {
  test.each(['caller', 'callee'])('takes its place at once: the %s', (role) => {
    talk()
    const [old, other] = role === 'caller' ? [ana, bia] : [bia, ana]
    const mover = exchange.join(old.registration.name, '10.0.0.2')
    expect(mover.ask(resume)).toBe(id)
    expect(news(mover, other, old)).toEqual([
      resumedWith(other),
      resumedWith(mover),
      ended('moved'),
    ])
    expect([mover.talking, other.talking, old.talking]).toEqual([true, true, false])
    const { name } = old.registration
    expect(presence()).toEqual([
      ['free', name, '10.0.0.1'],
      ['busy', name, '10.0.0.2'],
    ])
    expect(other.ask({ verb: 'signal', id, payload: 'b2k' })).toBe(id)
    expect(news(mover, old)).toEqual([[{ kind: 'signal', id, payload: 'b2k' }], []])
    // The old one is free, and its end is nobody's business.
    expect(old.ask(hangup)).toBe('unknown-call')
    old.leave('lost')
    expect(news(mover, other)).toEqual([[], []])
    expect(mover.ask(hangup)).toBe(id)
    expect(news(other)).toEqual([ended('hangup')])
  })

  test('moves on and on, as far as the limit allows', () => {
    talk()
    for (const each of [2, 3, 4]) {
      const mover = exchange.join('ana', `10.0.0.${each}`)
      expect(mover.ask(resume)).toBe(id)
      expect(news(bia, ana)).toEqual([resumedWith(mover), ended('moved')])
      ana = mover
      news(ana)
    }
  })

  test('waits if its name is that of no end, and takes the place of the end that is lost', () => {
    talk()
    const mover = exchange.join('ana no celular')
    expect(mover.ask(resume)).toBe(id)
    expect(news(mover, ana, bia)).toEqual([[], [], []])
    expect(presence()).toEqual([['busy', 'ana no celular', '10.0.0.1']])
    ana.leave('lost')
    expect(news(mover, bia)).toEqual([resumedWith(bia), resumedWith(mover)])
    expect([mover.talking, bia.talking]).toEqual([true, true])
    expect(presence()).toEqual([])
    exchange.pass(60_000)
    expect(mover.ask({ verb: 'signal', id, payload: 'b2k' })).toBe(id)
    expect(news(bia)).toEqual([[{ kind: 'signal', id, payload: 'b2k' }]])
  })

  test('waits if both ends have its name', () => {
    bia = exchange.join('ana', '10.0.0.2')
    bia.ask({ verb: 'ready' })
    talk()
    const mover = exchange.join('ana', '10.0.0.3')
    expect(mover.ask(resume)).toBe(id)
    expect(news(mover, ana, bia)).toEqual([[], [], []])
    bia.leave('lost')
    expect(news(mover, ana)).toEqual([resumedWith(ana), resumedWith(mover)])
  })

  test('and both ends come back so: they take the places in order', () => {
    talk()
    const one = exchange.join('um')
    const two = exchange.join('dois')
    expect([one.ask(resume), two.ask(resume)]).toEqual([id, id])
    bia.leave('lost')
    expect(news(one, two, ana)).toEqual([resumedWith(ana), [], resumedWith(one)])
    ana.leave('lost')
    expect(news(one, two)).toEqual([resumedWith(two), resumedWith(one)])
  })

  test.each(['hangup', 'left'])('learns that the call is over meanwhile: %s', (reason) => {
    talk()
    const mover = exchange.join('ana no celular')
    mover.ask(resume)
    if (reason === 'left') bia.leave('left')
    else bia.ask(hangup)
    expect(news(mover, ana)).toEqual([ended(reason), ended(reason)])
    expect(exchange.switchboard.presence.busy).toEqual([])
  })

  test('gives up alone when it hangs up, or in time: the call goes on', () => {
    talk()
    const mover = exchange.join('ana no celular')
    mover.ask(resume)
    expect(mover.ask(hangup)).toBe(id)
    mover.ask(resume)
    exchange.pass(30_000)
    expect(news(mover, ana, bia)).toEqual([ended('lost'), [], []])
    expect(ana.ask({ verb: 'signal', id, payload: 'b2k' })).toBe(id)
  })
})

describe('the id of a call', () => {
  test('that rings gives nobody a place in it, nor a call of the same id', () => {
    ana.ask({ verb: 'call', name: 'bia' })
    const [one, two] = [exchange.join('ana', '10.0.0.2'), exchange.join('dois')]
    expect([one.ask(resume), two.ask(resume)]).toEqual([id, id])
    bia.ask({ verb: 'accept', id })
    expect(news(one, two, ana)).toEqual([[], [], [{ kind: 'accepted', id }]])
    ana.ask(hangup)
    expect(news(one, two)).toEqual([ended('hangup'), ended('hangup')])
  })

  test('lets an end that has no call any more end the waiting of the other', () => {
    ana.ask(resume)
    expect(bia.ask(hangup)).toBe(id)
    expect(news(ana, bia)).toEqual([ended('hangup'), []])
    expect(bia.ask(hangup)).toBe('unknown-call')
    expect(exchange.switchboard.presence.busy).toEqual([])
  })

  test('does not let one end it that has another call', () => {
    talk()
    const cris = exchange.join('cris')
    cris.ask({ verb: 'resume', id: idOf(9) })
    expect(ana.ask({ verb: 'hangup', id: idOf(9) })).toBe('unknown-call')
    expect(news(cris)).toEqual([[]])
  })
})

test('a talking end that quits has left, and one that is lost is lost; while it rings both have left', () => {
  talk()
  ana.leave('lost')
  expect(news(bia)).toEqual([ended('lost')])
  ana = exchange.join('ana')
  ana.ask(resume)
  bia.ask(resume)
  news(ana, bia)
  ana.leave('left')
  expect(news(bia)).toEqual([ended('left')])
  ana = exchange.join('ana')
  for (const how of ['left', 'lost'] as const) {
    ana.ask({ verb: 'call', name: 'bia' })
    bia.news()
    ana.leave(how)
    expect(bia.news()).toMatchObject([{ kind: 'ended', reason: 'left' }])
    ana = exchange.join('ana')
  }
})

test('when the registry stops nobody is told who is gone', () => {
  talk()
  const waits = exchange.join('cris')
  waits.ask({ verb: 'resume', id: idOf(9) })
  exchange.presence.splice(0)
  exchange.switchboard.stop()
  for (const end of [ana, waits, bia]) end.leave('lost')
  expect(news(ana, bia, waits)).toEqual([[], [], []])
  expect(exchange.presence).toEqual([])
})
