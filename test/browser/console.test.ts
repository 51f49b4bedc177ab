import { describe, expect, test } from 'bun:test'
import { OwnEnds } from '../../src/host/own-ends.ts'
import { axeViolations, hasChromium, newPerson, sharedChromium } from '../support/chromium.ts'
import { startTestWeb } from '../support/web.ts'

describe.skipIf(!hasChromium)('the console in a browser', () => {
  const browser = sharedChromium()

  test.each([
    { width: 320, height: 568, colorScheme: 'dark', locale: 'pt-BR' },
    { width: 1280, height: 800, colorScheme: 'light', locale: 'en' },
  ] as const)(
    'is worked by the keyboard alone, at $width px, in $locale',
    async (look) => {
      const { width, height, colorScheme, locale } = look
      const ownEnds = new OwnEnds()
      const isOurs = ownEnds.has.bind(ownEnds)
      await using site = await startTestWeb({
        ownEnds,
        registryOverrides: { ownListener: { isOurs } },
      })
      const viewport = { width, height }
      const ana = await newPerson(browser(), site.url, { viewport, colorScheme, locale })
      const { page } = ana
      await ana.register('Ana', 5001)
      await page.getByRole('link', { name: 'Console' }).press('Enter')
      await page.getByText(/Conectado|Connected/).waitFor()
      const texts = page.locator('#console-lines .wire__text')
      const field = page.locator('#console-field')
      const say = async (text: string) => {
        await field.pressSequentially(text)
        await field.press('Enter')
      }
      await say('register,Nc,6100')
      await say('list')
      await texts.getByText('Ana,Nc', { exact: true }).waitFor()
      await say('auth,guess')
      await texts.getByText('bad-secret').waitFor()
      expect(await texts.getByText('guess').count()).toBe(0)
      expect(await axeViolations(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)

      // The arrow keys bring back what was sent, but no secret.
      await field.press('ArrowUp')
      expect(await field.inputValue()).toBe('list')
      await field.press('ArrowUp')
      expect(await field.inputValue()).toBe('register,Nc,6100')
      await field.press('ArrowDown')
      await field.press('ArrowDown')
      expect(await field.inputValue()).toBe('')

      // Each key is on its way at once: nothing can be taken back, and the Enter key ends the line.
      await page.selectOption('#console-mode', 'keys')
      const pings = texts.getByText('ping', { exact: true })
      await field.pressSequentially('pi')
      await field.press('Backspace')
      await field.pressSequentially('ng')
      expect(await pings.count()).toBe(0)
      await field.press('Enter')
      await pings.waitFor()
      await texts.getByText('pong', { exact: true }).waitFor()
      expect(ana.complaints).toEqual([])
    },
    60_000,
  )
})
