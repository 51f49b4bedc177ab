import { describe, expect, test } from 'bun:test'
import { type AnyBrowser, type AnyWindow, waitFor } from '../../support/any-browser.ts'
import { isAt, isShown } from '../../support/calling-windows.ts'
import { hasChromium } from '../../support/chromium.ts'
import { startAnyChromium } from '../../support/chromium-window.ts'
import { hasFirefox, startFirefox } from '../../support/firefox.ts'
import { startToySite } from './toy-site.tsx'

const testMs = 120_000

/** Letters so large that a desk has no more room than a phone. */
const asOnAPhone = "(() => { document.documentElement.style.fontSize = '250%' })()"

const focused = (window: AnyWindow) => window.evaluate<string>('document.activeElement.id')

async function inCall(browser: AnyBrowser, url: string): Promise<AnyWindow> {
  const open = async (name: string) => {
    const window = await browser.newWindow()
    await window.open(`${url}/${name}`)
    await waitFor(window, 'the server', "document.querySelector('#offline').hidden")
    return window
  }
  // Firefox draws the window that was opened last, and only what is drawn can be clicked.
  const bia = await open('bia')
  const ana = await open('ana')
  await ana.click('[data-call-name=bia]')
  await isAt(bia, 'ringing-in')
  await bia.evaluate("document.querySelector('#call-accept-audio').click()")
  await isAt(ana, 'talking')
  return ana
}

describe.each([
  { name: 'Chromium', has: hasChromium, start: () => startAnyChromium() },
  { name: 'Firefox', has: hasFirefox, start: () => startFirefox() },
])('the menu of a call, in $name', ({ has, start }) => {
  test.skipIf(!has)(
    'opens and closes by press and by key, and the focus is never lost',
    async () => {
      await using all = new AsyncDisposableStack()
      const site = all.use(await startToySite())
      const browser = await start()
      all.defer(() => browser.close())
      const ana = await inCall(browser, site.url)

      // On a desk everything stands in the row.
      expect(
        await ana.evaluate("document.querySelector('#call-more-button').checkVisibility()"),
      ).toBe(false)
      await isShown(ana, '#call-share')
      await ana.evaluate(asOnAPhone)
      await isShown(ana, '#call-share', false)

      await ana.click('#call-more-button')
      await isShown(ana, '#call-share')
      expect(await focused(ana)).toBe('call-add-button')
      await ana.press('ArrowDown')
      expect(await focused(ana)).toBe('call-share')
      await ana.press('ArrowUp')
      await ana.press('ArrowUp')
      expect(await focused(ana)).toBe('call-help-button')
      // The window of the call has Escape for itself otherwise, and so has its panel.
      await ana.press('Escape')
      await isShown(ana, '#call-share', false)
      expect(await focused(ana)).toBe('call-more-button')
      await isShown(ana, '#call-hang-up')

      await ana.press('Enter')
      await isShown(ana, '#call-share')
      await ana.press('ArrowDown')
      await ana.press('ArrowDown')
      await ana.press('Enter')
      await isShown(ana, '#call-devices')
      await isShown(ana, '#call-share', false)
      await ana.press('Escape')
      await isShown(ana, '#call-devices', false)
      expect(await focused(ana)).toBe('call-more-button')

      await ana.click('#call-more-button')
      await isShown(ana, '#call-share')
      await ana.click('#call-title')
      await isShown(ana, '#call-share', false)

      await ana.click('#call-more-button')
      await ana.click('#call-help-button')
      await isShown(ana, '#call-help')
      await ana.press('Escape')
      await isShown(ana, '#call-help', false)
      expect(await focused(ana)).toBe('call-more-button')
      await isAt(ana, 'talking')
    },
    testMs,
  )
})
