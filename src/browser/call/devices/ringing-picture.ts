import type { CallText } from '../../../text/call-pt.ts'
import { block, say, showTracks, video } from '../panels/elements.ts'
import { chosenDevices } from './chosen-devices.ts'
import { openDevice } from './media.ts'
import { isAllowed } from './permission.ts'
import { WantedDevice } from './wanted-device.ts'

/**
 * One's own picture while it rings here, so that nobody answers unprepared. Only where this page may use the
 * camera already: a call that comes in asks for nothing. And only in a tab that is seen.
 */
export function createRingingPicture(t: CallText): {
  show: (rings: boolean) => void
  /** The same picture for the call that was answered, which would open the camera a second time. */
  copy: () => MediaStreamTrack | undefined
} {
  const picture = video('call-ringing-preview')
  let rings = false
  let camera: WantedDevice | undefined

  async function update(): Promise<void> {
    const wanted = rings && document.visibilityState === 'visible'
    if (!wanted) {
      camera?.close()
      camera = undefined
      return showPicture()
    }
    if (camera) return
    const mine = new WantedDevice({
      open: () => openDevice(navigator.mediaDevices, 'video', chosenDevices()),
      onEnd: 'leave-off',
      onChange: showPicture,
    })
    camera = mine
    if ((await isAllowed('camera')) && camera === mine) await mine.want(true)
  }

  function showPicture(): void {
    const track = camera?.track
    picture.hidden = track === undefined
    say(block('call-ringing-unseen'), track ? t.onlyYouSee : '')
    showTracks(picture, track)
  }

  document.addEventListener('visibilitychange', () => void update())
  return {
    show(now) {
      rings = now
      void update()
    },
    copy() {
      const track = camera?.track
      return track?.readyState === 'live' ? track.clone() : undefined
    },
  }
}
