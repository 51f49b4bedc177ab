import { describe, expect, test } from 'bun:test'
import { OwnEnds } from '../../src/host/own-ends.ts'
import { axeViolations, hasChromium, newPerson, sharedChromium } from '../support/chromium.ts'
import { layoutFaults } from '../support/looks.ts'
import { startTestWeb } from '../support/web.ts'

const operatorKey = 'chave do operador, longa'

/** With two minutes of measures, as after two minutes. */
const samples = Array.from({ length: 24 }, (_, at) => ({
  at: 1_800_000_000_000 + at * 5_000,
  registrations: at,
  changesPerSecond: at % 5,
  requestsPerSecond: (at % 7) * 100,
  memoryBytes: 8e7 + at * 1e5,
  lagSeconds: at === 12 ? 0.08 : 0.002,
}))

/** The moments in the list of people that are not as this browser writes them. */
const momentsNotTheReaders = `[...document.querySelectorAll('#op-people time')]
  .map((time) => [
    time.textContent,
    new Date(time.dateTime).toLocaleString(navigator.language, { dateStyle: 'short', timeStyle: 'short' }),
  ])
  .filter(([shown, expected]) => shown !== expected)`

async function startSite() {
  const ownEnds = new OwnEnds()
  return startTestWeb({
    operatorKey,
    history: { samples },
    ownEnds,
    registryOverrides: { ownListener: { isOurs: ownEnds.has.bind(ownEnds), takesDeeds: true } },
  })
}

describe.skipIf(!hasChromium)('the operator’s page in a browser', () => {
  const browser = sharedChromium()

  test.each([
    {
      look: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark', locale: 'pt-BR' },
      words: {
        enter: 'Entrar',
        wrong: 'não está certa',
        disconnect: 'Desconectar',
        tell: 'Avisar',
      },
      read: /desconectou você.*Até amanhã, Ana/,
    },
    {
      look: { viewport: { width: 390, height: 844 }, colorScheme: 'light', locale: 'en' },
      words: { enter: 'Sign in', wrong: 'not right', disconnect: 'Disconnect', tell: 'Tell every' },
      read: /has disconnected you.*Até amanhã, Ana/,
    },
  ] as const)(
    'signs in, follows, disconnects and tells everybody, in $look.locale',
    async ({ look, words, read }) => {
      await using site = await startSite()
      const ana = await newPerson(browser(), site.url, { locale: look.locale })
      await ana.register('Ana', 5001)
      const operator = await newPerson(browser(), site.url, { ...look, reducedMotion: 'reduce' })
      const { page } = operator
      await page.goto('/operator')
      await page.getByLabel(/^(Chave do operador|Operator’s key)$/).fill('a guess')
      await page.getByRole('button', { name: words.enter }).click()
      await page.getByText(words.wrong).waitFor()
      expect(await axeViolations(page)).toEqual([])
      await page.locator('#key').fill(operatorKey)
      await page.keyboard.press('Enter')

      // What changes is there without a reload.
      const rows = page.locator('#op-people tbody tr')
      await rows.filter({ hasText: 'Ana' }).waitFor()
      const zeca = await site.tcp.connect()
      await zeca.ask('register,Zeca,6000')
      await rows.filter({ hasText: 'Zeca' }).waitFor()
      expect(await page.locator('.plot svg').count()).toBe(5)
      expect(await axeViolations(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(look.viewport.width)
      await page.locator('#filter').fill('zec')
      await rows.filter({ hasText: 'Ana' }).waitFor({ state: 'detached' })
      // Nothing was added: the row that stays has the moment as the server writes it.
      expect(await page.evaluate(momentsNotTheReaders)).toEqual([])
      await page.locator('#filter').fill('')

      // A notice is on a page, and told to a program.
      await zeca.ask('watch')
      while (!(await zeca.line()).startsWith('*synced')) {}
      await page.locator('#notice-text').fill('Pausa, até as 14 h')
      await page.getByRole('button', { name: words.tell }).click()
      await ana.page.locator('#operator-notice').getByText('Pausa, até as 14 h').waitFor()
      expect(await zeca.line()).toBe('*notice,Pausa, até as 14 h')
      expect(await axeViolations(ana.page)).toEqual([])

      await rows.getByRole('link', { name: 'Ana' }).click()
      const dialog = page.locator('dialog[open]')
      await dialog.locator('#kick-text').fill('Até amanhã, Ana')
      expect(await axeViolations(page)).toEqual([])
      await dialog.getByRole('button', { name: words.disconnect, exact: true }).click()
      await ana.page.getByText(read).waitFor()
      await rows.filter({ hasText: 'Ana' }).waitFor({ state: 'detached' })
      expect([operator.complaints, ana.complaints]).toEqual([[], []])
      zeca.close()
    },
    60_000,
  )

  test('blocks an address, whose page says so', async () => {
    await using site = await startTestWeb({
      operatorKey,
      isTrustedProxy: (ip) => ip === '127.0.0.1',
      registryOverrides: { isTrusted: (ip) => ip === '127.0.0.1' },
    })
    const from = (ip: string) => ({ extraHTTPHeaders: { 'X-Forwarded-For': ip } })
    const ana = await newPerson(browser(), site.url, from('203.0.113.7'))
    await ana.register('Ana', 5001)
    const { page } = await newPerson(browser(), site.url, from('198.51.100.1'))
    await page.goto('/operator')
    await page.locator('#key').fill(operatorKey)
    await page.keyboard.press('Enter')
    await page.locator('#block-any-ip').fill('203.0.113.7')
    await page.getByRole('button', { name: 'Bloquear', exact: true }).click()
    await ana.page.getByText('bloqueou o seu endereço').waitFor()
    await ana.page.locator('#sign-in form button').first().click()
    await ana.page.getByRole('alert').getByText('bloqueou o seu endereço').waitFor()
    // On a phone, too, an IP and the word of a button are whole.
    await page.setViewportSize({ width: 320, height: 640 })
    expect(await layoutFaults(page, '#op-blocked tbody')).toEqual([])
    // The list of people changes by itself.
    expect(await page.getByText('Consultar outra vez').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Desbloquear 203.0.113.7' }).click()
    await page.getByText('Nenhum endereço está bloqueado.').waitFor()
    await ana.page.locator('#sign-in form button').first().click()
    await ana.sees('Ana')
  }, 60_000)
})
