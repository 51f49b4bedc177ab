import { describe, expect, test } from 'bun:test'
import { textOf, waitFor } from '../support/any-browser.ts'
import { hasChromium } from '../support/chromium.ts'
import { startChromiumWithoutCookies } from '../support/chromium-window.ts'
import { hasFirefox, startFirefox } from '../support/firefox.ts'
import { startProcess, whoIsThere } from '../support/process.ts'

const testMs = 60_000

const browsers = [
  { name: 'Chromium', start: startChromiumWithoutCookies, here: hasChromium },
  { name: 'Firefox', start: () => startFirefox({ cookies: false }), here: hasFirefox },
]

describe.each(browsers)('a person whose $name keeps no cookies', ({ start, here }) => {
  test.skipIf(!here)(
    'reads that they are needed, each time, and is registered as nobody',
    async () => {
      await using house = await startProcess()
      const browser = await start()
      try {
        const window = await browser.newWindow()
        await window.open(`${house.url}/`)
        for (const name of ['Ana', 'Ana Paula']) {
          await window.fill('#name', name)
          await window.click('#sign-in form button[type=submit]')
          const isBack = `document.querySelector('.notice--error') !== null &&
            document.querySelector('#name').value === ${JSON.stringify(name)}`
          await waitFor(window, 'the form again', isBack)
          expect(await textOf(window, '.notice--error')).toContain('Permita cookies')
        }
        expect(await whoIsThere(house)).toEqual([])
      } finally {
        await browser.close()
      }
    },
    testMs,
  )
})
