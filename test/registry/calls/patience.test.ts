import { beforeEach, describe, expect, test } from 'bun:test'
import { type TestEnd, TestExchange } from '../../support/switchboard.ts'

const minute = 60_000

describe('whoever is not answered', () => {
  let exchange: TestExchange
  let bia: TestEnd
  let ana: TestEnd

  beforeEach(() => {
    exchange = new TestExchange({ callBurst: 1_000, ringBurst: 1_000 })
    bia = exchange.join('bia')
    bia.ask({ verb: 'ready' })
    ana = exchange.join('ana')
  })

  const rings = (end: TestEnd, name = 'bia') => {
    const answer = end.ask({ verb: 'call', name })
    return answer === 'too-fast' ? undefined : answer
  }

  const isDeclined = (end: TestEnd, by = bia) => {
    const id = rings(end, by.registration.name)
    if (id === undefined) throw new Error('it did not ring')
    expect(by.ask({ verb: 'decline', id })).toBe(id)
  }

  /** Until it rings again, in seconds. */
  const waitOf = (end: TestEnd): number => {
    for (let seconds = 0; seconds < 3_600; seconds += 1) {
      if (rings(end)) return seconds
      exchange.pass(1_000)
    }
    throw new Error('it never rang again')
  }

  test('waits twice as long each time, and a quarter of an hour at most', () => {
    const waits: number[] = []
    for (let each = 0; each < 11; each += 1) {
      waits.push(waitOf(ana))
      bia.ask({ verb: 'decline', id: idOfCall(bia) })
    }
    expect(waits).toEqual([0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900])
  })

  test('may try again after no answer, but not for ever', () => {
    const rung: boolean[] = []
    for (let each = 0; each < 6; each += 1) {
      rung.push(rings(ana) !== undefined)
      exchange.pass(45_000)
    }
    expect(rung.slice(0, 5)).toEqual([true, true, true, true, true])
    let quiet = 0
    for (let second = 0; second < 3_600; second += 1) {
      if (rings(ana) === undefined) quiet += 1
      exchange.pass(1_000)
    }
    expect(quiet).toBeGreaterThan(2_700)
  })

  test.each([
    { how: 'takes it back', end: (id: string) => ana.ask({ verb: 'hangup', id }) },
    {
      how: 'leaves and comes back',
      end: () => {
        ana.leave()
        ana = exchange.join('ana')
      },
    },
  ])('waits as well who rings, $how, and rings again', ({ end }) => {
    let rung = 0
    for (let each = 0; each < 50; each += 1) {
      const id = rings(ana)
      if (id === undefined) break
      rung += 1
      end(id)
    }
    expect(rung).toBe(5)
  })

  test('waits under another name too, though later', () => {
    const rung: number[] = []
    for (let each = 0; each < 20; each += 1) {
      const other = exchange.join(`pessoa ${each}`)
      const id = rings(other)
      if (id) {
        rung.push(each)
        bia.ask({ verb: 'decline', id })
      }
      other.leave()
    }
    expect(rung).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  test('keeps no one waiting who calls from elsewhere, nor with somebody else', () => {
    const cris = exchange.join('cris')
    cris.ask({ verb: 'ready' })
    for (let each = 0; each < 3; each += 1) isDeclined(ana)
    expect(rings(ana)).toBeUndefined()
    const far = exchange.join('ana', '10.0.0.2')
    expect(rings(far)).toBeString()
    far.leave()
    expect(rings(ana, 'cris')).toBeString()
  })

  test('is welcome again once they have talked, or are called back', () => {
    for (let each = 0; each < 3; each += 1) isDeclined(ana)
    ana.ask({ verb: 'ready' })
    expect(rings(ana)).toBeUndefined()
    const back = String(rings(bia, 'ana'))
    ana.ask({ verb: 'accept', id: back })
    ana.ask({ verb: 'hangup', id: back })
    for (let each = 0; each < 2; each += 1) isDeclined(ana)
    const taken = String(rings(ana))
    bia.ask({ verb: 'accept', id: taken })
    ana.ask({ verb: 'hangup', id: taken })
    for (let each = 0; each < 3; each += 1) isDeclined(ana)
    expect(rings(ana)).toBeUndefined()
  })

  test('begins anew after being quiet for long', () => {
    for (let each = 0; each < 3; each += 1) isDeclined(ana)
    exchange.pass(31 * minute)
    for (let each = 0; each < 3; each += 1) isDeclined(ana)
    expect(rings(ana)).toBeUndefined()
  })

  test('an IPv6 network counts as one address', () => {
    for (let each = 0; each < 7; each += 1) {
      const other = exchange.join(`pessoa ${each}`, `2001:db8::${each + 1}`)
      isDeclined(other)
      other.leave()
    }
    expect(rings(exchange.join('ana', '2001:db8::ffff'))).toBeUndefined()
    expect(rings(exchange.join('ana', '2001:db8:0:1::1'))).toBeString()
  })

  test('no more callers are remembered than the limit says', () => {
    exchange = new TestExchange({
      ringBurst: 1_000,
      maxKnownCallers: 2,
      callsNotTakenByAddress: 99,
    })
    bia = exchange.join('bia')
    bia.ask({ verb: 'ready' })
    const [one, two, three] = ['um', 'dois', 'tres'].map((name) => exchange.join(name))
    for (let each = 0; each < 3; each += 1) isDeclined(one as TestEnd)
    for (const other of [two, three]) isDeclined(other as TestEnd)
    expect(rings(one as TestEnd)).toBeString()
  })
})

const idOfCall = (end: TestEnd): string => {
  const told = end.news().findLast((push) => push.kind === 'call')
  if (!told) throw new Error('nobody rings')
  return told.id
}
