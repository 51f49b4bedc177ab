import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { shown, timeAnswers, type Waits } from '../support/neighbour.ts'
import type { Peer } from '../support/peer.ts'
import { startProcess, type TestProcess } from '../support/process.ts'
import { openTab, type TestTab } from '../support/tab.ts'
import type { Visitor } from '../support/visitor.ts'

/**
 * What one registered browser asks for within its limits, at an address that no limit per address
 * concerns, while somebody else talks to the registry of the same process.
 */

const people = 6_000
const attackMs = 1_500
/** So many times longer than before may 99 of 100 answers take. A list rendered in one go took thousands. */
const longestTimes = 40
/** The quickest answers are not comparable with anything: a turn of the list's work is 4 ms. */
const leastMs = 1
/** As many answers as before, divided by this, come at least: one long silence is not among 99 of 100. */
const fewestPart = 3
const tries = 3

/** Every part of what all of them have in common: each shows everybody, and is another view. */
const filters = ['127.0.0.1', 'pessoa '].flatMap((text) =>
  Array.from(text, (_, from) =>
    Array.from(text.slice(from), (_, to) => text.slice(from, from + to + 1)),
  ).flat(),
)
const filterOf = (turn: number): string => filters[turn % filters.length] ?? ''

/** How many times longer answers take than before, and how many times fewer come. */
type Comparison = { longer: number; fewer: number }

/** Does something, about so many times a second, until the time is over. */
async function often(perSecond: number, act: (turn: number) => unknown): Promise<void> {
  const began = performance.now()
  for (let turn = 0; performance.now() - began < attackMs; ) {
    const due = ((performance.now() - began) / 1_000) * perSecond
    if (turn >= due) await Bun.sleep(2)
    else act(turn++)
  }
}

describe('beside a browser that asks for much of a long list', () => {
  let house: TestProcess
  let neighbour: Peer
  const crowd: Peer[] = []
  let before: Waits
  let browsers = 0

  beforeAll(async () => {
    // So that a browser can say that it comes from elsewhere.
    house = await startProcess({ TRUSTED_PROXIES: '127.0.0.1' })
    for (let batch = 0; batch < people; batch += 200) {
      const some = Array.from({ length: 200 }, async (_, each) => {
        const peer = await house.connect()
        await peer.ask(`register,Pessoa ${batch + each},${2_000 + batch + each}`)
        return peer
      })
      crowd.push(...(await Promise.all(some)))
    }
    neighbour = await house.connect()
    await neighbour.ask('register,vizinha,1999')
    before = await timeAnswers(neighbour, Bun.sleep(attackMs))
    console.info(`before: ${shown(before)}`)
  }, 30_000)

  afterAll(async () => {
    for (const peer of [...crowd, neighbour]) peer.reset()
    await house[Symbol.asyncDispose]()
  })

  async function attacker(): Promise<Visitor> {
    const visitor = house.visitor()
    await visitor.register(`atacante ${++browsers}`, 20_000 + browsers)
    return visitor
  }

  async function tabsOf(visitor: Visitor, count: number): Promise<TestTab[]> {
    const tabs = await Promise.all(Array.from({ length: count }, () => openTab(house, visitor)))
    for (const tab of tabs) await tab.saw('innerMorph')
    return tabs
  }

  /** A machine that runs other tests has pauses of its own, which pass; a fault of ours comes back. */
  async function waitsBeside(what: string, attack: () => Promise<unknown>): Promise<Comparison> {
    for (let left = tries - 1; ; left -= 1) {
      const waits = await timeAnswers(neighbour, attack())
      console.info(`${what}: ${shown(waits)}`)
      const longer = waits.p99 / Math.max(leastMs, before.p99)
      const fewer = before.count / waits.count
      if ((longer < longestTimes && fewer < fewestPart) || left === 0) return { longer, fewer }
    }
  }

  const withTabs =
    (count: number, perSecond: number, act: (tab: TestTab, turn: number) => void) =>
    async (visitor: Visitor) => {
      const tabs = await tabsOf(visitor, count)
      await often(perSecond, (turn) => {
        for (const tab of tabs) if (tab.closed() === undefined) act(tab, turn)
      })
      for (const tab of tabs) tab.close()
    }

  const pages = withTabs(4, 48, (tab, turn) =>
    tab.say(turn % 2 === 0 ? { filter: filterOf(turn), order: 'name' } : { pages: 40 }),
  )
  /** Many browsers behind one address that nobody trusts, each within its own limits. */
  const fromOneAddress = async () => {
    const elsewhere = { 'X-Forwarded-For': '203.0.113.9' }
    const tabs: TestTab[] = []
    for (let each = 0; each < 40; each += 1) {
      const visitor = house.visitor(elsewhere)
      await visitor.register(`atacante ${++browsers}`, 20_000 + browsers)
      tabs.push(await openTab(house, visitor, { filter: '', order: 'name' }, elsewhere))
    }
    await often(24, (turn) => {
      const view = turn % 2 === 0 ? { filter: filterOf(turn), order: 'name' } : { pages: 40 }
      for (const tab of tabs) if (tab.closed() === undefined) tab.say(view)
    })
    for (const tab of tabs) tab.close()
  }

  const asks = async (visitor: Visitor) => {
    const answers: Promise<unknown>[] = []
    await often(900, (turn) => {
      answers.push(visitor.get(`/people?filter=${filterOf(turn)}`))
    })
    await Promise.all(answers)
  }
  const reconnects = async (visitor: Visitor) => {
    const opened: Promise<void>[] = []
    await often(200, (turn) => {
      const view = { filter: filterOf(turn), order: 'newest', pages: '40' }
      const tab = openTab(house, visitor, view)
      opened.push(tab.then(async ({ close }) => void setTimeout(close, 100)))
    })
    await Promise.all(opened)
  }
  const junk = withTabs(16, 48, (tab) => tab.sayText('[{"a":'.repeat(10_000)))

  test.each([
    ['a filter, then forty pages', pages],
    ['pages over HTTP, with as many filters', asks],
    ['a long list at every connect', reconnects],
    ['what is no message, and long', junk],
    ['forty browsers at one address', fromOneAddress],
  ] as const)(
    '%s: the registry answers others as before',
    async (what, attack) => {
      const visitor = await attacker()
      const { longer, fewer } = await waitsBeside(what, () => attack(visitor))
      expect(longer).toBeLessThan(longestTimes)
      expect(fewer).toBeLessThan(fewestPart)
      // The attacker too is still served, once it has paid.
      const tab = await openTab(house, await attacker())
      await tab.saw('Pessoa 0')
      tab.close()
    },
    30_000,
  )
})
