import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { keepsSeeing, loadAgain, talk, twoPeople } from '../../support/callers.ts'
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

/** Real tracks of a real browser, which the test can hold back, refuse and unplug. */
const held = `(() => {
  window.tracks = []
  window.gate = Promise.resolve()
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async (wishes) => {
    await window.gate
    if (window.none?.(wishes)) throw new DOMException('none', 'NotFoundError')
    const stream = await open(wishes)
    window.tracks.push(...stream.getTracks())
    return stream
  }
  // Nothing is returned: who evaluates a promise waits for it.
  window.holdBack = () => {
    window.gate = new Promise((open) => { window.openGate = open })
  }
  window.live = (kind) => window.tracks.filter((track) => track.kind === kind && track.readyState === 'live')
  window.unplug = (kind) => {
    const [track] = live(kind)
    track.stop()
    track.dispatchEvent(new Event('ended'))
  }
})()`

describe.skipIf(!hasChromium)('a device in a call', () => {
  let browser: Browser
  let site: TestWeb
  let people: [Person, Person]
  beforeAll(async () => {
    browser = await startCallingChromium()
    site = await startTestWeb()
    people = await twoPeople(browser, site.url)
  }, startTimeoutMs)
  afterAll(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
  }, startTimeoutMs)

  async function inCall() {
    const [ana, bia] = people
    await loadAgain(ana, bia)
    await ana.page.evaluate(held)
    await talk(ana, bia)
    return { ana: ana.page, bia: bia.page }
  }

  const live = (page: Page, kind: string) => page.evaluate<number>(`live('${kind}').length`)
  const isOff = (page: Page, id: string) => page.getAttribute(id, 'aria-pressed')

  test(
    'that is still opening is closed again by the next press',
    async () => {
      const { ana, bia } = await inCall()
      await ana.click('#call-camera-off')
      await bia.getByText('Câmera desligada').waitFor()
      expect(await live(ana, 'video')).toBe(0)
      await ana.evaluate('holdBack()')
      await ana.keyboard.press('v')
      expect(await isOff(ana, '#call-camera-off')).toBe('false')
      await ana.keyboard.press('v')
      expect(await isOff(ana, '#call-camera-off')).toBe('true')
      const before = await ana.evaluate<number>('tracks.length')
      await ana.evaluate('openGate()')
      await eventually(
        'it was opened',
        async () => (await ana.evaluate<number>('tracks.length')) > before,
      )
      await eventually('it is closed', async () => (await live(ana, 'video')) === 0)
      expect(await bia.isVisible('#call-remote-off')).toBe(true)
    },
    testMs,
  )

  test(
    'that is unplugged is replaced, or missed and taken again, and the person is told',
    async () => {
      const { ana, bia } = await inCall()
      const notes = ana.locator('#call [data-call-problems]')
      await ana.evaluate("unplug('audio')")
      await notes.getByText('O microfone foi desconectado. Agora em uso:').waitFor()
      expect(await live(ana, 'audio')).toBe(1)
      expect(await bia.isVisible('#call-remote-muted')).toBe(false)

      await ana.evaluate('window.none = ({ video }) => video')
      await ana.evaluate("unplug('video')")
      await notes.getByText('A câmera foi desconectada e não há outra').waitFor()
      await bia.getByText('Câmera desligada').waitFor()
      expect(await isOff(ana, '#call-camera-off')).toBe('true')
      expect(await axeViolations(ana, '#call')).toEqual([])

      await ana.evaluate('window.none = undefined')
      await ana.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
      await bia.locator('#call-remote-off').waitFor({ state: 'hidden' })
      await keepsSeeing(bia)
      expect(await isOff(ana, '#call-camera-off')).toBe('false')
    },
    testMs,
  )

  test(
    'that the system silences is shown at both ends',
    async () => {
      const { ana, bia } = await inCall()
      await ana.evaluate("live('audio')[0].dispatchEvent(new Event('mute'))")
      await ana.locator('#call').getByText('O sistema silenciou o microfone').waitFor()
      await bia.locator('#call-remote-muted').waitFor()
      await ana.evaluate("live('audio')[0].dispatchEvent(new Event('unmute'))")
      await ana
        .locator('#call')
        .getByText('O sistema silenciou o microfone')
        .waitFor({ state: 'hidden' })
      await bia.locator('#call-remote-muted').waitFor({ state: 'hidden' })
    },
    testMs,
  )

  test(
    'a shared screen is heard at the other end, also with the microphone off',
    async () => {
      const { ana, bia } = await inCall()
      await ana.click('#call-mute')
      await bia.locator('#call-remote-muted').waitFor()
      const loudness = () =>
        bia.evaluate<number>(`(async () => {
          const context = new AudioContext()
          const analyser = context.createAnalyser()
          const stream = document.getElementById('call-remote').srcObject
          context.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(analyser)
          await new Promise((done) => setTimeout(done, 500))
          const samples = new Float32Array(analyser.fftSize)
          analyser.getFloatTimeDomainData(samples)
          await context.close()
          return Math.max(...samples.map(Math.abs))
        })()`)
      await eventually('silence', async () => (await loudness()) < 0.01, 10_000)
      // A picture and a tone, as a film has; the picker itself cannot be worked by a test.
      await ana.evaluate(`navigator.mediaDevices.getDisplayMedia = async (wishes) => {
        window.wishes = wishes
        const stream = document.createElement('canvas').captureStream(5)
        const context = new AudioContext()
        const out = context.createMediaStreamDestination()
        const tone = context.createOscillator()
        tone.connect(out)
        tone.start()
        stream.addTrack(out.stream.getAudioTracks()[0])
        return stream
      }`)
      await ana.click('#call-share')
      await eventually('the tone', async () => (await loudness()) > 0.1, 10_000)
      expect(await ana.evaluate<object>('wishes.audio')).toMatchObject({ echoCancellation: false })
      expect(await bia.isVisible('#call-remote-muted')).toBe(true)
      await ana.click('#call-share')
      await eventually('silence again', async () => (await loudness()) < 0.01, 10_000)
    },
    testMs,
  )
})
