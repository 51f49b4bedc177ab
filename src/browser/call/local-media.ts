import type { Sending } from './call-machine.ts'
import type { Sent } from './engine.ts'
import { type Chosen, type MediaProblem, openDevice, openMedia, stopTracks } from './media.ts'

export type LocalMediaParts = {
  /** Missing on a page without TLS. */
  devices:
    | (Pick<MediaDevices, 'getUserMedia'> & Partial<Pick<MediaDevices, 'getDisplayMedia'>>)
    | undefined
  chosen: () => Chosen
  onChange: () => void
}

export type LocalMedia = {
  open: (sending: Sending) => Promise<void>
  /** What goes to the other end now. */
  sent: () => Sent
  /** Why something that was wished is not sent. */
  problems: () => { audio?: MediaProblem; video?: MediaProblem; screen?: MediaProblem }
  canShare: boolean
  toggleMicrophone: () => Promise<void>
  toggleCamera: () => Promise<void>
  toggleSharing: () => Promise<void>
  /** Another device was chosen: goes over to it where the old one is in use. */
  changeDevice: (kind: 'audio' | 'video') => Promise<void>
  release: () => void
}

/**
 * The microphone, the camera and the screen of this end. A camera that is off is let go of, so
 * that its light is off, too; a muted microphone stays open, so that it is back at once.
 */
export function createLocalMedia({ devices, chosen, onChange }: LocalMediaParts): LocalMedia {
  let microphone: MediaStreamTrack | undefined
  let camera: MediaStreamTrack | undefined
  let screen: MediaStreamTrack | undefined
  let muted = false
  let problems: ReturnType<LocalMedia['problems']> = {}
  // Permission may be granted when nobody waits for it any more.
  let age = 0

  const watch = (track: MediaStreamTrack | undefined, gone: () => void) => {
    track?.addEventListener('ended', () => {
      gone()
      onChange()
    })
  }

  function useMicrophone(track: MediaStreamTrack | undefined): void {
    stopTracks(microphone)
    microphone = track
    if (track) track.enabled = !muted
    watch(track, () => {
      if (microphone === track) microphone = undefined
    })
  }

  function useCamera(track: MediaStreamTrack | undefined): void {
    stopTracks(camera)
    camera = track
    watch(track, () => {
      if (camera === track) camera = undefined
    })
  }

  function useScreen(track: MediaStreamTrack | undefined): void {
    stopTracks(screen)
    screen = track
    // By the browser's own button, too.
    watch(track, () => {
      if (screen === track) screen = undefined
    })
  }

  async function add(kind: 'audio' | 'video'): Promise<void> {
    const mine = age
    const opened = await openDevice(devices, kind, chosen())
    if (mine !== age) return stopTracks(opened.audio, opened.video)
    const { [kind]: _, ...others } = problems
    problems = { ...others, ...opened.problems }
    const track = opened[kind]
    if (track) (kind === 'audio' ? useMicrophone : useCamera)(track)
    onChange()
  }

  return {
    canShare: devices?.getDisplayMedia !== undefined,
    async open(sending) {
      age += 1
      const mine = age
      muted = false
      problems = {}
      const opened = await openMedia(devices, sending, chosen())
      if (mine !== age) return stopTracks(opened.audio, opened.video)
      problems = opened.problems
      useMicrophone(opened.audio)
      useCamera(opened.video)
      onChange()
    },
    sent: () => ({
      audio: microphone,
      video: screen ?? camera,
      shown: {
        microphone: microphone !== undefined && !muted,
        camera: camera !== undefined,
        sharing: screen !== undefined,
      },
    }),
    problems: () => problems,
    async toggleMicrophone() {
      if (!microphone) {
        muted = false
        return add('audio')
      }
      muted = !muted
      microphone.enabled = !muted
      onChange()
    },
    async toggleCamera() {
      if (!camera) return add('video')
      useCamera(undefined)
      onChange()
    },
    async toggleSharing() {
      if (screen) {
        useScreen(undefined)
        return onChange()
      }
      const mine = age
      try {
        const stream = await devices?.getDisplayMedia?.({ video: true, audio: false })
        const [track] = stream?.getVideoTracks() ?? []
        if (mine !== age) return stopTracks(track)
        const { screen: _, ...others } = problems
        problems = others
        useScreen(track)
      } catch (error) {
        // Not choosing a screen is no problem; that none can be shared is.
        const refused = error instanceof Error && error.name === 'NotAllowedError'
        problems = refused ? problems : { ...problems, screen: 'unknown' }
      }
      onChange()
    },
    async changeDevice(kind) {
      if (kind === 'audio' ? microphone : camera) await add(kind)
    },
    release() {
      age += 1
      stopTracks(microphone, camera, screen)
      microphone = undefined
      camera = undefined
      screen = undefined
      muted = false
      problems = {}
      onChange()
    },
  }
}
