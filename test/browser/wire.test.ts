import { describe, expect, test } from 'bun:test'
import {
  axeViolations,
  hasChromium,
  newPerson,
  sharedChromium,
  startCallingChromium,
} from '../support/chromium.ts'
import { startTestWeb } from '../support/web.ts'

describe.skipIf(!hasChromium)('the wire below a page', () => {
  const browser = sharedChromium(startCallingChromium)

  test.each([
    { width: 320, height: 568, colorScheme: 'dark', locale: 'pt-BR' },
    { width: 1280, height: 800, colorScheme: 'light', locale: 'en' },
  ] as const)(
    'shows a call as it happens, at $width px, in $locale',
    async (look) => {
      const { width, height, colorScheme, locale } = look
      await using site = await startTestWeb()
      const ana = await newPerson(browser(), site.url, {
        viewport: { width, height },
        colorScheme,
        locale,
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      await ana.register('Ana', 5001)
      const peer = await site.tcp.connect()
      await peer.ask('register,Zeca,6000')
      await peer.ask('ready')
      const { page } = ana
      await page.locator('#wire-link').press('Enter')
      const lines = page.locator('#wire:not([hidden]) .wire__line')
      await lines.filter({ hasText: 'Ana,127.0.0.1' }).waitFor()
      expect(await axeViolations(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)

      // The other end is a program: what it does is seen here at once.
      await page.locator('[data-call-name="Zeca"]').click()
      await lines.filter({ hasText: 'call,Zeca,127.0.0.1' }).waitFor()
      const rung = await peer.line()
      const [, id = ''] = rung.split(',')
      await peer.ask(`decline,${id}`)
      await lines.filter({ hasText: `*declined,${id}` }).waitFor()

      // A person that pauses can read; what came meanwhile comes afterwards.
      const [pause, goOn] = locale === 'en' ? ['Pause', 'Go on'] : ['Pausar', 'Continuar']
      await page.getByRole('button', { name: pause }).click()
      const paused = await lines.count()
      await page.locator('#call-outcome-close').click()
      await page.locator('#people').getByRole('link', { name: 'Zeca' }).click()
      await page.locator('#dialog[open]').waitFor()
      await page.keyboard.press('Escape')
      expect(await lines.count()).toBe(paused)
      await page.getByRole('button', { name: goOn }).click()
      await lines.filter({ hasText: 'details,Zeca' }).waitFor()

      await page.fill('#wire-filter', 'DETAILS')
      expect(await lines.locator('visible=true').count()).toBe(1)
      await page.locator('[data-wire-copy]').click()
      const copied = 'navigator.clipboard.readText()'
      expect(await page.evaluate(copied)).toBe('details,Zeca,127.0.0.1\n')
      await page.fill('#wire-filter', '')
      await page.locator('[data-wire-copy]').click()
      expect(await page.evaluate(copied)).toStartWith('auth,…\nsuccess,Autorizado\nAna,127.0.0.1,')

      // It is there again on the next page, until it is closed; then the focus is where it was opened.
      await page.reload()
      await lines.filter({ hasText: 'details,Zeca' }).waitFor()
      await page.locator('[data-wire-close]').click()
      expect(await page.locator('#wire-link:focus').count()).toBe(1)
      expect(await lines.count()).toBe(0)
      await page.reload()
      await ana.sees('Zeca')
      expect(await lines.count()).toBe(0)

      await page.goto('/wire/call')
      await page.getByRole('img', { name: 'Zeca' }).waitFor()
      expect(await page.locator('.wire__steps li').allTextContents()).toContain(
        locale === 'en' ? 'registry → you: *declined' : 'registro → você: *declined',
      )
      expect(await axeViolations(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      expect(ana.complaints).toEqual([])
    },
    60_000,
  )
})
