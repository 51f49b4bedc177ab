import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  type AnyBrowser,
  type AnyWindow,
  register,
  waitFor,
  waitForText,
} from '../support/any-browser.ts'
import {
  attemptOf,
  hearsAndSees,
  isAt,
  isShown,
  rememberConnections,
  safetyCodeOf,
} from '../support/calling-windows.ts'
import { hasChromium } from '../support/chromium.ts'
import { startAnyChromium } from '../support/chromium-window.ts'
import { eventually } from '../support/eventually.ts'
import { hasFirefox, startFirefox } from '../support/firefox.ts'
import { startProcess } from '../support/process.ts'

const testMs = 180_000

/** Firefox has no screen here, nor a picker that a test could work: a drawing that moves instead. */
const aScreen = `(() => {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 })
    const pen = canvas.getContext('2d')
    let at = 0
    setInterval(() => pen.fillRect((at += 1) % 320, 0, 1, 240), 50)
    return canvas.captureStream(10)
  }
})()`

type Pair = { ana: AnyWindow; bia: AnyWindow }

describe.skipIf(!hasChromium || !hasFirefox)('Chromium and Firefox', () => {
  let browsers: { chromium: AnyBrowser; firefox: AnyBrowser }
  beforeAll(async () => {
    const [chromium, firefox] = await Promise.all([startAnyChromium(), startFirefox()])
    browsers = { chromium, firefox }
  }, testMs)
  afterAll(async () => {
    await browsers?.chromium.close()
    await browsers?.firefox.close()
  }, testMs)

  async function personIn(browser: AnyBrowser, url: string, name: string): Promise<AnyWindow> {
    const window = await browser.newWindow()
    await register(window, url, name, name === 'Ana' ? 5001 : 5002)
    await rememberConnections(window)
    if (browser === browsers.firefox) await window.evaluate(aScreen)
    return window
  }

  const bothHearAndSee = ({ ana, bia }: Pair) => Promise.all([hearsAndSees(ana), hearsAndSees(bia)])

  const attemptsOf = ({ ana, bia }: Pair) => Promise.all([attemptOf(ana), attemptOf(bia)])

  async function bothFoundAnother({ ana, bia }: Pair, before: string[]): Promise<void> {
    for (const [at, end] of [ana, bia].entries()) {
      await eventually('another attempt', async () => (await attemptOf(end)) !== before[at], 40_000)
    }
  }

  /** The code of both, which is the same. */
  async function codeOf({ ana, bia }: Pair): Promise<string> {
    const code = await safetyCodeOf(ana)
    expect(code).not.toBe('')
    expect(await safetyCodeOf(bia)).toBe(code)
    return code
  }

  async function write(from: AnyWindow, to: AnyWindow, text: string): Promise<void> {
    await from.fill('#call-chat-field', text)
    await from.click('#call-chat-form [type=submit]')
    await waitForText(to, text)
  }

  async function muteAndShare(from: AnyWindow, to: AnyWindow): Promise<void> {
    await from.click('#call-mute')
    await isShown(to, '#call-remote-muted')
    await from.click('#call-mute')
    await isShown(to, '#call-remote-muted', false)

    await from.click('#call-share')
    const label = "document.querySelector('#call-remote').ariaLabel"
    await waitFor(to, 'a shared screen', `${label}.includes('compartilha a tela')`)
    await hearsAndSees(to)
    await from.click('#call-share')
    await hearsAndSees(to)
  }

  test.each([
    { caller: 'chromium', callee: 'firefox' },
    { caller: 'firefox', callee: 'chromium' },
  ] as const)(
    'talk, write, mute, share a screen, and find another way while the server is away: $caller calls $callee',
    async ({ caller, callee }) => {
      await using house = await startProcess()
      const ana = await personIn(browsers[caller], house.url, 'Ana')
      const bia = await personIn(browsers[callee], house.url, 'Bia')
      const both = { ana, bia }
      await ana.click('#people [data-call-name="Bia"]:not([aria-disabled])')
      await bia.click('#call-accept-video')
      await bothHearAndSee(both)
      const code = await codeOf(both)

      for (const end of [ana, bia]) await end.click('#call-chat-button')
      await write(ana, bia, 'Olá, <b>Bia</b>')
      await write(bia, ana, 'Olá, Ana')
      for (const end of [ana, bia]) await end.click('#call-chat-button')
      await muteAndShare(ana, bia)
      await muteAndShare(bia, ana)

      // The server is away at the very moment at which an end looks for another way.
      const before = await attemptsOf(both)
      house.signal('SIGKILL')
      await house.exited
      await waitForText(ana, 'Sem o servidor por agora')
      await ana.evaluate("dispatchEvent(new Event('online'))")
      await using back = await startProcess({
        STATE_DIRECTORY: house.stateDirectory,
        REGISTRY_PORT: String(house.registry.port),
        HTTP_PORT: new URL(house.url).port,
      })
      // Both pages dial again, each after a pause of its own.
      await eventually('taken up again', () => back.output().includes('Chamada retomada'), 40_000)
      await bothFoundAnother(both, before)
      await bothHearAndSee(both)

      // The other end looks for a way, too: it offers for the first time.
      const then = await attemptsOf(both)
      await bia.evaluate("dispatchEvent(new Event('online'))")
      await bothFoundAnother(both, then)
      await bothHearAndSee(both)
      expect(await codeOf(both)).toBe(code)

      await bia.click('#call-hang-up')
      await waitForText(ana, 'Bia encerrou a chamada.')
      await isAt(bia, 'over')
    },
    testMs,
  )
})
