import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  type AnyBrowser,
  type AnyWindow,
  register,
  waitFor,
  waitForNames,
  waitForPath,
  waitForText,
} from '../support/any-browser.ts'
import { hasChromium } from '../support/chromium.ts'
import { startAnyChromium } from '../support/chromium-window.ts'
import { hasFirefox, startFirefox } from '../support/firefox.ts'
import { connectLan, type Lan } from '../support/lan.ts'
import { startProcess } from '../support/process.ts'
import { noMachines } from '../support/two-machines.ts'
import { hasWebKit, startWebKit } from '../support/webkit.ts'

const testMs = 60_000

/**
 * How the page is reached. Browsers treat each one differently: loopback is as good as HTTPS to
 * them, and a plain address of a network gets neither `Sec-Fetch-Site` nor a camera.
 */
const places = [
  { place: 'at loopback', env: {}, inLan: false },
  { place: 'at a plain address of its network', env: {}, inLan: true },
  { place: 'over a certificate of the server’s own', env: { HTTPS: 'auto' }, inLan: true },
] satisfies { place: string; env: Record<string, string>; inLan: boolean }[]

const noLan = noMachines()
if (noLan) console.warn(`The main path in a LAN is skipped: ${noLan}`)

const browsers = [
  { name: 'Chromium', start: startAnyChromium, here: hasChromium },
  { name: 'Firefox', start: startFirefox, here: hasFirefox },
  { name: 'WebKit', start: startWebKit, here: hasWebKit },
]

describe.each(browsers)('in $name', ({ name, start, here }) => {
  describe.skipIf(!here)('a person', () => {
    let browser: AnyBrowser
    let window: AnyWindow
    let lan: Lan | undefined

    beforeAll(async () => {
      if (!noLan) lan = await connectLan()
      browser = await start()
      window = await browser.newWindow()
    }, testMs)
    afterAll(async () => {
      await browser?.close()
      await lan?.[Symbol.asyncDispose]()
    }, testMs)

    test.each(noLan ? places.filter(({ inLan }) => !inLan) : places)(
      'registers, follows the list, looks somebody up, filters, reads English and leaves, $place',
      async ({ env, inLan }) => {
        await using house = await startProcess(env, inLan && lan ? { lan } : {})
        await register(window, house.url, 'Ana', 5001)
        await waitForNames(window, ['Ana'])

        // The list is live: somebody comes without a click here.
        const bia = await house.connect()
        await bia.ask('register,Bia,6000')
        await waitForNames(window, ['Ana', 'Bia'])

        // Debian's WebKit is built without WebRTC: it is not offered as callable, and says why.
        const canCall = await window.evaluate<boolean>("typeof RTCPeerConnection === 'function'")
        expect(canCall).toBe(name !== 'WebKit')
        if (!canCall) {
          await waitForText(window, 'não tem WebRTC')
          expect(await bia.ask('call,Ana')).toEndWith(',not-ready')
        }

        await window.click('#people li:nth-child(2) a')
        await waitFor(window, 'the details', "document.querySelector('#dialog').open")
        await waitFor(
          window,
          'the address to call',
          "document.querySelector('#dialog #call-address')?.textContent.endsWith(':6000')",
        )
        await window.evaluate("document.querySelector('#dialog').close()")

        await window.fill('#filter', 'bi')
        // Oneself stands above whatever the filter finds.
        await waitForText(window, '1 de 2 pessoas')
        await waitForNames(window, ['Ana', 'Bia'])
        await window.fill('#filter', '')
        await waitForNames(window, ['Ana', 'Bia'])

        await window.click('button[name=language][value=en]')
        await waitForText(window, 'Who is here')
        await waitForNames(window, ['Ana', 'Bia'])
        bia.close()
        await waitForNames(window, ['Ana'])

        await window.click('form[action="/leave"] button')
        await waitForPath(window, '/?notice=left')
        await house.printed('Cliente desconectado: Ana')
      },
      testMs,
    )
  })
})
