import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { startTestNode } from '../support/node.ts'
import { hasRedis, type Redis, startRedis } from '../support/redis.ts'
import { openTab } from '../support/tab.ts'
import type { Visitor } from '../support/visitor.ts'
import { startTestWeb, type TestWeb } from '../support/web.ts'

describe.skipIf(!hasRedis)('the pages of two nodes', () => {
  let redis: Redis
  let here: TestWeb
  let there: TestWeb

  async function startNode(): Promise<TestWeb> {
    const tcp = await startTestNode(redis.url, { times: { recoverMs: 0 } })
    return startTestWeb({ tcp, severalServers: true })
  }
  beforeAll(async () => {
    redis = await startRedis()
    here = await startNode()
    there = await startNode()
  })
  afterAll(async () => {
    await there?.[Symbol.asyncDispose]()
    await here?.[Symbol.asyncDispose]()
    await redis?.[Symbol.asyncDispose]()
  })

  /** The same browser, led to the other node. */
  function ledThere(visitor: Visitor): Visitor {
    const same = there.visitor()
    same.takeCookiesOf(visitor, there.url)
    return same
  }

  test('a browser that is led to another node goes on there, under its own name', async () => {
    const ana = here.visitor()
    expect((await ana.register('Ana', 5000)).status).toBe(303)
    const list = await ledThere(ana).get('/people')
    expect(list.status).toBe(200)
    expect(list.html).toContain('Ana')
    expect(there.web.sessions).toBe(1)
    await eventually('its session here is over', () => here.web.sessions === 0)
    expect(there.tcp.directory.names).toBe('Ana')
    await ledThere(ana).post('/leave')
    await eventually('it has left', () => here.tcp.directory.size === 0)
  })

  test('its tab here is told to dial again, and comes back by itself', async () => {
    const bia = here.visitor()
    await bia.register('Bia', 5001)
    const tab = await openTab(here, bia)
    await ledThere(bia).get('/people')
    await eventually('the tab is closed', () => tab.closed() !== undefined)
    expect(tab.closed()).toBe(1012)
    const again = await openTab(here, bia)
    await again.saw('Bia')
    await eventually('its session there is over', () => there.web.sessions === 0)
    expect(here.tcp.directory.names).toBe('Bia')
    await bia.post('/leave')
    again.close()
    await eventually('it has left', () => there.tcp.directory.size === 0)
  })

  test('tabs that stay at two nodes do not take the session from each other without end', async () => {
    const edu = here.visitor()
    await edu.register('Edu', 5006)
    let changes = 0
    const unsubscribe = here.tcp.directory.subscribe(() => {
      changes += 1
    })
    const until = performance.now() + 1_000
    const staysAt = async (node: TestWeb, visitor: Visitor) => {
      while (performance.now() < until) {
        const tab = await openTab(node, visitor)
        await eventually('closed, or over', () => tab.closed() || performance.now() > until)
        tab.close()
        await Bun.sleep(5)
      }
    }
    await Promise.all([staysAt(here, edu), staysAt(there, ledThere(edu))])
    unsubscribe()
    // Each takeover is two changes, and each node allows some.
    expect(changes).toBeGreaterThan(4)
    expect(changes).toBeLessThan(30)
    expect(here.web.sessions + there.web.sessions).toBe(1)
    await edu.post('/leave')
    await eventually('he has left', () => here.tcp.directory.size === 0)
  })

  test('one that leaves at another node than its own has left', async () => {
    const caio = here.visitor()
    await caio.register('Caio', 5002)
    const page = await ledThere(caio).post('/leave')
    expect(page.headers.get('location')).toBe('/?notice=left')
    await eventually('he has left', () => here.tcp.directory.size === 0)
    expect(here.web.sessions + there.web.sessions).toBe(0)
  })

  test('another browser with that name gets the form, and the name stays', async () => {
    const dina = here.visitor()
    await dina.register('Dina', 5003)
    const other = there.visitor()
    const page = await other.register('Dina', 5004)
    expect(page.status).toBe(409)
    expect(here.web.sessions).toBe(1)
    await dina.post('/leave')
  })

  test('the proof of a browser stands in no line that a page shows', async () => {
    const eva = here.visitor()
    await eva.register('Eva', 5005)
    const { html } = await eva.get('/wire')
    expect(html).toContain('register,Eva,127.0.0.1,')
    expect(html).toMatch(/register,Eva,127\.0\.0\.1,\d+,5005,…/)
    await eva.post('/leave')
  })
})
