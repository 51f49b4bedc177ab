import { type AnyWindow, textOf, waitFor } from './any-browser.ts'
import { eventually } from './eventually.ts'

/** What has come in of a call so far, by the browser's own counters. */
export type Received = {
  frames: number
  soundPackets: number
  soundSamples: number
  /** Made up by the browser, because nothing had come in time. */
  concealedSamples: number
}

/**
 * From now on the page remembers its connections, for a test to look at them, when its call was in
 * which state, and when it heard of its server.
 */
export const rememberCalls = (window: AnyWindow): Promise<void> =>
  window.evaluate(`(() => {
    globalThis.testMoments = []
    const remember = (what) => testMoments.push({ what, at: Date.now() })
    const area = document.querySelector('#call-area')
    new MutationObserver(() => remember(area.dataset.state))
      .observe(area, { attributes: true, attributeFilter: ['data-state'] })
    document.addEventListener('htmx:ws:before:message:incoming', () => remember('server'))
    const Own = RTCPeerConnection
    globalThis.testCalls = []
    globalThis.RTCPeerConnection = class extends Own {
      constructor(configuration) {
        super(configuration)
        testCalls.push(this)
      }
    }
  })()`)

/** When that was the case for the first time after `since`, in milliseconds; waits for it. */
export const momentOf = (
  window: AnyWindow,
  what: string,
  since = 0,
  withinMs?: number,
): Promise<number> =>
  eventually(
    `${what} in the page`,
    () =>
      window.evaluate<number | undefined>(
        `testMoments.find(({ what, at }) => what === ${JSON.stringify(what)} && at > ${since})?.at`,
      ),
    withinMs ?? 30_000,
  )

export const received = (window: AnyWindow): Promise<Received> =>
  window.evaluate(`(async () => {
    const call = globalThis.testCalls?.at(-1)
    const report = call ? [...(await call.getStats()).values()] : []
    const of = (kind) => report.find((each) => each.type === 'inbound-rtp' && each.kind === kind) ?? {}
    const sound = of('audio')
    return {
      frames: of('video').framesDecoded ?? 0,
      soundPackets: sound.packetsReceived ?? 0,
      soundSamples: sound.totalSamplesReceived ?? 0,
      concealedSamples: sound.concealedSamples ?? 0,
    }
  })()`)

/** Which attempt of ICE the call lives on: another one after every restart. */
export const attemptOf = (window: AnyWindow): Promise<string> =>
  window.evaluate(
    "/ice-ufrag:(\\S+)/.exec(testCalls.at(-1).currentLocalDescription?.sdp ?? '')?.[1] ?? ''",
  )

/** How the own end speaks to its TURN server; none where the way is direct. */
export const relayOf = (window: AnyWindow): Promise<string | undefined> =>
  window.evaluate(`(async () => {
    const report = await testCalls.at(-1).getStats()
    const transport = [...report.values()].find(({ type }) => type === 'transport')
    const pair = report.get(transport?.selectedCandidatePairId)
    return report.get(pair?.localCandidateId)?.relayProtocol
  })()`)

export const isAt = (window: AnyWindow, state: string, withinMs?: number): Promise<true> =>
  waitFor(
    window,
    `the call is ${state}`,
    `document.querySelector('#call-area').dataset.state === ${JSON.stringify(state)}`,
    withinMs,
  )

/** As shown: the receiver's own counters begin anew now and then in Firefox. */
const shownFrames =
  "document.querySelector('#call-remote').getVideoPlaybackQuality().totalVideoFrames"

/** Resolves once that much more has come in: pictures that were shown, and sound. */
export async function hearsAndSees(window: AnyWindow, withinMs?: number): Promise<void> {
  await isAt(window, 'talking', withinMs)
  const frames = await window.evaluate<number>(shownFrames)
  const { soundPackets } = await received(window)
  await waitFor(window, 'more pictures', `${shownFrames} >= ${frames + 5}`, withinMs)
  await eventually(
    'more sound',
    async () => (await received(window)).soundPackets >= soundPackets + 25,
    withinMs ?? 20_000,
  )
}

/** The code that both ends compare, once there is one. */
export async function safetyCodeOf(window: AnyWindow): Promise<string> {
  await waitFor(
    window,
    'a safety code',
    "document.querySelector('#call-safety-button').dataset.safety === 'code'",
  )
  return textOf(window, '#call-safety-code')
}

export const callFrom = (window: AnyWindow, name: string): Promise<void> =>
  window.click(`#people [data-call-name=${JSON.stringify(name)}]:not([aria-disabled])`)

/** Whether the element is shown; by the page's own measure. */
export const isShown = (window: AnyWindow, selector: string, shown = true): Promise<true> =>
  waitFor(
    window,
    `${selector} is ${shown ? '' : 'not '}shown`,
    `document.querySelector(${JSON.stringify(selector)}).checkVisibility() === ${shown}`,
  )
