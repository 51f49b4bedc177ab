import { describe, expect, test } from 'bun:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { register, waitFor } from '../support/any-browser.ts'
import { callState } from '../support/callers.ts'
import {
  axeViolations,
  hasChromium,
  newPerson,
  sharedChromium,
  startCallingChromium,
} from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { hasFirefox, startFirefox } from '../support/firefox.ts'
import { startTestWeb, type TestWeb } from '../support/web.ts'

const testMs = 60_000

/** Every track that the page opens, what it plays, and how it shakes the telephone. */
const watched = `(() => {
  window.tracks = []
  window.played = []
  window.shakes = []
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async (wishes) => {
    if (window.none) throw new DOMException('none', 'NotFoundError')
    const stream = await open(wishes)
    window.tracks.push(...stream.getTracks())
    return stream
  }
  const play = HTMLMediaElement.prototype.play
  HTMLMediaElement.prototype.play = function () {
    window.played.push(this.srcObject?.clone())
    return play.call(this)
  }
  navigator.vibrate = (pattern) => {
    window.shakes.push(pattern)
    return true
  }
})()`

const live = "tracks.filter(({ readyState }) => readyState === 'live').length"
const moves = (id: string) =>
  `document.getElementById('${id}').getVideoPlaybackQuality().totalVideoFrames > 3`
/** Loud and soft were both seen: a level that moves. */
const levelMoves = `(() => {
  const { value } = document.getElementById('readiness-level')
  window.levels = [...(window.levels ?? []), value]
  return Math.max(...window.levels) - Math.min(...window.levels) > 0.1
})()`

/** What a browser says of the camera where it is not allowed, and where it does not know of that question. */
const noAnswers = ["{ state: 'prompt' }", "Promise.reject(new TypeError('camera'))"]

const isTrue = (page: Page, what: string, expression: string) =>
  eventually(what, async () => (await page.evaluate<boolean>(expression)) || undefined, 20_000)

async function enter(
  site: TestWeb,
  browser: Parameters<typeof newPerson>[0],
  options: BrowserContextOptions = {},
) {
  const ana = await newPerson(browser, site.url, options)
  await ana.register('Ana', 5001)
  await ana.page.evaluate(watched)
  return ana
}

/** Somebody with `nc` calls Ana. */
async function ring(site: TestWeb, callPort = 6_000): Promise<void> {
  const peer = await site.tcp.connect()
  await peer.ask(`register,Bia ${callPort},${callPort}`)
  await eventually('Ana can be called', async () => {
    return (await peer.ask('call,Ana')).startsWith('success,') || undefined
  })
}

async function picture(page: Page, name: string): Promise<void> {
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}.png` })
}

describe.skipIf(!hasChromium)('camera and microphone', () => {
  const browser = sharedChromium(() => startCallingChromium({ whole: true }))

  test(
    'are tried before a call: picture, level and sound; closing lets go of them',
    async () => {
      await using site = await startTestWeb()
      const phone = { viewport: { width: 320, height: 640 } }
      const ana = await enter(site, browser(), phone)
      const { page } = ana
      await picture(page, 'list-320')
      await page.getByRole('button', { name: 'Testar câmera e microfone' }).click()
      await isTrue(page, 'the picture moves', moves('readiness-picture'))
      await isTrue(page, 'the level moves', levelMoves)
      expect(await page.locator('#readiness-camera option').count()).toBeGreaterThan(1)
      expect(await page.isVisible('#readiness-notify')).toBe(true)
      expect(await page.textContent('#readiness-notes')).toBe('')
      await picture(page, 'readiness-320')
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320)
      expect(await axeViolations(page, '#readiness')).toEqual([])
      await page.selectOption('#readiness-microphone', { index: 1 })
      await isTrue(
        page,
        'another microphone is open, and the one before is closed',
        `${live} === 2 && tracks.length === 3`,
      )

      await page.click('#readiness-sound')
      await isTrue(
        page,
        'a sound is heard',
        `(async () => {
          const stream = played.findLast((each) => each?.getAudioTracks().length > 0)
          if (!stream) return false
          const context = new AudioContext()
          const analyser = context.createAnalyser()
          context.createMediaStreamSource(stream).connect(analyser)
          await new Promise((done) => setTimeout(done, 200))
          const samples = new Float32Array(analyser.fftSize)
          analyser.getFloatTimeDomainData(samples)
          await context.close()
          return Math.max(...samples.map(Math.abs)) > 0.01
        })()`,
      )
      await page.click('#readiness form button')
      await isTrue(page, 'nothing is open', `${live} === 0`)
      expect(ana.complaints).toEqual([])
    },
    testMs,
  )

  test(
    'that are missing are said, and a call that comes in closes the test',
    async () => {
      await using site = await startTestWeb()
      const ana = await enter(site, browser(), { locale: 'en', colorScheme: 'dark' })
      const { page } = ana
      await page.evaluate('window.none = true')
      await page.getByRole('button', { name: 'Test camera and microphone' }).click()
      await page.locator('#readiness').getByText('No camera found').waitFor()
      await page.locator('#readiness').getByText('No microphone found').waitFor()
      expect(await axeViolations(page, '#readiness')).toEqual([])
      await picture(page, 'readiness-none')
      await page.evaluate('window.none = false')
      await page.keyboard.press('Escape')
      await page.click('#readiness-button')
      await isTrue(page, 'both are open', `${live} === 2`)
      await picture(page, 'readiness-dark')
      await ring(site)
      await callState(page, 'ringing-in')
      await page.locator('#readiness').waitFor({ state: 'hidden' })
      await page.click('#call-decline')
      await isTrue(page, 'nothing is open', `${live} === 0`)
      expect(ana.complaints).toEqual([])
    },
    testMs,
  )

  test(
    'while it rings: one’s own picture where the camera was allowed before, and the telephone shakes',
    async () => {
      await using site = await startTestWeb()
      const ana = await enter(site, browser(), { viewport: { width: 320, height: 568 } })
      const { page } = ana
      await ring(site)
      await callState(page, 'ringing-in')
      await isTrue(page, 'it shakes', 'Array.isArray(shakes[0])')
      await isTrue(page, 'the picture moves', moves('call-ringing-preview'))
      expect(await page.innerText('#call-ringing-unseen')).toBe('Só você vê esta imagem.')
      expect(await page.evaluate<string>('tracks.map(({ kind }) => kind).join()')).toBe('video')
      await picture(page, 'ringing-320')
      expect(await axeViolations(page, '#call-ringing')).toEqual([])
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320)
      await page.click('#call-decline')
      await isTrue(page, 'it is still', 'shakes.at(-1) === 0')
      await isTrue(page, 'nothing is open', `${live} === 0`)
      expect(ana.complaints).toEqual([])
    },
    testMs,
  )

  test(
    'while it rings are asked for by no page: not allowed before, or the browser does not tell',
    async () => {
      await using site = await startTestWeb()
      const { page, complaints } = await enter(site, browser())
      for (const [at, answer] of noAnswers.entries()) {
        await page.evaluate(`(() => {
          window.queries = 0
          navigator.permissions.query = async () => {
            window.queries += 1
            return ${answer}
          }
        })()`)
        await ring(site, 6_000 + at)
        await callState(page, 'ringing-in')
        await isTrue(page, 'the permission was looked at', 'queries > 0')
        expect(await page.isVisible('#call-ringing-preview')).toBe(false)
        await page.click('#call-decline')
        await callState(page, 'over')
        expect(await page.evaluate<number>('tracks.length')).toBe(0)
      }
      expect(complaints).toEqual([])
    },
    testMs,
  )
})

// Its level cannot be tried where a machine has no speaker: without one Firefox measures nothing.
test.skipIf(!hasFirefox)(
  'camera and microphone are tried in Firefox too',
  async () => {
    await using site = await startTestWeb()
    const firefox = await startFirefox()
    try {
      const window = await firefox.newWindow()
      await register(window, site.url, 'Ana', 5001)
      await window.evaluate(watched)
      await window.click('#readiness-button')
      const { width, time } = {
        width: "document.getElementById('readiness-picture').videoWidth",
        time: "document.getElementById('readiness-picture').currentTime",
      }
      await waitFor(window, 'the picture moves', `${width} > 0 && ${time} > 0.1`)
      await waitFor(window, 'both are open', `${live} === 2`)
      await window.click('#readiness-sound')
      const isOver = "!document.getElementById('readiness-sound').disabled && played.length > 0"
      await waitFor(window, 'the sound is over', isOver)
      await window.click('#readiness form button')
      await waitFor(window, 'nothing is open', `${live} === 0`)
    } finally {
      await firefox.close()
    }
  },
  2 * testMs,
)
