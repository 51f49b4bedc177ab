import type { LocalMedia } from '../devices/local-media.ts'
import { otherCamera } from '../devices/other-camera.ts'
import { button } from '../panels/elements.ts'

/** The button for the other camera: there where a camera is on, and there is another one. */
export function startFlipButton(local: LocalMedia): { localChanged: () => void } {
  const flip = button('call-flip')
  let shownFor: MediaStreamTrack | undefined

  const devicesOf = async () => (await navigator.mediaDevices?.enumerateDevices?.()) ?? []

  async function show(): Promise<void> {
    const track = local.camera()
    const other = track && otherCamera(track.getSettings(), await devicesOf())
    if (track === local.camera()) flip.hidden = other === undefined
  }

  flip.addEventListener('click', async () => {
    const track = local.camera()
    const other = track && otherCamera(track.getSettings(), await devicesOf())
    if (other) await local.turnCamera(other)
  })
  navigator.mediaDevices?.addEventListener?.('devicechange', () => void show())

  return {
    localChanged() {
      if (local.camera() === shownFor) return
      shownFor = local.camera()
      // Not while the other one opens: the focus would fall from the button.
      if (shownFor || !local.state().camera.on) void show()
    },
  }
}
