import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import {
  callButton,
  callState,
  loadAgain,
  outcome,
  talk,
  twoPeople,
} from '../../support/callers.ts'
import {
  axeViolations,
  hasChromium,
  type Person,
  startCallingChromium,
  startTimeoutMs,
} from '../../support/chromium.ts'
import { eventually } from '../../support/eventually.ts'
import { startTestWeb, type TestWeb } from '../../support/web.ts'

const testMs = 60_000

describe.skipIf(!hasChromium)('what a call does for its person', () => {
  let browser: Browser
  let site: TestWeb
  let ana: Person
  let bia: Person
  beforeAll(async () => {
    browser = await startCallingChromium()
    site = await startTestWeb()
    ;[ana, bia] = await twoPeople(browser, site.url)
  }, startTimeoutMs)
  afterAll(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
  }, startTimeoutMs)
  beforeEach(() => loadAgain(ana, bia), startTimeoutMs)

  test(
    'keeps the screen on, and starts by a button where the browser wants one',
    async () => {
      await ana.page.evaluate(`(() => {
        window.locks = []
        navigator.wakeLock.request = async () => {
          const lock = Object.assign(new EventTarget(), { held: true, async release() { this.held = false } })
          window.locks.push(lock)
          return lock
        }
        const play = HTMLMediaElement.prototype.play
        window.mayPlay = false
        HTMLMediaElement.prototype.play = function () {
          if (this.id !== 'call-remote' || window.mayPlay) return play.call(this)
          return Promise.reject(new DOMException('no', 'NotAllowedError'))
        }
        document.getElementById('call-remote').autoplay = false
      })()`)
      await callButton(ana.page, 'Bia').click()
      await bia.page.click('#call-accept-video')
      await callState(ana.page, 'talking')
      const held = () => ana.page.evaluate<number>('locks.filter(({ held }) => held).length')
      expect(await held()).toBe(1)
      await ana.page.locator('#call-start-media').waitFor()
      expect(await axeViolations(ana.page, '#call')).toEqual([])
      await ana.page.evaluate('window.mayPlay = true')
      await ana.page.click('#call-start-media')
      await ana.page.locator('#call-start-media').waitFor({ state: 'hidden' })
      expect(await ana.page.evaluate("document.getElementById('call-remote').paused")).toBe(false)
      await ana.page.click('#call-hang-up')
      await eventually('the screen may go off', async () => (await held()) === 0)
    },
    testMs,
  )

  test(
    'lets single keys be switched off for good, and gives the focus back',
    async () => {
      await talk(ana, bia)
      const isMuted = () => ana.page.getAttribute('#call-mute', 'aria-pressed')
      await ana.page.keyboard.press('m')
      expect(await isMuted()).toBe('true')
      await ana.page.keyboard.press('?')
      await ana.page.uncheck('#call-shortcuts-on')
      expect(await axeViolations(ana.page, '#call-help')).toEqual([])
      await ana.page.keyboard.press('Escape')
      await ana.page.keyboard.press('m')
      expect(await isMuted()).toBe('true')
      expect(await ana.page.getAttribute('#call-mute', 'aria-keyshortcuts')).toBeNull()
      expect(await ana.page.getAttribute('#call-mute', 'title')).toBe('Silenciar microfone')

      await ana.page.click('#call-hang-up')
      await outcome(bia.page, 'Ana encerrou a chamada.')
      const focused = () => ana.page.evaluate<string>('document.activeElement.id')
      expect(await focused()).toBe('call-outcome-content')
      await callButton(ana.page, 'Bia').and(ana.page.locator(':not([aria-disabled])')).waitFor()
      await ana.page.click('#call-outcome-close')
      const name = 'document.activeElement.dataset.callName'
      expect(await ana.page.evaluate(name)).toBe('Bia')

      await ana.page.reload()
      await talk(ana, bia)
      await ana.page.keyboard.press('m')
      expect(await isMuted()).toBe('false')
      await ana.page.click('#call-help-button')
      await ana.page.check('#call-shortcuts-on')
      await ana.page.keyboard.press('Escape')
      await ana.page.keyboard.press('m')
      expect(await isMuted()).toBe('true')
    },
    testMs,
  )

  test(
    'tells a person whose window is visible and not in front that it rings',
    async () => {
      const notices = () => bia.page.evaluate<string[]>('notices')
      await bia.page.evaluate(`(() => {
        window.notices = []
        window.Notification = class extends EventTarget {
          static permission = 'granted'
          constructor(title) { super(); notices.push(title) }
          close() {}
        }
        window.inFront = true
        document.hasFocus = () => inFront
      })()`)
      await callButton(ana.page, 'Bia').click()
      await callState(bia.page, 'ringing-in')
      expect(await notices()).toEqual([])
      await ana.page.click('#call-cancel')
      await callState(bia.page, 'over')
      await bia.page.evaluate('window.inFront = false')
      await callButton(ana.page, 'Bia').click()
      await callState(bia.page, 'ringing-in')
      expect(await notices()).toEqual(['Ana está ligando'])
    },
    testMs,
  )
})
