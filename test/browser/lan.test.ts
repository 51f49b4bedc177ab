import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { hasChromium, newPerson, startChromium, startTimeoutMs } from '../support/chromium.ts'
import { connectLan, type Lan } from '../support/lan.ts'
import { startProcess } from '../support/process.ts'
import { noMachines } from '../support/two-machines.ts'

const why = hasChromium ? noMachines() : 'no browser'
if (why) console.warn(`A browser in a LAN is skipped: ${why}`)

const encrypted = { HTTPS: 'auto' }

/** Plain http at such an address is no secure context: browsers say less of where forms come from. */
const kinds: { what: string; env: Record<string, string>; javaScriptEnabled: boolean }[] = [
  { what: 'plain http', env: {}, javaScriptEnabled: true },
  { what: 'plain http, without JavaScript', env: {}, javaScriptEnabled: false },
  { what: 'https of its own making', env: encrypted, javaScriptEnabled: true },
  { what: 'https, without JavaScript', env: encrypted, javaScriptEnabled: false },
]

describe.skipIf(why !== undefined)('a browser elsewhere in the LAN', () => {
  let browser: Browser
  let lan: Lan

  beforeAll(async () => {
    lan = await connectLan()
    browser = await startChromium()
  }, startTimeoutMs)

  afterAll(async () => {
    await browser?.close()
    await lan?.[Symbol.asyncDispose]()
  })

  test.each(kinds)(
    'over $what: registers, reads another language, leaves',
    async ({ env, javaScriptEnabled }) => {
      await using house = await startProcess(env, { lan })
      const options = { javaScriptEnabled, ignoreHTTPSErrors: true }
      const ana = await newPerson(browser, house.url, options)
      await ana.page.goto('/')
      expect(new URL(ana.page.url()).hostname).toBe(lan.address)
      await ana.page.click('footer button[value=en]')
      await ana.page.locator('html[lang=en]').waitFor()

      await ana.register('Ana', 5001)
      await ana.sees('Ana')
      await ana.page.click('footer button[value=pt]')
      await ana.page.locator('html[lang^=pt]').waitFor()
      expect(new URL(ana.page.url()).pathname).toBe('/people')

      await ana.page.click('form[action="/leave"] button')
      await ana.page.waitForURL('**/?notice=left')
      await house.printed('Cliente desconectado: Ana')
      expect(ana.complaints).toEqual([])
    },
    60_000,
  )
})
