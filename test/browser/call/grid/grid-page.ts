/** What `grid.test.ts` loads into its page: the pictures of a call, without a call. */
import { startCallKeys } from '../../../../src/browser/call/call-keys.ts'
import type { LocalMedia } from '../../../../src/browser/call/devices/local-media.ts'
import { createGrid } from '../../../../src/browser/call/grid/grid.ts'
import type { CallPanels } from '../../../../src/browser/call/panels/call-panels.ts'
import { callEn } from '../../../../src/text/call-en.ts'

/** A picture that moves, with a face in the middle of it and a mark in each corner. */
function painted(width: number, height: number, hue: number): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const paint = canvas.getContext('2d')
  const short = Math.min(width, height)
  let turn = 0
  const draw = () => {
    if (!paint) return
    turn += 1
    paint.fillStyle = `hsl(${hue} 35% 55%)`
    paint.fillRect(0, 0, width, height)
    paint.fillStyle = `hsl(${hue} 60% 25%)`
    for (const x of [0, width - short / 8]) {
      for (const y of [0, height - short / 8]) paint.fillRect(x, y, short / 8, short / 8)
    }
    paint.fillStyle = `hsl(${hue + turn} 50% 80%)`
    paint.beginPath()
    paint.arc(width / 2, height / 2, short / 4, 0, 7)
    paint.arc(width / 2, height * 1.15, short / 2.2, 0, 7)
    paint.fill()
  }
  draw()
  setInterval(draw, 500)
  return canvas.captureStream(2)
}

const camera = painted(320, 180, 200).getVideoTracks()[0]
const own = { camera: true, microphone: true, sharing: false }

/** As loud as somebody who speaks, or silent. */
function voice(): { track: MediaStreamTrack; loud: (on: boolean) => void } {
  const context = new AudioContext()
  const [tone, gain] = [context.createOscillator(), context.createGain()]
  const out = context.createMediaStreamDestination()
  tone.connect(gain).connect(out)
  tone.start()
  const loud = (on: boolean) => {
    gain.gain.value = on ? 0.2 : 0.005
  }
  loud(false)
  return { track: out.stream.getAudioTracks()[0] as MediaStreamTrack, loud }
}

let ownVoice: ReturnType<typeof voice> | undefined
const local = {
  microphone: () => ownVoice?.track,
  sent: () => ({ video: own.camera ? camera : undefined, audio: undefined, shown: own }),
  canShare: true,
} as unknown as LocalMedia

const grid = createGrid({ t: callEn, local })
document.querySelector<HTMLDialogElement>('#call')?.showModal()

const page = {
  grid,
  painted,
  own,
  /** After a press: browsers let no sound begin before. */
  speak(on: boolean) {
    ownVoice ??= voice()
    ownVoice.loud(on)
    grid.own()
  },
  /** How often Escape was left to the panels. */
  panelsClosed: 0,
}
Object.assign(globalThis, { page })

const panels = {
  close: () => {
    page.panelsClosed += 1
  },
} as unknown as CallPanels
startCallKeys(local, panels, grid)
