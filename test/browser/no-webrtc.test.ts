import { describe, expect, test } from 'bun:test'
import { callButton, callState, outcome, twoPeople } from '../support/callers.ts'
import {
  axeViolations,
  hasChromium,
  newPerson,
  sharedChromium,
  startCallingChromium,
} from '../support/chromium.ts'
import { startTestWeb } from '../support/web.ts'

const testMs = 60_000

/** What some browsers, builds, extensions and administrators do. */
const without = [
  { how: 'missing', script: 'delete window.RTCPeerConnection', words: 'não tem WebRTC' },
  {
    how: 'refused',
    script:
      "window.RTCPeerConnection = class { constructor() { throw new DOMException('no', 'NotAllowedError') } }",
    words: 'não deixa esta página',
  },
]

describe.skipIf(!hasChromium)('a browser whose WebRTC', () => {
  const browser = sharedChromium(startCallingChromium)

  test.each(without)(
    'is $how says so, is not offered to others, and offers nobody',
    async ({ script, words }) => {
      await using site = await startTestWeb()
      const ana = await newPerson(browser(), site.url)
      await ana.context.addInitScript(script)
      await ana.page.goto('/')
      await ana.page.locator('#no-calls', { hasText: words }).waitFor()
      await ana.register('Ana', 5001)
      const bia = await newPerson(browser(), site.url)
      await bia.register('Bia', 5002)
      await ana.page.locator('#no-calls', { hasText: words }).waitFor()
      // Bia can, and is shown to all; only Ana's page offers nothing.
      await callButton(ana.page, 'Bia').waitFor({ state: 'attached' })
      expect(await callButton(ana.page, 'Bia').isVisible()).toBe(false)
      const caio = await newPerson(browser(), site.url)
      await caio.register('Caio', 5003)
      await callButton(caio.page, 'Bia').waitFor()
      await caio.sees('Ana')
      expect(await callButton(caio.page, 'Ana').count()).toBe(0)
      const peer = await site.tcp.connect()
      await peer.ask('register,Zeca,6000')
      expect(await peer.ask('call,Ana')).toEndWith(',not-ready')
      expect(await axeViolations(ana.page)).toEqual([])
    },
    testMs,
  )

  test.each([
    {
      what: 'the connection',
      broken:
        'window.RTCPeerConnection = class { constructor() { throw new DOMException("no", "InvalidAccessError") } }',
    },
    {
      what: 'a line for sound',
      broken:
        'RTCPeerConnection.prototype.addTransceiver = () => { throw new DOMException("no", "InvalidAccessError") }',
    },
    {
      what: 'its own description',
      broken:
        'RTCPeerConnection.prototype.setLocalDescription = async () => { throw new DOMException("no", "InvalidAccessError") }',
    },
  ])(
    'fails at $what in a call ends it at both ends, with the reason',
    async ({ broken }) => {
      await using site = await startTestWeb()
      const [ana, bia] = await twoPeople(browser(), site.url)
      await ana.page.evaluate(broken)
      await callButton(ana.page, 'Bia').click()
      await bia.page.click('#call-accept-audio')
      await outcome(ana.page, 'não conseguiu preparar a chamada (InvalidAccessError)')
      await outcome(bia.page, 'O navegador de Ana não conseguiu preparar a chamada.')
      await callState(ana.page, 'over')
      // Both are free again.
      await callButton(bia.page, 'Ana').and(bia.page.locator(':not([aria-disabled])')).waitFor()
    },
    testMs,
  )
})
