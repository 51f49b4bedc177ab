import { describe, expect, test } from 'bun:test'
import {
  axeViolations,
  hasChromium,
  newPerson,
  sharedChromium,
  startCallingChromium,
  startScriptlessChromium,
} from '../support/chromium.ts'
import { startTestWeb } from '../support/web.ts'

const address = 'https://encontro.example.org/'
const named = { publicHosts: ['encontro.example.org'] }

describe.skipIf(!hasChromium)('an invitation', () => {
  const browser = sharedChromium()

  test.each([
    { width: 320, height: 568, colorScheme: 'dark' },
    { width: 1280, height: 800, colorScheme: 'light' },
  ] as const)(
    'is copied, shown large, and closed by the keyboard, at $width px',
    async ({ width, height, colorScheme }) => {
      await using site = await startTestWeb(named)
      const ana = await newPerson(browser(), site.url, {
        viewport: { width, height },
        colorScheme,
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      await ana.register('Ana', 5001)
      const { page } = ana
      await page.locator('.top').getByText('Convidar').press('Enter')
      const dialog = page.locator('dialog[open]')
      await dialog.getByRole('link', { name: address }).waitFor()
      expect(await axeViolations(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)

      await dialog.getByRole('button', { name: `Copiar ${address}` }).press('Enter')
      await dialog.getByText('Copiado').waitFor()
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(address)

      const code = dialog.getByRole('img', { name: `Código QR de ${address}` })
      const before = (await code.boundingBox())?.width ?? 0
      const large = dialog.getByRole('button', { name: 'Mostrar grande' })
      await large.press('Enter')
      expect(await large.getAttribute('aria-pressed')).toBe('true')
      const after = await code.boundingBox()
      expect(after?.width).toBeGreaterThan(before)
      // Whole, and in sight.
      expect(after?.x).toBeGreaterThanOrEqual(0)
      expect((after?.x ?? 0) + (after?.width ?? 0)).toBeLessThanOrEqual(width)
      expect(await axeViolations(page)).toEqual([])

      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      expect(await page.locator('html.has-large-invite').count()).toBe(0)
      expect(ana.complaints).toEqual([])
    },
    60_000,
  )

  test.each([
    { how: 'shares the address', rejection: undefined, stays: true },
    { how: 'stays where a person closed the window', rejection: 'AbortError', stays: true },
    { how: 'gives way to Copy where it fails', rejection: 'NotAllowedError', stays: false },
  ])(
    'the share button $how',
    async ({ rejection, stays }) => {
      await using site = await startTestWeb(named)
      const ana = await newPerson(browser(), site.url)
      // The system's window cannot be worked by a test, and this Chromium has none.
      await ana.page.addInitScript((name) => {
        navigator.share = async (data) => {
          document.documentElement.dataset.shared = data?.url ?? ''
          if (name) throw new DOMException('', name)
        }
      }, rejection)
      await ana.register('Ana', 5001)
      await ana.page.locator('.top').getByText('Convidar').click()
      const share = ana.page.getByRole('button', { name: 'Compartilhar' })
      await share.click()
      expect(await ana.page.getAttribute('html', 'data-shared')).toBe(address)
      if (!stays) {
        await share.waitFor({ state: 'hidden' })
        expect(await ana.page.locator('[data-copy]:focus').count()).toBe(1)
      }
      expect(await share.isVisible()).toBe(stays)
      expect(ana.complaints).toEqual([])
    },
    60_000,
  )
})

describe.skipIf(!hasChromium)('without JavaScript an invitation', () => {
  const browser = sharedChromium(startScriptlessChromium)

  test('is a page of its own, with no button that does nothing', async () => {
    await using site = await startTestWeb(named)
    const ana = await newPerson(browser(), site.url, { javaScriptEnabled: false })
    await ana.register('Ana', 5001)
    await ana.page.click('.top >> text=Convidar')
    await ana.page.waitForURL('**/invite')
    await ana.page.getByRole('link', { name: address }).waitFor()
    expect(await ana.page.locator('main button:visible').count()).toBe(0)
    // It leads here.
    expect(await ana.page.locator('.top').getByText('Convidar').isVisible()).toBe(false)
    await ana.page.click('text=Voltar à lista')
    await ana.page.waitForURL('**/people')
  }, 60_000)

  test('is all that a row offers beside the details: nobody can be called', async () => {
    await using site = await startTestWeb(named)
    const peer = await site.tcp.connect()
    await peer.ask('register,Bia,5002')
    await peer.ask('ready')
    const ana = await newPerson(browser(), site.url, { javaScriptEnabled: false })
    await ana.register('Ana', 5001)
    await ana.page.locator('#people').getByRole('link', { name: 'Bia' }).waitFor()
    expect(await ana.page.locator('[data-call-name]').count()).toBe(1)
    expect(await ana.page.locator('button[type="button"]:visible').count()).toBe(0)
    expect(await ana.page.locator('.notice:visible').count()).toBe(0)
  }, 60_000)
})

describe.skipIf(!hasChromium)('a link with a person to call', () => {
  const browser = sharedChromium(startCallingChromium)

  test('shows that person first, and rings after one more press', async () => {
    await using site = await startTestWeb()
    const [bia, ana] = [await newPerson(browser(), site.url), await newPerson(browser(), site.url)]
    await bia.register('Ana', 5001)
    await ana.page.goto('/?call=Ana')
    await ana.page.getByText('Entre para ligar para').waitFor()
    await ana.page.fill('#name', 'Mariana')
    await ana.page.keyboard.press('Enter')
    const first = ana.page.locator('#people li').first()
    await first.getByText('Ana', { exact: true }).waitFor()
    expect(await bia.page.locator('#call-ringing[open]').count()).toBe(0)
    await first.getByRole('button', { name: 'Ligar para Ana' }).click()
    await bia.page.locator('#call-ringing[open]').waitFor()
    expect([...ana.complaints, ...bia.complaints]).toEqual([])
  }, 60_000)
})
