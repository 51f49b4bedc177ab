import { describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { hasChromium, newPerson, sharedChromium } from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { startProxyWithoutSockets } from '../support/no-sockets.ts'
import { startTestWeb } from '../support/web.ts'

/** Somebody whose browser comes through a proxy that refuses WebSockets, among others. */
async function behindProxy(browser: Browser, others = 0) {
  const site = await startTestWeb()
  const proxy = startProxyWithoutSockets(site)
  const join = (name: string, number: number) =>
    site.tcp.directory.register({ name, ip: '10.0.0.7', port: 4000, callPort: 5000 + number })
  for (let number = 0; number < others; number += 1) {
    join(`Pessoa ${String(number).padStart(3, '0')}`, number)
  }
  const ana = await newPerson(browser, proxy.url)
  await ana.register('Ana', 5001)
  // What is lost with its page.
  await ana.page.evaluate('window.isStillHere = true')
  return {
    ...ana,
    proxy,
    site,
    join: (name: string) => join(name, others),
    isStillHere: () => ana.page.evaluate<boolean>('window.isStillHere === true'),
    /** Whether the list says that it does not follow. */
    saysAsOf: () => ana.page.locator('#as-of').isVisible(),
    async [Symbol.asyncDispose]() {
      await ana.context.close()
      await proxy.stop()
      await site[Symbol.asyncDispose]()
    },
  }
}

describe.skipIf(!hasChromium)('where a WebSocket cannot be had', () => {
  const browser = sharedChromium()

  test('the list says so, and asking again brings who came', async () => {
    await using ana = await behindProxy(browser())
    await ana.page.locator('#offline').waitFor({ state: 'visible' })
    await ana.page.locator('#as-of').waitFor({ state: 'visible' })
    // On a phone the filter keeps its room beside the button that asks again.
    await ana.page.setViewportSize({ width: 390, height: 844 })
    expect((await ana.page.locator('#filter').boundingBox())?.width).toBeGreaterThan(180)
    await ana.page.setViewportSize({ width: 1280, height: 800 })
    const was = await ana.page.locator('#as-of time').getAttribute('datetime')
    ana.join('Zeca')
    await eventually('Zeca comes by asking', async () => {
      await ana.page.click('text=Consultar outra vez')
      return (await ana.names()).includes('Zeca')
    })
    await ana.page.locator('.person--mine').waitFor({ state: 'attached' })
    await eventually('a later second', async () => {
      await ana.page.click('text=Consultar outra vez')
      return (await ana.page.locator('#as-of time').getAttribute('datetime')) !== was
    })
    expect(await ana.isStillHere()).toBe(true)
    expect(ana.complaints).toEqual([])
  }, 30_000)

  test('the filter and the order work as one types, and the list grows at its end', async () => {
    await using ana = await behindProxy(browser(), 120)
    await ana.page.locator('#offline').waitFor({ state: 'visible' })
    await ana.page.locator('#filter').pressSequentially('pessoa 11')
    await ana.page.getByText('10 de 121 pessoas').waitFor()
    expect(await ana.names()).toHaveLength(11)
    await ana.page.fill('#filter', '')
    await ana.page.getByText('121 pessoas', { exact: true }).waitFor()
    await ana.page.selectOption('#order', 'newest')
    await eventually('newest first', async () => (await ana.names())[1] === 'Pessoa 119')
    await ana.page.locator('#below').scrollIntoViewIfNeeded()
    await eventually('the second page', async () => (await ana.names()).length >= 100)
    await ana.page.locator('#below').scrollIntoViewIfNeeded()
    await eventually('the rest', async () => (await ana.names()).length === 121)
    expect(await ana.isStillHere()).toBe(true)
    expect(ana.complaints).toEqual([])
  }, 30_000)

  test('the page stays where the server is away, and asks again when it is back', async () => {
    await using ana = await behindProxy(browser())
    await ana.page.locator('#offline').waitFor({ state: 'visible' })
    ana.proxy.away(true)
    const before = ana.proxy.asked.length
    await ana.page.click('text=Consultar outra vez')
    await eventually('it was asked', () => ana.proxy.asked.length > before)
    expect(await ana.names()).toEqual(['Ana'])
    ana.join('Zeca')
    ana.proxy.away(false)
    await eventually('Zeca comes by asking', async () => {
      await ana.page.click('text=Consultar outra vez')
      return (await ana.names()).includes('Zeca')
    })
    expect(await ana.isStillHere()).toBe(true)
  }, 30_000)

  test('nothing is asked over HTTP any more once it can be had', async () => {
    await using ana = await behindProxy(browser())
    await ana.page.locator('#as-of').waitFor({ state: 'visible' })
    ana.proxy.passSockets()
    await ana.page.locator('#offline').waitFor({ state: 'hidden' })
    expect(await ana.saysAsOf()).toBe(false)
    expect(await ana.page.getByText('Consultar outra vez').isVisible()).toBe(false)
    ana.join('Zeca')
    await ana.sees('Zeca')
    const asked = ana.proxy.asked.length
    await ana.page.fill('#filter', 'ze')
    await ana.page.getByText('1 de 2 pessoas').waitFor()
    expect(ana.proxy.asked.slice(asked)).toEqual([])
    expect(ana.complaints).toEqual([])
  }, 30_000)
})
