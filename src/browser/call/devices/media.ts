import type { Sending } from '../call-machine.ts'

/** Why a microphone or camera is not there. */
export type MediaProblem = 'insecure-page' | 'none' | 'denied' | 'in-use' | 'unknown'

/** What opening gave: a track, with the screen perhaps its sound; or why there is none. */
export type Opening = {
  track?: MediaStreamTrack | undefined
  sound?: MediaStreamTrack | undefined
  problem?: MediaProblem | undefined
}

/** As much of navigator.mediaDevices as this needs; missing on a page without TLS. */
export type Devices = Pick<MediaDevices, 'getUserMedia'>

/**
 * Which device the person chose last; the browser's own choice where it is gone. Of `only` it has no choice:
 * another camera with a better picture would be taken before one that is only preferred.
 */
export type Chosen = {
  audio?: string | undefined
  video?: string | undefined
  only?: OneCamera | undefined
}

/** By its id, or by the side of a phone that it looks to. */
export type OneCamera = { deviceId: string } | { facingMode: 'user' | 'environment' }

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

const videoConstraints = ({ video, only }: Chosen): MediaTrackConstraints => ({
  ...videoWishes,
  ...(only ? exactly(only) : video ? { deviceId: { ideal: video } } : {}),
})

const exactly = (only: OneCamera): MediaTrackConstraints =>
  'deviceId' in only
    ? { deviceId: { exact: only.deviceId } }
    : { facingMode: { exact: only.facingMode } }

/**
 * Opens what this person sends, or as much of it as there is: a call without camera is a call,
 * and one without microphone still shows and sounds the other end.
 */
export async function openMedia(
  devices: Devices | undefined,
  sending: Sending,
  chosen: Chosen = {},
): Promise<{ audio: Opening; video: Opening }> {
  if (sending === 'audio') return { audio: await openDevice(devices, 'audio', chosen), video: {} }
  if (!devices?.getUserMedia) return { audio: insecure, video: insecure }
  // Both at once, so that the browser asks once.
  const wishes = { audio: audioConstraints(chosen), video: videoConstraints(chosen) }
  const both = await tryToOpen(devices, wishes)
  if (both.ok) return { audio: trackOf(both.stream, 'audio'), video: trackOf(both.stream, 'video') }
  const audio = await openDevice(devices, 'audio', chosen)
  if (audio.track) return { audio, video: { problem: both.problem } }
  // Asked and refused: to ask again for the camera alone would be to insist.
  if (both.problem === 'denied')
    return { audio: { problem: 'denied' }, video: { problem: 'denied' } }
  return { audio, video: await openDevice(devices, 'video', chosen) }
}

/** Opens one device, also to be added to a call that runs. */
export async function openDevice(
  devices: Devices | undefined,
  kind: 'audio' | 'video',
  chosen: Chosen = {},
): Promise<Opening> {
  if (!devices?.getUserMedia) return insecure
  const wishes =
    kind === 'audio' ? { audio: audioConstraints(chosen) } : { video: videoConstraints(chosen) }
  const opened = await tryToOpen(devices, wishes)
  return opened.ok ? trackOf(opened.stream, kind) : { problem: opened.problem }
}

type Screens = Partial<Pick<MediaDevices, 'getDisplayMedia'>>

/** Music and films are not speech: nothing is to be done to their sound. */
const screenSound = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }

/** The screen that the person chooses, with its sound where the person allows that as well. */
export async function openScreen(devices: Screens | undefined): Promise<Opening> {
  // The other end must not hear itself where the sound of everything is shared; not every browser
  // knows this wish.
  const audio = { ...screenSound, restrictOwnAudio: true }
  try {
    const stream = await devices?.getDisplayMedia?.({ video: true, audio })
    if (!stream) return { problem: 'unknown' }
    const [sound] = stream.getAudioTracks()
    return { ...trackOf(stream, 'video'), sound }
  } catch (error) {
    const problem = problemOf(error)
    // Not choosing a screen is no problem; that none can be shared is.
    return problem === 'denied' ? {} : { problem }
  }
}

const insecure: Opening = { problem: 'insecure-page' }

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

function trackOf(stream: MediaStream, kind: 'audio' | 'video'): Opening {
  const [track] = kind === 'audio' ? stream.getAudioTracks() : stream.getVideoTracks()
  return { track }
}

export const stopTracks = (...tracks: (MediaStreamTrack | undefined)[]): void => {
  for (const track of tracks) track?.stop()
}
