import type { CallText } from '../../../text/call-pt.ts'
import { block, element, showTracks, video } from '../panels/elements.ts'
import { chosenDevice, type DeviceKind, rememberDevice } from './chosen-devices.ts'
import type { LocalMedia } from './local-media.ts'
import { soundLevelOf } from './sound-level.ts'

const fields: readonly { name: string; kind: DeviceKind; lists: MediaDeviceKind }[] = [
  { name: 'camera', kind: 'video', lists: 'videoinput' },
  { name: 'microphone', kind: 'audio', lists: 'audioinput' },
  { name: 'speaker', kind: 'speaker', lists: 'audiooutput' },
]

const levelMs = 100

export type DevicePanel = { opened: () => void; localChanged: () => void; closed: () => void }

/** Which camera, microphone and speaker: with a picture and a level to choose by. */
export function createDevicePanel(parts: {
  t: CallText
  local: LocalMedia
  isOpen: () => boolean
  /** What the ids of its fields begin with. */
  prefix: string
  /** The id of the picture. */
  picture: string
}): DevicePanel {
  const { t, local, prefix } = parts
  const preview = video(parts.picture)
  const meter = element(`${prefix}-level`, HTMLMeterElement)
  let stopMeter: (() => void) | undefined
  let metered: MediaStreamTrack | undefined

  async function list(): Promise<void> {
    const found = (await navigator.mediaDevices?.enumerateDevices()) ?? []
    for (const { name, kind, lists } of fields) {
      const id = `${prefix}-${name}`
      const devices = found.filter((device) => device.kind === lists && device.deviceId !== '')
      const select = element(id, HTMLSelectElement)
      const usual = new Option(t.usual, '')
      const options = devices
        .filter(({ deviceId }) => deviceId !== 'default')
        .map(({ deviceId, label }, at) => new Option(label || t.deviceNumber(at + 1), deviceId))
      select.replaceChildren(usual, ...options)
      select.value = chosenDevice(kind) ?? ''
      if (select.selectedIndex < 0) select.value = ''
      block(`${id}-field`).hidden = devices.length === 0
    }
    if (!('setSinkId' in HTMLMediaElement.prototype)) {
      block(`${prefix}-speaker-field`).hidden = true
    }
  }

  for (const { name, kind } of fields) {
    element(`${prefix}-${name}`, HTMLSelectElement).addEventListener(
      'change',
      ({ currentTarget }) => {
        if (!(currentTarget instanceof HTMLSelectElement)) return
        rememberDevice(kind, currentTarget.value)
        if (kind === 'speaker') useSpeaker()
        else void local.changeDevice(kind)
      },
    )
  }
  navigator.mediaDevices?.addEventListener?.('devicechange', () => {
    // The speaker may be what went or came.
    useSpeaker()
    if (parts.isOpen()) list().catch(() => {})
  })

  function show(): void {
    const { video: picture, shown } = local.sent()
    const audio = local.microphone()
    const camera = shown.camera && !shown.sharing ? picture : undefined
    preview.hidden = camera === undefined
    showTracks(preview, camera)
    if (audio === metered) return
    stopMeter?.()
    metered = audio
    meter.hidden = audio === undefined
    stopMeter = audio && meterLevel(audio, meter)
  }

  return {
    opened() {
      list().catch(() => {})
      show()
    },
    localChanged() {
      if (parts.isOpen()) show()
    },
    closed() {
      stopMeter?.()
      stopMeter = undefined
      metered = undefined
      showTracks(preview)
    },
  }
}

/** The chosen speaker; the usual one where it is gone. */
export function useSpeaker(): void {
  for (const remote of document.querySelectorAll<HTMLVideoElement>('video[data-call-sound]')) {
    if (!('setSinkId' in remote)) return
    const usual = () => remote.setSinkId('')
    // The usual one is refused only where no sound goes out at all.
    remote.setSinkId(chosenDevice('speaker') ?? '').catch(() => usual().catch(() => {}))
  }
}

function meterLevel(track: MediaStreamTrack, meter: HTMLMeterElement): () => void {
  const level = soundLevelOf(track)
  const timer = setInterval(() => {
    // Speech is far from full scale: shown as loudness is heard, by decibels from -60 up.
    meter.value = Math.min(1, Math.max(0, 1 + (20 * Math.log10(level.now() + 1e-5)) / 60))
  }, levelMs)
  return () => {
    clearInterval(timer)
    level.close()
  }
}
