import { describe, expect, test } from 'bun:test'
import type { RegistryLimits } from '../../../src/limits/registry-limits.ts'
import { formatPush } from '../../../src/wire/push.ts'
import { idOf, type TestEnd, TestExchange } from '../../support/switchboard.ts'

const id = idOf(1)
const free = { callBurst: 1_000, ringBurst: 1_000, callsNotTakenByAddress: 1_000 }

function conference(people: number, limits: Partial<RegistryLimits> = {}) {
  const exchange = new TestExchange(
    { ...free, maxCallMembers: 16, ...limits },
    { showsPartners: true },
  )
  // As long as a name may be.
  const name = (each: number) => `${each}`.padEnd(64, 'x')
  const join = (each: number) => {
    const end = exchange.join(name(each))
    end.ask({ verb: 'ready', conference: true })
    return end
  }
  const ends = Array.from({ length: people }, (_, each) => join(each))
  const [first, ...others] = ends as [TestEnd, ...TestEnd[]]
  const comes = (end: TestEnd) => {
    first.ask({ verb: 'invite', id, ...end.registration })
    end.ask({ verb: 'accept', id })
  }
  first.ask({ verb: 'call', name: name(1) })
  others[0]?.ask({ verb: 'accept', id })
  for (const each of others.slice(1)) comes(each)
  return { exchange, ends, comes }
}

/** Bytes that a watcher was told since the last time. */
const bytesTold = ({ presence }: TestExchange) =>
  presence.splice(0).reduce((sum, push) => sum + Buffer.byteLength(formatPush(push)), 0)

/** Whom a watcher takes to talk with whom, by pushes alone. */
function follow(exchange: TestExchange, known = new Map<string, string[]>()) {
  for (const push of exchange.presence.splice(0)) {
    if (push.kind === 'busy' && push.with) {
      const others = push.with.map(({ name }) => name)
      known.set(push.name, others.toSorted())
    } else if (push.kind === 'free') known.delete(push.name)
  }
  return known
}

const truth = ({ switchboard }: TestExchange) =>
  new Map(
    switchboard.presence.busy.map((push) => [
      push.name,
      (push.with ?? []).map(({ name }) => name).toSorted(),
    ]),
  )

describe('who talks with whom', () => {
  test('is told at once where little changes', () => {
    const { exchange, ends } = conference(4)
    const known = follow(exchange)
    expect(known).toEqual(truth(exchange))
    ends[3]?.ask({ verb: 'hangup', id })
    expect(follow(exchange, known)).toEqual(truth(exchange))
    expect(known.size).toBe(3)
  })

  test('costs a watcher no more however many come and go, however fast', () => {
    const { exchange, ends, comes } = conference(16)
    exchange.pass(60_000)
    bytesTold(exchange)
    const seconds = 20
    let lifecycles = 0
    for (let step = 0; step < seconds * 4; step += 1) {
      for (const end of ends.slice(2)) {
        end.ask({ verb: 'hangup', id })
        comes(end)
        lifecycles += 1
      }
      exchange.pass(250)
    }
    expect(lifecycles).toBe(1_120)
    const all = exchange.presence.splice(0)
    const told = (which: boolean) =>
      all
        .filter((push) => (push.kind === 'busy' && push.with !== undefined) === which)
        .reduce((sum, push) => sum + Buffer.byteLength(formatPush(push)), 0)
    // At each step it would be 40 MB. One telling of a call of 16 may begin with the last of the budget.
    expect(told(true)).toBeLessThan(32 * 1024 + seconds * 8 * 1024 + 20 * 1024)
    expect(told(false)).toBeLessThan(lifecycles * 200)
  })

  test('is told in the end, when it has changed faster than that', () => {
    const { exchange, ends, comes } = conference(16)
    const known = follow(exchange)
    for (let step = 0; step < 20; step += 1) {
      for (const end of ends.slice(2)) end.ask({ verb: 'hangup', id })
      for (const end of ends.slice(2, 9)) comes(end)
    }
    expect(follow(exchange, known)).not.toEqual(truth(exchange))
    for (let step = 0; step < 40; step += 1) exchange.pass(250)
    expect(follow(exchange, known)).toEqual(truth(exchange))
    expect(known.size).toBe(9)
    // Each call in its turn, and once.
    exchange.pass(60_000)
    expect(exchange.presence).toEqual([])
  })

  test('of a call that is over before its turn is not told', () => {
    const { exchange, ends } = conference(3, { partnerCharacterBurst: 1 })
    const known = follow(exchange)
    for (const end of ends) end.ask({ verb: 'hangup', id })
    exchange.pass(60_000)
    const pushes = exchange.presence.filter((push) => push.kind === 'busy' && push.with)
    expect(pushes).toEqual([])
    expect(follow(exchange, known).size).toBe(0)
  })

  test('waits for its turn behind a call that changes all the time', () => {
    const { exchange, ends, comes } = conference(16)
    const [davi, eva] = ['davi', 'eva'].map((name) => {
      const end = exchange.join(name)
      end.ask({ verb: 'ready' })
      return end
    }) as [TestEnd, TestEnd]
    const churn = () => {
      for (const end of ends.slice(2)) {
        end.ask({ verb: 'hangup', id })
        comes(end)
      }
    }
    for (let each = 0; each < 20; each += 1) churn()
    const known = follow(exchange)
    davi.ask({ verb: 'call', name: 'eva' })
    eva.ask({ verb: 'accept', id: idOf(2) })
    for (let step = 0; step < 40; step += 1) {
      churn()
      exchange.pass(250)
    }
    expect(follow(exchange, known).get('davi')).toEqual(['eva'])
  })
})
