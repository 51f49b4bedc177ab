import { describe, expect, test } from 'bun:test'
import {
  axeViolations,
  hasChromium,
  newPerson,
  type Person,
  sharedChromium,
} from '../support/chromium.ts'
import { startTestWeb } from '../support/web.ts'

/** Every page and state that a person may be at, in an order in which one leads to the next. */
const states: Record<string, (person: Person) => Promise<unknown>> = {
  'the form': ({ page }) => page.goto('/'),
  'the form with a refusal': async ({ page }) => {
    await page.fill('#name', 'list')
    await page.click('#sign-in form button')
    await page.locator('#name-problem').waitFor()
  },
  'the list': async (person) => {
    await person.register('Ana', 5001)
    await person.sees('Zeca')
  },
  'a list that finds nobody': async ({ page }) => {
    await page.fill('#filter', 'nobody at all')
    await page.locator('#below .empty').waitFor()
  },
  'details on a page': ({ page }) => page.goto('/person?name=Zeca&ip=127.0.0.1'),
  'somebody who is not here': ({ page }) => page.goto('/person?name=Nobody&ip=127.0.0.1'),
  'a page that is not there': ({ page }) => page.goto('/nowhere'),
  'details in the dialog': async (person) => {
    await person.page.goto('/people')
    await person.sees('Zeca')
    await person.page.getByText('Zeca', { exact: true }).click()
    await person.page.locator('dialog[open] #call-address').waitFor()
  },
  'the form after leaving': async ({ page }) => {
    await page.keyboard.press('Escape')
    await page.click('form[action="/leave"] button')
    await page.waitForURL('**/?notice=left')
  },
}

/** Each language and each theme: colours do not depend on the words, nor these on the colours. */
const looks = [
  { colorScheme: 'light', locale: 'pt-BR' },
  { colorScheme: 'dark', locale: 'en' },
] as const

describe.skipIf(!hasChromium)('what axe-core finds', () => {
  const browser = sharedChromium()

  test.each(looks)(
    'is nothing, in $colorScheme and $locale',
    async (look) => {
      await using site = await startTestWeb()
      const peer = await site.tcp.connect()
      await peer.ask('register,Zeca,6000')
      await peer.ask('ready')
      const found: Record<string, string[]> = {}
      // Motion in mid-way has colours of its own.
      const ana = await newPerson(browser(), site.url, { ...look, reducedMotion: 'reduce' })
      for (const [state, reach] of Object.entries(states)) {
        await reach(ana)
        const violations = await axeViolations(ana.page)
        if (violations.length > 0) found[state] = violations
      }
      await ana.context.close()
      expect(found).toEqual({})
    },
    60_000,
  )

  test.each([320, 390, 768])(
    'no page is wider than a window of %d px',
    async (width) => {
      await using site = await startTestWeb()
      const long = 'Maria Aparecida Wolfeschlegelsteinhausenbergerdorff da Silva Neta'.slice(0, 64)
      const peer = await site.tcp.connect()
      await peer.ask(`register,${long},6000`)
      await peer.ask('ready')
      const ana = await newPerson(browser(), site.url, { viewport: { width, height: 700 } })
      const overflow = () =>
        ana.page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
      await ana.page.goto('/')
      expect(await overflow()).toBeLessThanOrEqual(0)
      await ana.register('Ana', 5001)
      await ana.sees(long)
      expect(await overflow()).toBeLessThanOrEqual(0)
      await ana.page.goto(`/person?${new URLSearchParams({ name: long, ip: '127.0.0.1' })}`)
      expect(await overflow()).toBeLessThanOrEqual(0)
    },
    30_000,
  )
})
