import { describe, expect, test } from 'bun:test'
import type { AnyBrowser } from '../support/any-browser.ts'
import { hasChromium, startTimeoutMs } from '../support/chromium.ts'
import { startAnyChromium } from '../support/chromium-window.ts'
import { hasFirefox, startFirefox } from '../support/firefox.ts'
import { goodIceUrls } from '../support/ice-urls.ts'

/** Those of which the browser says that they are none. */
const refusedBy = (urls: string[]) => `${JSON.stringify(urls)}.filter((urls) => {
  try {
    new RTCPeerConnection({ iceServers: [{ urls, username: 'u', credential: 'c' }] }).close()
    return false
  } catch {
    return true
  }
})`

describe.each<[string, boolean, () => Promise<AnyBrowser>]>([
  ['Chromium', hasChromium, startAnyChromium],
  ['Firefox', hasFirefox, startFirefox],
])('%s', (_, isThere, start) => {
  test.skipIf(!isThere)(
    'takes every URL of a STUN or TURN server that may be set',
    async () => {
      const browser = await start()
      try {
        const window = await browser.newWindow()
        const all = [...goodIceUrls.stun, ...goodIceUrls.turn]
        expect(await window.evaluate<string[]>(refusedBy(all))).toEqual([])
        const none = ['turn://h', 'stun:h:0']
        expect(await window.evaluate<string[]>(refusedBy(none))).toEqual(none)
      } finally {
        await browser.close()
      }
    },
    startTimeoutMs,
  )
})
