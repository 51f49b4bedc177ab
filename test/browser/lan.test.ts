import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { callButton, callState, outcome, seesTheOther } from '../support/callers.ts'
import {
  hasChromium,
  newPerson,
  startCallingChromium,
  startTimeoutMs,
} from '../support/chromium.ts'
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
    browser = await startCallingChromium()
  }, startTimeoutMs)

  afterAll(async () => {
    await browser?.close()
    await lan?.[Symbol.asyncDispose]()
  }, startTimeoutMs)

  test.each(kinds)(
    'over $what: registers, reads another language, leaves',
    async ({ env, javaScriptEnabled }) => {
      await using house = await startProcess(env, { lan })
      const options = { javaScriptEnabled, ignoreHTTPSErrors: true }
      const ana = await newPerson(browser, house.url, options)
      await ana.page.goto('/')
      expect(new URL(ana.page.url()).hostname).toBe(lan.address)
      await ana.page.click('.top__languages button[value=en]')
      await ana.page.locator('html[lang=en]').waitFor()
      // Whether it trusts the page with devices the browser tells the server, before any script runs.
      const noCamera = ana.page.getByText('allows no camera or microphone. Ask for the https://')
      expect(await noCamera.getAttribute('hidden')).toBe(env.HTTPS ? '' : null)
      expect(await noCamera.isVisible()).toBe(!env.HTTPS && javaScriptEnabled)

      await ana.register('Ana', 5001)
      await ana.sees('Ana')
      await ana.page.click('.top__languages button[value=pt]')
      await ana.page.locator('html[lang^=pt]').waitFor()
      const semCamera = ana.page.getByText('não libera câmera nem microfone. Peça o endereço')
      expect(await semCamera.isVisible()).toBe(!env.HTTPS && javaScriptEnabled)
      expect(new URL(ana.page.url()).pathname).toBe('/people')

      await ana.page.click('form[action="/leave"] button')
      await ana.page.waitForURL('**/?notice=left')
      await house.printed('Cliente desconectado: Ana')
      expect(ana.complaints).toEqual([])
    },
    60_000,
  )

  // Without TLS a browser gives no page a camera or a microphone; a call is to be had all the same.
  test.each([
    { what: 'plain http', env: {}, devices: false },
    { what: 'https of its own making', env: encrypted, devices: true },
  ])(
    'over $what: two call each other',
    async ({ env, devices }) => {
      await using house = await startProcess(env, { lan })
      const options = { ignoreHTTPSErrors: true }
      const ana = await newPerson(browser, house.url, options)
      const bia = await newPerson(browser, house.url, options)
      await ana.register('Ana', 5001)
      await bia.register('Bia', 5002)
      await callButton(ana.page, 'Bia').click()
      await bia.page.click('#call-accept-video')
      await Promise.all([ana, bia].map(({ page }) => callState(page, 'talking')))
      if (devices) await Promise.all([ana, bia].map(({ page }) => seesTheOther(page)))
      else await ana.page.locator('#call [data-call-problems]').getByText('https').first().waitFor()
      await ana.page.click('#call-hang-up')
      await outcome(bia.page, 'Ana encerrou a chamada.')
      for (const { page } of [ana, bia]) await callState(page, 'over')
    },
    60_000,
  )
})
