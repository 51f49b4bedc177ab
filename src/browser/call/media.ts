import type { Sending } from './call-machine.ts'

/** Why a microphone or camera is not there. */
export type MediaProblem = 'insecure-page' | 'none' | 'denied' | 'in-use' | 'unknown'

export type OpenedMedia = {
  audio?: MediaStreamTrack
  video?: MediaStreamTrack
  /** Of what was wished and is not there. */
  problems: { audio?: MediaProblem; video?: MediaProblem }
}

/** As much of navigator.mediaDevices as this needs; missing on a page without TLS. */
export type Devices = Pick<MediaDevices, 'getUserMedia'>

/** Which device the person chose last; the browser's own choice where it is gone. */
export type Chosen = { audio?: string | undefined; video?: string | undefined }

const audioWishes = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
const videoWishes = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
}

const audioConstraints = ({ audio }: Chosen): MediaTrackConstraints => ({
  ...audioWishes,
  ...(audio ? { deviceId: { ideal: audio } } : {}),
})

const videoConstraints = ({ video }: Chosen): MediaTrackConstraints => ({
  ...videoWishes,
  ...(video ? { deviceId: { ideal: video } } : {}),
})

/**
 * Opens what this person sends, or as much of it as there is: a call without camera is a call,
 * and one without microphone still shows and sounds the other end.
 */
export async function openMedia(
  devices: Devices | undefined,
  sending: Sending,
  chosen: Chosen = {},
): Promise<OpenedMedia> {
  const wantsVideo = sending === 'video'
  if (!devices?.getUserMedia) {
    const why = 'insecure-page'
    return { problems: { audio: why, ...(wantsVideo ? { video: why } : {}) } }
  }
  const audio = audioConstraints(chosen)
  if (!wantsVideo) return openOne(devices, 'audio', { audio })
  const video = videoConstraints(chosen)
  // Both at once, so that the browser asks once.
  const both = await tryToOpen(devices, { audio, video })
  if (both.ok) return { ...tracksOf(both.stream), problems: {} }
  const onlyAudio = await openOne(devices, 'audio', { audio })
  // Asked and refused: to ask again for the camera alone would be to insist.
  if (!onlyAudio.audio && both.problem === 'denied') {
    return { problems: { audio: 'denied', video: 'denied' } }
  }
  if (onlyAudio.audio) return { ...onlyAudio, problems: { video: both.problem } }
  const onlyVideo = await openOne(devices, 'video', { video })
  return { ...onlyVideo, problems: { ...onlyAudio.problems, ...onlyVideo.problems } }
}

/** Opens one device, to be added to a call that runs. */
export async function openDevice(
  devices: Devices | undefined,
  kind: 'audio' | 'video',
  chosen: Chosen = {},
): Promise<OpenedMedia> {
  if (!devices?.getUserMedia) return { problems: { [kind]: 'insecure-page' } }
  return openOne(
    devices,
    kind,
    kind === 'audio' ? { audio: audioConstraints(chosen) } : { video: videoConstraints(chosen) },
  )
}

async function openOne(
  devices: Devices,
  kind: 'audio' | 'video',
  constraints: MediaStreamConstraints,
): Promise<OpenedMedia> {
  const opened = await tryToOpen(devices, constraints)
  return opened.ok
    ? { ...tracksOf(opened.stream), problems: {} }
    : { problems: { [kind]: opened.problem } }
}

type Opened = { ok: true; stream: MediaStream } | { ok: false; problem: MediaProblem }

async function tryToOpen(devices: Devices, constraints: MediaStreamConstraints): Promise<Opened> {
  try {
    return { ok: true, stream: await devices.getUserMedia(constraints) }
  } catch (error) {
    return { ok: false, problem: problemOf(error) }
  }
}

/** By the error's name (Media Capture and Streams, section 10.3), never by its prose. */
function problemOf(error: unknown): MediaProblem {
  switch (error instanceof Error || isNamed(error) ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none'
    case 'NotReadableError':
    case 'AbortError':
      return 'in-use'
    default:
      return 'unknown'
  }
}

const isNamed = (error: unknown): error is { name: string } =>
  typeof error === 'object' && error !== null && 'name' in error && typeof error.name === 'string'

function tracksOf(stream: MediaStream): { audio?: MediaStreamTrack; video?: MediaStreamTrack } {
  const [audio] = stream.getAudioTracks()
  const [video] = stream.getVideoTracks()
  return { ...(audio ? { audio } : {}), ...(video ? { video } : {}) }
}

export const stopTracks = (...tracks: (MediaStreamTrack | undefined)[]): void => {
  for (const track of tracks) track?.stop()
}
