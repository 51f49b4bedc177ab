import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { languages } from '../../../src/text/languages.ts'
import { hasChromium, startCallingChromium, startTimeoutMs } from '../../support/chromium.ts'
import { eventually } from '../../support/eventually.ts'
import { startToySite } from './toy-site.tsx'

type Box = { top: number; bottom: number; width: number; height: number }

/** Boxes of what is shown of these, from top to bottom. */
const boxes = (page: Page, selector: string) =>
  page.evaluate<Box[]>(
    `[...document.querySelectorAll(${JSON.stringify(selector)})]
      .filter((each) => each.checkVisibility()).map((each) => each.getBoundingClientRect())
      .map(({ top, bottom, width, height }) => ({ top, bottom, width, height }))`,
  )

const paintOf = (page: Page, id: string) =>
  page.evaluate<string>(`getComputedStyle(document.getElementById('${id}')).backgroundColor`)

/** Words that stand on more than one line, each as if it were in the safety code. */
const brokenWords = (page: Page, words: readonly string[]) =>
  page.evaluate<string[]>(`(() => {
    const code = document.querySelector('#call-safety-code')
    code.replaceChildren(...${JSON.stringify(words)}.map((word) => {
      const item = document.createElement('li')
      item.append(word)
      return item
    }))
    return [...code.children].flatMap(({ firstChild }) =>
      [...firstChild.data.matchAll(/[^ -]+/g)].flatMap(({ 0: word, index }) => {
        const range = document.createRange()
        range.setStart(firstChild, index)
        range.setEnd(firstChild, index + word.length)
        const item = firstChild.parentElement.getBoundingClientRect()
        const [box, ...more] = range.getClientRects()
        const inside = box.left >= item.left && box.right <= item.right
        return more.length === 0 && inside ? [] : [word]
      }))
  })()`)

describe.skipIf(!hasChromium)('what a call looks like', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startCallingChromium({ cameras: 2 })
  }, startTimeoutMs)
  afterAll(() => browser.close(), startTimeoutMs)

  async function talk(language: 'pt' | 'en', options: BrowserContextOptions = {}) {
    const site = await startToySite()
    const [ana, bia] = await Promise.all(
      ['ana', 'bia'].map(async (name) => {
        const page = await (await browser.newContext(options)).newPage()
        await page.goto(`${site.url}/${name}?language=${language}`)
        await eventually(`the page of ${name}`, () => site.tabs(name) > 0)
        return page
      }),
    )
    await ana?.click('[data-call-name=bia]')
    await bia?.click('#call-accept-audio')
    await ana?.locator('#call-area[data-state=talking]').waitFor({ state: 'attached' })
    if (!ana) throw new Error('no page')
    return {
      page: ana,
      async [Symbol.asyncDispose]() {
        await Promise.all(browser.contexts().map((context) => context.close()))
        await site[Symbol.asyncDispose]()
      },
    }
  }

  test.each([{ touch: false }, { touch: true }])(
    'what is pressed most stands in one row, with words, with touch $touch',
    async ({ touch }) => {
      const phone = { viewport: { width: 320, height: 640 }, hasTouch: touch, isMobile: touch }
      await using call = await talk('pt', phone)
      for (const [width = 0, height = 0] of [
        [320, 640],
        [390, 844],
        [480, 800],
        [844, 390],
        [1280, 800],
      ]) {
        await call.page.setViewportSize({ width, height })
        const buttons = await boxes(call.page, '.call__controls button')
        const words = await boxes(call.page, '.call__controls .call-control__word')
        // On a desk all of them, and no menu.
        if (width < 1_000) expect({ width, buttons: buttons.length }).toEqual({ width, buttons: 6 })
        else expect(buttons.length).toBeGreaterThanOrEqual(8)
        expect(words).toHaveLength(buttons.length)
        const rows = new Set(buttons.map(({ top }) => Math.round(top)))
        expect({ width, rows: rows.size }).toEqual({ width, rows: 1 })
        // Wide enough for a finger (WCAG 2.2, 2.5.8), and within the window.
        for (const button of buttons) expect(button.width).toBeGreaterThanOrEqual(24)
        for (const button of buttons) expect(button.height).toBeGreaterThanOrEqual(44)
        expect(await call.page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      }
    },
    30_000,
  )

  test('the other camera is one press away', async () => {
    await using call = await talk('pt', { viewport: { width: 320, height: 640 } })
    const { page } = call
    const camera = () =>
      page.evaluate<string | undefined>(
        "document.querySelector('#call-own').srcObject?.getVideoTracks()[0]?.getSettings().deviceId",
      )
    const before = await camera()
    await page.click('#call-flip')
    await eventually('the other camera', async () => {
      const now = await camera()
      return now !== undefined && now !== before
    })
    await page.click('#call-camera-off')
    await page.locator('#call-flip').waitFor({ state: 'hidden' })
  }, 30_000)

  test('at 400 % zoom an open panel has the whole window, and the focus', async () => {
    await using call = await talk('pt', { viewport: { width: 320, height: 256 } })
    const { page } = call
    await page.click('#call-chat-button')
    const [log] = await boxes(page, '.call-chat')
    const [form] = await boxes(page, '.call-chat__form')
    expect(log?.height).toBeGreaterThan(256 / 3)
    expect(form?.bottom).toBeLessThanOrEqual(256)
    expect(await page.evaluate('document.activeElement.id')).toBe('call-chat-field')

    await page.click('#call-chat [data-call-panel-close]')
    expect(await page.evaluate('document.activeElement.id')).toBe('call-chat-button')
    await page.click('#call-safety-button')
    const [safety] = await boxes(page, '#call-safety')
    expect(safety?.height).toBeGreaterThan(256 * 0.9)
    expect(
      await page.evaluate(
        "document.querySelector('#call-safety').contains(document.activeElement)",
      ),
    ).toBe(true)
  }, 30_000)

  test.each(['pt', 'en'] as const)(
    'no word of the safety code is broken: %s',
    async (language) => {
      await using call = await talk(language, { viewport: { width: 390, height: 844 } })
      const { page } = call
      await page.locator('#call-safety-button[data-safety=code]').waitFor({ state: 'attached' })
      await page.click('#call-safety-button')
      const names = languages[language].call.safetySymbols
      for (const width of [320, 390, 1000]) {
        await page.setViewportSize({ width, height: 844 })
        expect({ width, broken: await brokenWords(page, names) }).toEqual({ width, broken: [] })
      }
      // A word that is too long is found.
      expect(await brokenWords(page, [...names, 'Rindfleischetikett'])).toHaveLength(1)
    },
    30_000,
  )

  test('what is pressed or open is seen to be so where the system gives the colours', async () => {
    await using call = await talk('pt', { viewport: { width: 1000, height: 600 } })
    const { page } = call
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ forcedColors: 'active', colorScheme })
      for (const id of ['call-mute', 'call-safety-button']) {
        const before = await paintOf(page, id)
        await page.click(`#${id}`)
        expect(await paintOf(page, id)).not.toBe(before)
        await page.click(`#${id}`)
        expect(await paintOf(page, id)).toBe(before)
      }
      const edge = "getComputedStyle(document.getElementById('call-share')).borderTopWidth"
      expect(await page.evaluate(edge)).toBe('1px')
    }
  }, 30_000)
})
