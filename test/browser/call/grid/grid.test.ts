import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { Box } from '../../../../src/browser/call/grid/boxes.ts'
import { axeViolations, hasChromium, sharedChromium } from '../../../support/chromium.ts'
import { layoutFaults, lookAt } from '../../../support/looks.ts'
import { serveGrid } from './grid-site.tsx'

const testMs = 120_000
const names = ['Bia', 'Cris Oliveira dos Santos', 'דוד 2', 'Dani', 'Élio']

/** The page of a call with that many people, oneself among them; Cris holds a phone, Dani has no camera. */
const inCallOf = (count: number) => `(() => {
  const names = ${JSON.stringify(names)}.slice(0, ${count - 1})
  const { grid, painted } = page
  page.members = names.map((name, at) => ({ key: String(at), name, ip: '127.0.0.1', link: 'up' }))
  page.without = (...keys) => page.members.filter(({ key }) => !keys.includes(key))
  page.tile = (name) => [...document.querySelectorAll('.call-tile')]
    .find((tile) => tile.querySelector('[data-tile=name]').textContent === name)
  grid.members(page.members)
  for (const [at] of names.entries()) {
    const hasCamera = at !== 3
    if (hasCamera) grid.play(String(at), at === 1 ? painted(180, 320, 90) : painted(320, 180, at * 60))
    grid.shown(String(at), { microphone: at !== 1, camera: hasCamera, sharing: false })
  }
  grid.own()
})()`

const pressed = (page: Page) =>
  page.evaluate<string[]>(
    `[...document.querySelectorAll('[data-tile=enlarge][aria-pressed=true]')].map((each) => each.ariaLabel)`,
  )

const shares = (page: Page, key: string, sharing: boolean) =>
  page.evaluate(
    `page.grid.shown('${key}', { microphone: true, camera: true, sharing: ${sharing} })`,
  )

/** The tiles stand where they belong in a window of another size. */
const drawn = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))'

const said = (page: Page) => page.innerText('#call-say')

describe.skipIf(!hasChromium)('the pictures of a call', () => {
  let site: Awaited<ReturnType<typeof serveGrid>>
  const browser = sharedChromium()
  beforeAll(async () => {
    site = await serveGrid()
  })
  afterAll(() => site.stop(true))

  async function open(count: number, viewport = { width: 1280, height: 800 }): Promise<Page> {
    const page = await (await browser().newContext({ viewport })).newPage()
    await page.goto(site.url.href)
    await page.evaluate(inCallOf(count))
    await page.waitForFunction(
      "[...document.querySelectorAll('.call-tile video')].every((each) => !each.srcObject || each.videoWidth > 0)",
    )
    return page
  }

  test(
    'nothing is cut, scrolls or is too small, on phones and desks, with letters twice as large',
    async () => {
      const page = await open(6)
      await page.evaluate("page.grid.speaking('0', true)")
      await page.evaluate(
        "page.grid.members(page.members.map((each, at) => at === 2 ? { ...each, link: 'broken' } : each))",
      )
      const faults: string[] = []
      for (const [width = 0, height = 0] of [
        [390, 844],
        [844, 390],
        [1280, 800],
      ]) {
        for (const text of [100, 200] as const) {
          await lookAt(page, { width, height, text, theme: 'light' })
          await page.evaluate(drawn)
          for (const large of [false, true]) {
            if (large) await page.evaluate("page.tile('Bia').querySelector('button').click()")
            const found = await layoutFaults(page, '#call')
            if (width === 390 && text === 100) {
              found.push(...(await axeViolations(page, '#call', ['color-contrast', 'target-size'])))
            }
            faults.push(...found.map((fault) => `${width} px, ${text} %, ${large}: ${fault}`))
          }
          await page.evaluate('page.grid.back()')
          const scrolls = "document.querySelector('#call').scrollHeight > innerHeight"
          expect(await page.evaluate(scrolls)).toBe(false)
        }
      }
      expect(faults).toEqual([])
      expect(await axeViolations(page, '#call')).toEqual([])
    },
    testMs,
  )

  test(
    'of two the other fills the stage; of three each has a tile',
    async () => {
      const boxes = (page: Page) =>
        page.evaluate<Box[]>(
          `[...document.querySelectorAll('.call-tile')].map((each) => each.getBoundingClientRect().toJSON())`,
        )
      const two = await open(2)
      const [other, own] = (await boxes(two)) as [Box, Box]
      expect(own.width * own.height).toBeLessThan((other.width * other.height) / 4)
      expect(await two.isVisible('[data-tile=enlarge]')).toBe(false)
      const three = await boxes(await open(3))
      expect(new Set(three.map(({ width }) => width)).size).toBe(1)
      expect(three).toHaveLength(3)
    },
    testMs,
  )

  test(
    'a tile is made large by a press or a key, and back by Escape',
    async () => {
      const page = await open(4)
      const widthOf = (name: string) => page.evaluate<number>(`page.tile('${name}').clientWidth`)
      const before = await widthOf('Bia')
      await page.click('[aria-label="Enlarge Bia\'s picture"]')
      expect(await pressed(page)).toEqual(["Enlarge Bia's picture"])
      expect(await widthOf('Bia')).toBeGreaterThan(before)
      expect(
        await page.evaluate('page.grid.mainPicture() === page.tile("Bia").querySelector("video")'),
      ).toBe(true)
      await page.focus('[aria-label="Enlarge your own picture"]')
      await page.keyboard.press('Enter')
      expect(await pressed(page)).toEqual(['Enlarge your own picture'])
      await page.keyboard.press('Space')
      expect(await pressed(page)).toEqual([])
      await page.keyboard.press('Space')
      await page.keyboard.press('Escape')
      expect(await pressed(page)).toEqual([])
      expect(await widthOf('Bia')).toBe(before)
      // The grid comes first; only then a panel is closed.
      expect(await page.evaluate('page.panelsClosed')).toBe(0)
      await page.keyboard.press('Escape')
      expect(await page.evaluate('page.panelsClosed')).toBe(1)
    },
    testMs,
  )

  test(
    'a shared screen is large and whole while it is shared',
    async () => {
      const page = await open(4)
      const fitOf = (name: string) =>
        page.evaluate<string>(
          `getComputedStyle(page.tile('${name}').querySelector('video')).objectFit`,
        )
      expect(await fitOf('Bia')).toBe('cover')
      await shares(page, '0', true)
      expect(await pressed(page)).toEqual(["Enlarge Bia's picture"])
      expect(await fitOf('Bia')).toBe('contain')
      expect(await page.innerText('#call-they-share')).toBe('Bia shares the screen')
      await page.evaluate("page.tile('You').querySelector('button').click()")
      expect(await pressed(page)).toEqual(['Enlarge your own picture'])
      await page.keyboard.press('Escape')
      expect(await pressed(page)).toEqual([])
      expect(await fitOf('Bia')).toBe('contain')
      await shares(page, '0', false)
      expect(await fitOf('Bia')).toBe('cover')
      expect(await page.isVisible('#call-they-share')).toBe(false)
    },
    testMs,
  )

  test(
    'who comes and goes is said, and the focus stays in the call',
    async () => {
      const page = await open(4)
      const focused = () =>
        page.evaluate<string | undefined>(
          'document.activeElement.ariaLabel ?? document.activeElement.id',
        )
      await page.focus('[aria-label="Enlarge Bia\'s picture"]')
      await page.evaluate("page.grid.members(page.without('0'))")
      expect(await said(page)).toBe('Bia left the call.')
      expect(await focused()).toContain('Cris')
      // The oldest that is left has the ids.
      expect(
        await page.evaluate(
          "page.tile('Cris Oliveira dos Santos').contains(document.querySelector('#call-remote'))",
        ),
      ).toBe(true)
      expect(await page.locator('#call-remote-off').count()).toBe(1)

      await page.evaluate("page.grid.members(page.without('0', '2'))")
      expect(await focused()).toBe('call-stage')
      expect(await page.locator('.call-tile').count()).toBe(2)
      await page.evaluate("page.grid.members([...page.without('0', '2'), page.members[0]])")
      expect(await said(page)).toBe('Bia came into the call.')
      await page.evaluate('page.grid.end()')
      expect(await page.evaluate("document.querySelector('#call-remote').srcObject")).toBeNull()
      expect(await page.locator('.call-tile').count()).toBe(2)
    },
    testMs,
  )

  test(
    'one button starts all pictures that wait for a press',
    async () => {
      const page = await open(2)
      await page.evaluate(`(() => {
      const play = HTMLMediaElement.prototype.play
      page.may = false
      HTMLMediaElement.prototype.play = function () {
        return page.may ? play.call(this) : Promise.reject(new DOMException('', 'NotAllowedError'))
      }
    })()`)
      await page.evaluate(`(() => {
      page.grid.members([0, 1, 2].map((at) => ({ key: String(at), name: 'n' + at, ip: '', link: 'up' })))
      for (const video of document.querySelectorAll('.call-tile video')) video.autoplay = false
      for (const at of [1, 2]) page.grid.play(String(at), page.painted(64, 36, 9))
    })()`)
      await page.locator('#call-start-media').waitFor()
      await page.evaluate('page.may = true')
      await page.focus('#call-start-media')
      await page.keyboard.press('Enter')
      await page.locator('#call-start-media').waitFor({ state: 'hidden' })
      const paused =
        "[...document.querySelectorAll('.call-tile video')].filter((each) => each.paused).length"
      expect(await page.evaluate(paused)).toBe(0)
      expect(await page.evaluate('document.activeElement.id')).toBe('call-stage')
    },
    testMs,
  )

  test(
    'who speaks is seen by an edge and a mark, also where the system gives the colours',
    async () => {
      const page = await open(3)
      const edge = () =>
        page.evaluate<string>("getComputedStyle(page.tile('Bia'), '::after').borderTopStyle")
      const mark = () => page.locator('.call-tile__speaks:visible').count()
      for (const forcedColors of ['none', 'active'] as const) {
        await page.emulateMedia({ forcedColors })
        expect([await edge(), await mark()]).toEqual(['none', 0])
        await page.evaluate("page.grid.speaking('0', true)")
        expect([await edge(), await mark()]).toEqual([
          forcedColors === 'none' ? 'solid' : 'double',
          1,
        ])
        await page.evaluate("page.grid.speaking('0', false)")
      }
    },
    testMs,
  )
  test(
    'that this person speaks is seen in their own tile, unless they are muted or there is one other',
    async () => {
      const page = await open(3)
      await page.click('[aria-label="Enlarge your own picture"]')
      const marked = page.locator('#call-own-frame[data-speaking]')
      await page.evaluate('page.speak(true)')
      await marked.locator('.call-tile__speaks').waitFor()
      await page.evaluate('page.speak(false)')
      await marked.waitFor({ state: 'detached' })
      await page.evaluate('page.speak(true)')
      await marked.waitFor()
      await page.evaluate('page.own.microphone = false; page.grid.own()')
      expect(await marked.count()).toBe(0)
      await page.evaluate('page.own.microphone = true; page.grid.own()')
      await marked.waitFor()
      await page.evaluate("page.grid.members(page.without('0'))")
      expect(await marked.count()).toBe(0)
    },
    testMs,
  )
})
