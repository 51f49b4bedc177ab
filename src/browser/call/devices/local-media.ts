import type { Sending } from '../call-machine.ts'
import type { Sent } from '../connection/media-senders.ts'
import { type Chosen, type OneCamera, openDevice, openMedia, openScreen } from './media.ts'
import { type MixedSound, mixSounds } from './mixed-sound.ts'
import { type DeviceProblem, WantedDevice } from './wanted-device.ts'

export type LocalMediaParts = {
  /** Missing on a page without TLS. */
  devices:
    | (Pick<MediaDevices, 'getUserMedia'> &
        Partial<Pick<MediaDevices, 'getDisplayMedia' | 'addEventListener'>>)
    | undefined
  chosen: () => Chosen
  /** A picture of the wanted camera that is open already, for this to keep; it is not opened a second time. */
  cameraInHand?: () => MediaStreamTrack | undefined
  onChange: () => void
}

/** What a person should know of a device. */
export type DeviceState = {
  /** As its button shows it: on, or about to be. */
  on: boolean
  /** Why it is wished and not sent. */
  problem: DeviceProblem | undefined
  /** The system has silenced it. */
  silenced: boolean
  /** The name of what took the place of one that was unplugged a moment ago. */
  replacedBy: string | undefined
}

export type LocalMedia = {
  open: (sending: Sending) => Promise<void>
  /** What goes to the other end now. */
  sent: () => Sent
  /** What this person's own microphone gives, without the sound of a shared screen. */
  microphone: () => MediaStreamTrack | undefined
  /** The own picture, also while a screen is sent in its place. */
  camera: () => MediaStreamTrack | undefined
  state: () => { microphone: DeviceState; camera: DeviceState; screen: DeviceState }
  canShare: boolean
  toggleMicrophone: () => Promise<void>
  toggleCamera: () => Promise<void>
  toggleSharing: () => Promise<void>
  /** Another device was chosen: goes over to it where the old one is in use. */
  changeDevice: (kind: 'audio' | 'video') => Promise<void>
  /** To another camera, for this call. */
  turnCamera: (other: OneCamera) => Promise<void>
  release: () => void
}

/**
 * The microphone, the camera and the screen of this end. A camera that is off is let go of, so
 * that its light is off, too; a muted microphone stays open, so that it is back at once.
 */
export function createLocalMedia({
  devices,
  chosen,
  cameraInHand,
  onChange,
}: LocalMediaParts): LocalMedia {
  let muted = false
  let turned: OneCamera | undefined
  let mix: MixedSound = mixSounds()
  let mixed: readonly (MediaStreamTrack | undefined)[] = []
  // Of one call; the next one has others, so that nothing of this one comes late into it.
  const devicesOfACall = () => openable(devices, () => ({ ...chosen(), only: turned }), changed)
  let { microphone, camera, screen } = devicesOfACall()

  function changed(): void {
    const track = microphone.track
    if (track) track.enabled = !muted
    const sounds = [track, screen.sound]
    if (sounds.some((sound, at) => sound !== mixed[at])) {
      mix.close()
      mix = mixSounds(...sounds)
      mixed = sounds
    }
    onChange()
  }

  function letGo(): void {
    for (const device of [microphone, camera, screen]) device.close()
    muted = false
    turned = undefined
  }

  devices?.addEventListener?.('devicechange', () => {
    void microphone.lookAgain()
    void camera.lookAgain()
  })

  return {
    canShare: devices?.getDisplayMedia !== undefined,
    async open(sending) {
      letGo()
      ;({ microphone, camera, screen } = devicesOfACall())
      const picture = sending === 'video' ? cameraInHand?.() : undefined
      if (picture) {
        const sound = openDevice(devices, 'audio', chosen())
        const inHand = Promise.resolve({ track: picture })
        await Promise.all([camera.adopt(inHand), microphone.adopt(sound)])
        return
      }
      // Both at once, so that the browser asks once; from here on each goes its own way.
      const opening = openMedia(devices, sending, chosen())
      const both = [microphone.adopt(opening.then(({ audio }) => audio))]
      if (sending === 'video') both.push(camera.adopt(opening.then(({ video }) => video)))
      await Promise.all(both)
    },
    sent: () => ({
      audio: mix.track,
      video: screen.track ?? camera.track,
      shown: {
        microphone: microphone.track !== undefined && !muted && !microphone.isSilenced,
        camera: camera.track !== undefined && !camera.isSilenced,
        sharing: screen.track !== undefined,
      },
    }),
    microphone: () => microphone.track,
    camera: () => camera.track,
    state: () => ({
      microphone: stateOf(microphone, microphone.isOn && !muted),
      camera: stateOf(camera),
      screen: stateOf(screen),
    }),
    async toggleMicrophone() {
      if (!microphone.isOn) {
        muted = false
        return microphone.want(true)
      }
      muted = !muted
      changed()
    },
    toggleCamera: () => camera.want(!camera.isOn),
    toggleSharing: () => screen.want(!screen.isOn),
    changeDevice(kind) {
      if (kind === 'audio') return microphone.change()
      turned = undefined
      return camera.change()
    },
    turnCamera(other) {
      const before = turned
      turned = other
      return camera.turn(() => {
        turned = before
      })
    },
    release() {
      letGo()
      changed()
    },
  }
}

/** The three of one call, none of them opened. */
function openable(devices: LocalMediaParts['devices'], chosen: () => Chosen, onChange: () => void) {
  const deviceOf = (kind: 'audio' | 'video') =>
    new WantedDevice({
      open: () => openDevice(devices, kind, chosen()),
      onEnd: 'replace',
      onChange,
    })
  const open = () => openScreen(devices)
  return {
    microphone: deviceOf('audio'),
    camera: deviceOf('video'),
    screen: new WantedDevice({ open, onEnd: 'leave-off', onChange }),
  }
}

const stateOf = (device: WantedDevice, on = device.isOn): DeviceState => ({
  on,
  problem: device.problem,
  silenced: device.isSilenced,
  replacedBy: device.replacedBy,
})
