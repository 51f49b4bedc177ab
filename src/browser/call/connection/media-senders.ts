import { audioKbpsFor, levelFor } from './budget.ts'
import type { Shown } from './channel-message.ts'
import type { MediaLines } from './media-lines.ts'

/** What this end sends. A missing track is sent as nothing, and can come later. */
export type Sent = {
  audio: MediaStreamTrack | undefined
  video: MediaStreamTrack | undefined
  shown: Shown
}

const nothing = { audio: undefined, video: undefined }

/** What goes out over the two media lines of a call, and how much of the way it may take. */
export class MediaSenders {
  #lines: { audio: RTCRtpSender; video: RTCRtpSender } | undefined
  #sent: Sent = { ...nothing, shown: { microphone: false, camera: false, sharing: false } }
  #maySend = false
  #level = 0
  #receivers = 1
  #closed = false

  get shown(): Shown {
    return this.#sent.shown
  }

  /** The lines are there. */
  use({ audio, video }: MediaLines): void {
    this.#lines = { audio: audio.sender, video: video.sender }
    preferRobustAudio(audio)
    this.#apply()
  }

  set(sent: Sent): void {
    this.#sent = sent
    this.#apply()
  }

  /** Whether anything may go out: to the end that was judged, and to nobody else. */
  allow(maySend: boolean): void {
    this.#maySend = maySend
    this.#apply()
  }

  /** How much may go out to this one of so many receivers (`levelFor`). */
  useLevel(level: number, receivers: number): void {
    if (level === this.#level && receivers === this.#receivers) return
    this.#level = level
    this.#receivers = receivers
    this.applyLevel()
  }

  close(): void {
    this.#closed = true
  }

  /** Before it is connected, not every browser has the encodings to set. */
  applyLevel(): void {
    if (!this.#lines || this.#closed) return
    const { sharing } = this.#sent.shown
    const level = levelFor(this.#level, this.#receivers, sharing)
    change(this.#lines.audio, (encoding) => {
      encoding.priority = 'high'
      encoding.networkPriority = 'high'
      encoding.maxBitrate = audioKbpsFor(this.#receivers) * 1_000
    })
    change(
      this.#lines.video,
      (encoding) => {
        encoding.priority = 'low'
        encoding.maxBitrate = level.maxKbps * 1_000
        encoding.scaleResolutionDownBy = level.scaleDownBy
        encoding.maxFramerate = level.maxFrameRate
      },
      sharing ? 'maintain-resolution' : 'balanced',
    )
  }

  #apply(): void {
    if (!this.#lines || this.#closed) return
    // A sender that refuses a track goes on as before; the next change tries again.
    const { audio, video } = this.#maySend ? this.#sent : nothing
    this.#lines.audio.replaceTrack(audio ?? null).catch(() => {})
    this.#lines.video.replaceTrack(video ?? null).catch(() => {})
    const { shown, video: picture } = this.#sent
    if (picture) picture.contentHint = shown.sharing ? 'detail' : 'motion'
    this.applyLevel()
  }
}

function change(
  sender: RTCRtpSender,
  set: (encoding: RTCRtpEncodingParameters) => void,
  degradation?: RTCDegradationPreference,
): void {
  const parameters = sender.getParameters()
  const [encoding] = parameters.encodings
  // Not yet negotiated.
  if (!encoding) return
  set(encoding)
  if (degradation) parameters.degradationPreference = degradation
  // A wish: a browser that does not know a field refuses it, and sends as it would without.
  sender.setParameters(parameters).catch(() => {})
}

/**
 * Sound survives loss: every packet carries the one before as well (RED, RFC 2198), where the
 * browser can; Opus has its own forward error correction on and silence suppression off by default.
 */
function preferRobustAudio(audio: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities?.('audio')?.codecs ?? []
  const isRed = ({ mimeType }: { mimeType: string }) => mimeType.toLowerCase() === 'audio/red'
  if (!codecs.some(isRed) || !('setCodecPreferences' in audio)) return
  try {
    audio.setCodecPreferences([...codecs.filter(isRed), ...codecs.filter((each) => !isRed(each))])
  } catch {
    // Then in the browser's own order.
  }
}
