import { describe, expect, test } from 'bun:test'
import { hasChromium, sharedChromium } from '../support/chromium.ts'
import { startToySite } from './call/toy-site.tsx'

describe.skipIf(!hasChromium)('a moment', () => {
  const browser = sharedChromium()

  test.each([
    { language: 'en', locale: 'en-GB', date: '05/03/2020' },
    { language: 'en', locale: 'en-US', date: '3/5/20' },
    { language: 'en', locale: 'en-CA', date: '2020-03-05' },
    { language: 'pt', locale: 'pt-BR', date: '05/03/2020' },
    { language: 'pt', locale: 'pt-PT', date: '05/03/20' },
    // Who reads a page in none of their languages still writes dates as they do.
    { language: 'en', locale: 'de-DE', date: '05.03.20' },
  ])('on a page in $language is written as $locale writes it', async (reader) => {
    await using site = await startToySite()
    const { locale, language, date } = reader
    const context = await browser().newContext({ locale, timezoneId: 'Europe/Lisbon' })
    const page = await context.newPage()
    await page.goto(`${site.url}/ana?language=${language}`)
    await page.evaluate(`(() => {
      const time = document.createElement('time')
      time.dateTime = '2020-03-05T12:34:00Z'
      document.querySelector('main').append(time)
    })()`)
    const shown = await page.locator('main time[data-local]').innerText()
    expect(shown).toStartWith(`${date},`)
    expect(shown).toContain('12:34')
    await context.close()
  })
})
