import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import {
  axeViolations,
  hasChromium,
  startCallingChromium,
  startTimeoutMs,
} from '../../support/chromium.ts'
import { eventually } from '../../support/eventually.ts'
import { layoutFaults, layouts, lookAt, themes } from '../../support/looks.ts'
import { startToySite } from './toy-site.tsx'

const testMs = 180_000
const atRest = { width: 1280, height: 800, text: 100, theme: 'light' } as const

/**
 * What is wrong with a part of the page, in every layout and theme, a line each. What depends on neither is
 * looked for once: axe takes long.
 */
async function faultsOf(page: Page, within: string): Promise<string[]> {
  const faults: string[] = []
  for (const layout of layouts) {
    for (const theme of themes) {
      await lookAt(page, { ...layout, theme })
      const found = await axeViolations(page, within, ['color-contrast', 'target-size'])
      if (theme === 'light') found.push(...(await layoutFaults(page, within)))
      const { width, text } = layout
      faults.push(...found.map((fault) => `${width} px, ${text} %, ${theme}: ${fault}`))
    }
  }
  await lookAt(page, atRest)
  return [...faults, ...(await axeViolations(page, within))]
}

/** Nothing that connects runs out of time while it is looked at. */
const standStill = (page: Page) =>
  page.evaluate(`(() => {
    const now = performance.now()
    performance.now = () => now
  })()`)

const showsAScreen = `navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = document.createElement('canvas')
  canvas.getContext('2d').fillRect(0, 0, 1, 1)
  return canvas.captureStream(5)
}`
const showsNoScreen = `navigator.mediaDevices.getDisplayMedia = async () => {
  throw new DOMException('', 'NotReadableError')
}`

describe.skipIf(!hasChromium)('every state of a call, on phones and a desk, light and dark', () => {
  let browser: Browser
  let site: Awaited<ReturnType<typeof startToySite>>
  let ana: Page
  let bia: Page
  beforeAll(async () => {
    browser = await startCallingChromium()
    site = await startToySite()
    site.setRingsForMs(600_000)
    ;[ana, bia] = (await Promise.all(['ana', 'bia'].map(open))) as [Page, Page]
  }, startTimeoutMs)
  afterAll(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
  }, startTimeoutMs)

  async function open(name: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage()
    await page.goto(`${site.url}/${name}`)
    await eventually(`the page of ${name}`, () => site.tabs(name) > 0)
    return page
  }

  const isAt = (page: Page, state: string) =>
    page.locator(`#call-area[data-state="${state}"]`).waitFor({ state: 'attached' })

  test(
    'it rings, calls and connects',
    async () => {
      await ana.click('[data-call-name=bia]')
      await isAt(bia, 'ringing-in')
      expect(await faultsOf(bia, '#call-ringing')).toEqual([])
      await isAt(ana, 'ringing-out')
      expect(await faultsOf(ana, '#call-calling')).toEqual([])
      const [id = ''] = site.calls.keys()
      await standStill(ana)
      const accepted = { name: 'bia', ip: '127.0.0.1', polite: false, iceServers: [] }
      site.tell('ana', { kind: 'accepted', id, ...accepted })
      await isAt(ana, 'connecting')
      expect(await faultsOf(ana, '#call')).toEqual([])
      await ana.click('#call-hang-up')
      await isAt(ana, 'over')
      expect(await faultsOf(ana, '#call-outcome')).toEqual([])
    },
    testMs,
  )

  test(
    'two talk, with each panel, the menu, shared screens, and trouble',
    async () => {
      await Promise.all([ana.reload(), bia.reload()])
      await eventually('both', () => site.tabs('ana') > 0 && site.tabs('bia') > 0)
      await ana.click('[data-call-name=bia]')
      await bia.click('#call-accept-audio')
      await isAt(ana, 'talking')
      await bia.keyboard.press('m')
      await ana.locator('#call-remote-muted').waitFor()
      await ana.evaluate(showsAScreen)
      expect(await faultsOf(ana, '#call')).toEqual([])

      for (const panel of ['chat', 'devices', 'safety']) {
        await ana.evaluate(`document.getElementById('call-${panel}-button').click()`)
        expect({ panel, faults: await faultsOf(ana, '#call') }).toEqual({ panel, faults: [] })
        await ana.keyboard.press('Escape')
      }
      await lookAt(ana, { ...atRest, width: 390 })
      await ana.click('#call-more-button')
      expect(await faultsOf(ana, '#call')).toEqual([])
      await ana.keyboard.press('Escape')

      await ana.keyboard.press('d')
      await bia.locator('#call-they-share').waitFor()
      expect(await ana.innerText('#call-you-share')).toContain('Você está compartilhando')
      expect(await bia.innerText('#call-they-share')).toBe('ana compartilha a tela')
      expect(await faultsOf(ana, '#call')).toEqual([])
      expect(await faultsOf(bia, '#call')).toEqual([])
      await ana.click('#call-share-stop')
      await bia.locator('#call-they-share').waitFor({ state: 'hidden' })
      expect(await ana.locator('#call-you-share').isVisible()).toBe(false)

      await ana.evaluate(showsNoScreen)
      await ana.keyboard.press('d')
      await ana.locator('#call [data-call-problems]').waitFor()
      site.goAway()
      await ana.locator('#call-banner').getByText('Sem o servidor').waitFor()
      expect(await faultsOf(ana, '#call')).toEqual([])
      await ana.keyboard.press('?')
      expect(await faultsOf(ana, '#call-help')).toEqual([])
    },
    testMs,
  )
})
