import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { decodeSignal } from '../../src/browser/call/signalling/signal.ts'
import { type AnyBrowser, type AnyWindow, register, waitFor } from '../support/any-browser.ts'
import { hasChromium, startTimeoutMs } from '../support/chromium.ts'
import { startAnyChromium } from '../support/chromium-window.ts'
import { hasFirefox, startFirefox } from '../support/firefox.ts'
import { hasTurnServer, startTurnServer } from '../support/turn-server.ts'
import { startTestWeb } from '../support/web.ts'

const testMs = 120_000
const secret = 'shared between coturn and us'

const startSite = (turnUrls: string[], calls: 'direct' | 'relay') =>
  startTestWeb({
    calls,
    ice: { stunUrls: [], turnUrls, turnSecret: secret, turnLifetimeSeconds: 600 },
  })

/** From here on the page notes what it says to the server. */
const noteWhatIsSaid = (window: AnyWindow) =>
  window.evaluate(`(() => {
    const { send } = WebSocket.prototype
    globalThis.said = []
    WebSocket.prototype.send = function (text) { said.push(String(text)); return send.call(this, text) }
  })()`)

/** Everything that looks like an ICE candidate, and every address, in what the page has said of a call. */
async function toldBy(window: AnyWindow) {
  const said = await window.evaluate<string[]>('said')
  const signals = said.flatMap((text) => {
    const { call } = JSON.parse(text)
    return call?.kind === 'signal' ? (decodeSignal(call.payload) ?? []) : []
  })
  const lines = signals.flatMap((signal) =>
    'description' in signal
      ? signal.description.sdp.split('\r\n')
      : [signal.candidate.candidate ?? ''],
  )
  const candidates = lines.filter((line) => /^(a=)?candidate:/.test(line))
  return {
    relays: candidates.filter((line) => line.includes(' typ relay')).length,
    others: candidates.filter((line) => !line.includes(' typ relay')),
    behind: candidates.filter((line) => / raddr (?!0\.0\.0\.0 )/.test(line)),
    named: lines.filter((line) => /^(c=|a=rtcp:)/.test(line) && !line.endsWith('IN IP4 0.0.0.0')),
  }
}

async function talk(ana: AnyWindow, bia: AnyWindow): Promise<void> {
  await ana.click('#people [data-call-name=Bia]')
  await bia.click('#call-accept-video')
  // What this is about is said before the first frame is shown.
  const talking = "document.querySelector('#call-area').dataset.state === 'talking'"
  for (const window of [ana, bia]) await waitFor(window, 'a call', talking, 40_000)
}

const isShown = (window: AnyWindow, selector: string) =>
  window.evaluate<boolean>(`document.querySelector('${selector}')?.checkVisibility() ?? false`)

describe.each<[string, boolean, () => Promise<AnyBrowser>]>([
  ['Chromium', hasChromium, startAnyChromium],
  ['Firefox', hasFirefox && hasChromium, startFirefox],
])('in %s', (_, isThere, start) => {
  let browser: AnyBrowser
  let chromium: AnyBrowser
  beforeAll(async () => {
    if (!isThere) return
    browser = await start()
    chromium = await startAnyChromium()
  }, startTimeoutMs)
  afterAll(async () => {
    await browser?.close()
    await chromium?.close()
  }, startTimeoutMs)

  const twoWindows = async (url: string): Promise<[AnyWindow, AnyWindow]> => {
    const [ana, bia] = [await browser.newWindow(), await chromium.newWindow()]
    await register(ana, url, 'Ana', 5001)
    await register(bia, url, 'Bia', 5002)
    for (const window of [ana, bia]) await noteWhatIsSaid(window)
    return [ana, bia]
  }

  test.skipIf(!isThere || !hasTurnServer)(
    'a server with CALLS=relay has no call that shows an address',
    async () => {
      await using turn = await startTurnServer(secret)
      await using site = await startSite([turn.url], 'relay')
      const [ana, bia] = await twoWindows(site.url)
      expect(await isShown(ana, '#call-addresses')).toBe(false)
      await talk(ana, bia)
      for (const window of [ana, bia]) {
        const told = await toldBy(window)
        expect(told).toMatchObject({ others: [], behind: [], named: [] })
        expect(told.relays).toBeGreaterThan(0)
      }
      await ana.click('#call-hang-up')
    },
    testMs,
  )

  test.skipIf(!isThere || !hasTurnServer)(
    'who chooses so shows none, and the other does',
    async () => {
      await using turn = await startTurnServer(secret)
      await using site = await startSite([turn.url], 'direct')
      const [ana, bia] = await twoWindows(site.url)
      await ana.click('#relay-only')
      await waitFor(ana, 'no notice', "document.querySelector('#call-addresses').hidden")
      expect(await isShown(bia, '#call-addresses')).toBe(true)
      await talk(ana, bia)
      expect(await toldBy(ana)).toMatchObject({ others: [], behind: [], named: [] })
      expect((await toldBy(bia)).others).not.toEqual([])
      await ana.click('#call-hang-up')
    },
    testMs,
  )
})

test.skipIf(!hasChromium)(
  'the notice and the line in the ringing dialog are gone once they are understood',
  async () => {
    const browser = await startAnyChromium()
    try {
      await using site = await startSite([], 'direct')
      const [ana, bia] = [await browser.newWindow(), await browser.newWindow()]
      await register(ana, site.url, 'Ana', 5001)
      await register(bia, site.url, 'Bia', 5002)
      expect(await isShown(bia, '#relay-choice')).toBe(false)
      await ana.click('#people [data-call-name=Bia]')
      await waitFor(bia, 'it rings', "document.querySelector('#call-ringing').open")
      expect(await isShown(bia, '#call-ringing-addresses')).toBe(true)
      await bia.click('#call-decline')
      await bia.click('#call-addresses-close')
      await bia.open(`${site.url}/people`)
      await waitFor(bia, 'Ana', "document.querySelector('#people [data-call-name=Ana]')")
      expect(await isShown(bia, '#call-addresses')).toBe(false)
      await ana.click('#people [data-call-name=Bia]')
      await waitFor(bia, 'it rings', "document.querySelector('#call-ringing').open")
      expect(await isShown(bia, '#call-ringing-addresses')).toBe(false)
    } finally {
      await browser.close()
    }
  },
  testMs,
)
