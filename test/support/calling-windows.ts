import { type AnyWindow, textOf, waitFor } from './any-browser.ts'

/** Sound, camera and connection on a machine that has other things to do. */
const waitMs = 40_000

/** From now on the page remembers its connections, for a test to look at them. */
export const rememberConnections = (window: AnyWindow): Promise<void> =>
  window.evaluate(`(() => {
    const Own = RTCPeerConnection
    globalThis.connections = []
    globalThis.RTCPeerConnection = class extends Own {
      constructor(configuration) {
        super(configuration)
        connections.push(this)
      }
    }
  })()`)

/** Which attempt of ICE the call lives on: another one after every restart. */
export const attemptOf = (window: AnyWindow): Promise<string> =>
  window.evaluate(
    "/ice-ufrag:(\\S+)/.exec(connections.at(-1).currentLocalDescription?.sdp ?? '')?.[1] ?? ''",
  )

export const isAt = (window: AnyWindow, state: string): Promise<true> =>
  waitFor(
    window,
    `the call is ${state}`,
    `document.querySelector('#call-area').dataset.state === ${JSON.stringify(state)}`,
    waitMs,
  )

/**
 * Resolves once so many more pictures and packets of sound have come in. By the receivers' own
 * counters: Firefox counts no shown frames without a screen. They may begin anew, with another source.
 */
export async function hearsAndSees(window: AnyWindow): Promise<void> {
  await isAt(window, 'talking')
  await window.evaluate('(() => { globalThis.seen = undefined })()')
  await waitFor(
    window,
    'more pictures and sound',
    `(async () => {
      const report = [...(await connections.at(-1).getStats()).values()]
      const sum = (kind, field) => report
        .filter((each) => each.type === 'inbound-rtp' && each.kind === kind)
        .reduce((total, each) => total + (each[field] ?? 0), 0)
      const now = { frames: sum('video', 'framesDecoded'), packets: sum('audio', 'packetsReceived') }
      const { last = now, frames = 0, packets = 0 } = globalThis.seen ?? {}
      const more = (field) => Math.max(0, now[field] - last[field])
      globalThis.seen = { last: now, frames: frames + more('frames'), packets: packets + more('packets') }
      return seen.frames >= 5 && seen.packets >= 25
    })()`,
    waitMs,
  )
}

/** The code that both ends compare, once there is one. */
export async function safetyCodeOf(window: AnyWindow): Promise<string> {
  await waitFor(
    window,
    'a safety code',
    "document.querySelector('#call-safety-button').dataset.safety === 'code'",
    waitMs,
  )
  return textOf(window, '#call-safety-code')
}

/** By the page's own measure. */
export const isShown = (window: AnyWindow, selector: string, shown = true): Promise<true> =>
  waitFor(
    window,
    `${selector} is ${shown ? '' : 'not '}shown`,
    `document.querySelector(${JSON.stringify(selector)}).checkVisibility() === ${shown}`,
  )
