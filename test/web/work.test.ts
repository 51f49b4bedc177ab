import { describe, expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { openTab } from '../support/tab.ts'
import { startTestWeb, type TestWeb } from '../support/web.ts'

/** 60 people, without sockets: this is about what is shown of them. */
async function start(limits: Record<string, number>, isTrusted = true) {
  // Time stands still for who is not trusted: what a slow machine takes gives nothing back.
  const clock = isTrusted ? {} : { now: () => 1 }
  const site = await startTestWeb({ limits, isTrusted: () => isTrusted, ...clock })
  for (let number = 1; number <= 60; number += 1) {
    const name = `Pessoa ${number}`
    site.tcp.directory.register({ name, ip: '10.0.0.7', port: 4000, callPort: 5000 + number })
  }
  return site
}

async function browser(site: TestWeb, name: string, callPort: number) {
  const visitor = site.visitor()
  await visitor.register(name, callPort)
  return visitor
}

describe('the rows that one browser is shown', () => {
  const limits = { rowsPerSecond: 10, rowBurst: 200 }

  test('have a limit, whoever it is, and others have their own', async () => {
    await using site = await start(limits)
    const [ana, bia] = [await browser(site, 'Ana', 5001), await browser(site, 'Bia', 5002)]
    // A page of fifty costs ten more for all the rest.
    for (const status of [200, 200, 200, 200, 429, 429]) {
      expect((await ana.get('/people')).status).toBe(status)
    }
    const { headers, html } = await ana.get('/people', { 'HX-Request': 'true' })
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(html).toStartWith('Pedidos demais')
    expect((await bia.get('/people')).status).toBe(200)
    expect(site.web.refused.rows).toBe(3)
  })

  test('count for its address too, ten browsers’ worth, unless that is trusted', async () => {
    const few = { rowsPerSecond: 10, rowBurst: 12 }
    const statusesIn = async (site: TestWeb) => {
      const statuses: number[] = []
      for (let each = 0; each < 4; each += 1) {
        const visitor = await browser(site, `Ana ${each}`, 5001 + each)
        statuses.push((await visitor.get('/people')).status)
      }
      return statuses
    }
    await using site = await start(few, false)
    expect(await statusesIn(site)).toEqual([200, 200, 429, 429])
    await using home = await start(few)
    expect(await statusesIn(home)).toEqual([200, 200, 200, 200])
  })

  test('of a tab come later where there were too many, and then those that it asked for last', async () => {
    await using site = await start({ rowsPerSecond: 60, rowBurst: 60 })
    const ana = await browser(site, 'Ana', 5001)
    const tab = await openTab(site, ana)
    await tab.saw('innerMorph')
    for (let turn = 1; turn <= 59; turn += 1) tab.say({ filter: `pessoa ${turn}`, order: 'newest' })
    tab.say({ filter: 'pessoa 60' })
    await tab.saw('Pessoa 60')
    const lists = tab.messages.filter((message) => message.includes('innerMorph'))
    expect(lists.length).toBeLessThan(5)
    expect(site.web.refused.rows).toBeGreaterThan(0)
    expect(lists.at(-1)).toContain('Pessoa 60')
    expect(tab.closed()).toBeUndefined()
    tab.close()
  })

  test('of a list that is there are one page more, however many are asked for', async () => {
    await using site = await start({})
    const tab = await openTab(site, await browser(site, 'Ana', 5001))
    await tab.saw('61 pessoas')
    const from = tab.messages.length
    tab.say({ pages: 40 })
    const more = await tab.saw('Pessoa 60', from)
    expect(more).toContain('name="pages" value="2"')
    tab.close()
  })
})

describe('what the tabs of one browser say', () => {
  const view = { filter: 'nobody' }

  test('has a limit for all of them together: four tabs’ worth', async () => {
    await using site = await start({ messagesPerSecond: 1, messageBurst: 5 })
    const ana = await browser(site, 'Ana', 5001)
    const tabs = await Promise.all(Array.from({ length: 8 }, () => openTab(site, ana, view)))
    // Each has said two things by now: that it takes calls, and its view.
    for (const tab of tabs) await tab.saw('0 de 61')
    for (const tab of tabs) tab.say(view)
    await eventually('one too many', () => site.web.refused.messages > 0)
    const closed = () => tabs.filter((tab) => tab.closed() === 1013).length
    await eventually('those that said more are closed', () => closed() === 4)
    for (const tab of tabs) tab.close()
  })

  test('counts by its length', async () => {
    await using site = await start({ messagesPerSecond: 1, messageBurst: 20 })
    const tab = await openTab(site, await browser(site, 'Ana', 5001), view)
    await tab.saw('0 de 61')
    tab.sayText(`{"x":"${'x'.repeat(60_000)}"}`)
    await Bun.sleep(50)
    expect(tab.closed()).toBeUndefined()
    for (let turn = 0; turn < 5; turn += 1) tab.say(view)
    await eventually('it is closed', () => tab.closed() === 1013)
  })
})
