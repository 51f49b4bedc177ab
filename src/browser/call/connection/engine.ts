import type { IceServer } from '../../../page-protocol.ts'
import { type Guard, guardCertificate } from '../safety/certificate-guard.ts'
import { certificatesInUse } from '../safety/certificates-in-use.ts'
import { certificateOf } from '../safety/fingerprints.ts'
import { agreeOnSafetyCode, type SafetyCode, type SafetyResult } from '../safety/safety-code.ts'
import {
  type ChannelMessage,
  chatText,
  formatChannelMessage,
  parseChannelMessage,
  type Shown,
} from './channel-message.ts'
import { type Negotiation, negotiate } from './negotiation.ts'
import {
  type Adaptation,
  adaptTo,
  type Badge,
  badgeAfter,
  type Counters,
  firstAdaptation,
  firstBadge,
  type Grade,
  gradeOf,
  type Sample,
  type StatsEntry,
  sampleOf,
  screenLevels,
  videoLevels,
} from './quality.ts'
import { withoutOwnAddresses } from './relayed-only.ts'
import { SilenceWatch } from './silence-watch.ts'

/** What this end sends. A missing track is sent as nothing, and can come later. */
export type Sent = {
  audio: MediaStreamTrack | undefined
  video: MediaStreamTrack | undefined
  shown: Shown
}

export type EngineListener = {
  link: (told: 'connected' | 'broken' | 'failed' | 'bye' | 'channel-closed') => void
  /** The other end's sound and picture; both tracks are there from the start. */
  remote: (stream: MediaStream) => void
  shown: (shown: Shown) => void
  chat: (text: string) => void
  channel: (open: boolean) => void
  safety: (result: SafetyResult) => void
  quality: (sample: Sample, grade: Grade) => void
  /** Something threw while the connection was set up. */
  failed: (error: unknown) => void
}

export type EngineParts = {
  polite: boolean
  iceServers: IceServer[]
  /** Through a relay, and without a word of where this end is. */
  relayedOnly: boolean
  /** The servers as they are now; `undefined` where nobody tells. */
  freshServers: () => Promise<IceServer[] | undefined>
  /** Sends a signal; `false` where it is known to be lost. */
  send: (payload: string) => boolean
  /** Whether the other end can be told anything by signals. */
  canSignal: () => boolean
  on: EngineListener
}

export type Engine = {
  readonly peer: RTCPeerConnection
  receive: (payload: string) => void
  signallingIsBack: (iceServers?: IceServer[]) => void
  networkChanged: () => void
  setSent: (sent: Sent) => void
  /** `false` where the text cannot be sent: too long, or the channel is not open. */
  sendChat: (text: string) => boolean
  sayBye: () => void
  close: () => void
}

/** For the goodbye to leave before the connection is taken down, in milliseconds. */
const byeMs = 300
const statsMs = 1_000
const audioKbps = 64

const nothing = { audio: undefined, video: undefined }

function certificateIn(description: RTCSessionDescription | null): string[] {
  const certificate = certificateOf(description?.sdp ?? '')
  return certificate === undefined ? [] : [certificate]
}

/**
 * One call's media and data channel. Two media lines are negotiated once, in both directions;
 * whatever is switched on or off later only changes what travels on them.
 *
 * Longer than other files: all of it hangs on one peer connection.
 */
export function startEngine(parts: EngineParts): Engine {
  const { polite, iceServers, relayedOnly, freshServers, send, canSignal, on } = parts
  let configuration: RTCConfiguration = {
    iceServers,
    iceTransportPolicy: relayedOnly ? 'relay' : 'all',
    bundlePolicy: 'max-bundle',
  }
  const peer = new RTCPeerConnection(configuration)
  let channel: RTCDataChannel | undefined
  let senders: { audio: RTCRtpSender; video: RTCRtpSender } | undefined
  let sent: Sent = {
    audio: undefined,
    video: undefined,
    shown: { microphone: false, camera: false, sharing: false },
  }
  let closed = false
  /** Whether the connection is with the certificate that was judged. */
  let maySend = false
  let saidBye = false
  let counters: Counters | undefined
  let badge: Badge = firstBadge
  /** What the other end says that it sends. */
  let theirs: Shown | undefined
  let adaptation: Adaptation = firstAdaptation

  const safety: SafetyCode = agreeOnSafetyCode({
    role: polite ? 'callee' : 'caller',
    certificates: () => ({
      own: certificateIn(peer.currentLocalDescription),
      others: certificateIn(peer.currentRemoteDescription),
    }),
    certificatesInUse: () => certificatesInUse(peer),
    send: (message) => tell(message),
    onResult: (result) => {
      if (!closed) on.safety(result)
    },
  })

  const negotiation: Negotiation = negotiate({
    peer,
    polite,
    ...(relayedOnly ? { told: withoutOwnAddresses } : {}),
    send,
    canSignal,
    beforeAnswer: () => takeLines(),
    beforeNewWay: async () => {
      // What a STUN server gives does not run out.
      if (configuration.iceServers?.some(({ credential }) => credential)) {
        useServers(await freshServers())
      }
    },
    onFailure: (error) => on.failed(error),
    onRefused: () => safety.fail('mismatch'),
    onStranger: () => shutOut(),
  })

  const guard: Guard = guardCertificate({
    peer,
    judged: negotiation.judged,
    onMaySend: (value) => {
      maySend = value
      applySent()
      tellConnected()
    },
    onStranger: () => shutOut(),
  })

  const silence = new SilenceWatch(() => negotiation.restart())

  function useServers(servers: IceServer[] | undefined): void {
    // With the same ones, too, a browser would look for ways anew.
    const same = JSON.stringify(servers) === JSON.stringify(configuration.iceServers)
    if (closed || !servers || same) return
    configuration = { ...configuration, iceServers: servers }
    peer.setConfiguration(configuration)
  }

  /** Not before this end may say something over the connection. */
  function tellConnected(): void {
    if (maySend && peer.connectionState === 'connected') on.link('connected')
  }

  /** Nothing more goes to whoever is there now. The person learns why, and hangs up. */
  function shutOut(): void {
    if (closed) return
    takeDown()
    peer.close()
    on.channel(false)
    on.safety({ verifiable: false, why: 'stranger' })
  }

  function takeDown(): void {
    closed = true
    clearInterval(stats)
    negotiation.close()
    guard.close()
    for (const sender of peer.getSenders()) sender.replaceTrack(null).catch(() => {})
  }

  function tell(message: ChannelMessage): boolean {
    if (channel?.readyState !== 'open') return false
    channel.send(formatChannelMessage(message))
    return true
  }

  function openChannel(): void {
    // Agreed on beforehand, so that it is there with the connection (RFC 8831, section 6.4).
    channel = peer.createDataChannel('call', { negotiated: true, id: 0, ordered: true })
    channel.addEventListener('open', () => {
      if (closed) return
      on.channel(true)
      tell({ kind: 'shown', ...sent.shown })
      startSafety()
    })
    channel.addEventListener('close', () => {
      if (closed) return
      on.channel(false)
      on.link('channel-closed')
    })
    channel.addEventListener('message', ({ data }) => {
      const message = parseChannelMessage(data)
      if (message && !closed) obey(message)
    })
  }

  /**
   * On a busy machine the channel is open before the page is told that the descriptions it came
   * from are in force, and they say which certificates there are.
   */
  function startSafety(): void {
    if (closed || channel?.readyState !== 'open') return
    if (!peer.currentLocalDescription || !peer.currentRemoteDescription) return
    safety.start().catch(() => safety.fail('mismatch'))
  }

  function obey(message: ChannelMessage): void {
    switch (message.kind) {
      case 'chat':
        return on.chat(message.text)
      case 'shown':
        theirs = message
        return on.shown(message)
      case 'bye':
        return on.link('bye')
      default:
        safety.receive(message).catch(() => safety.fail('mismatch'))
    }
  }

  function useLines(audio: RTCRtpTransceiver, video: RTCRtpTransceiver): void {
    senders = { audio: audio.sender, video: video.sender }
    preferRobustAudio(audio)
    on.remote(new MediaStream([audio.receiver.track, video.receiver.track]))
    applySent()
  }

  /** The callee's side of the first offer: its lines are used in both directions. */
  function takeLines(): void {
    openChannel()
    const lineOf = (kind: string) =>
      peer.getTransceivers().find(({ receiver }) => receiver.track.kind === kind)
    const audio = lineOf('audio')
    const video = lineOf('video')
    if (!audio || !video) return
    audio.direction = 'sendrecv'
    video.direction = 'sendrecv'
    useLines(audio, video)
  }

  function applySent(): void {
    if (!senders || closed) return
    // A sender that refuses a track goes on as before; the next change tries again.
    const { audio, video } = maySend ? sent : nothing
    senders.audio.replaceTrack(audio ?? null).catch(() => {})
    senders.video.replaceTrack(video ?? null).catch(() => {})
    if (sent.video) sent.video.contentHint = sent.shown.sharing ? 'detail' : 'motion'
    applyLevel()
  }

  function applyLevel(): void {
    if (!senders || closed) return
    const { sharing } = sent.shown
    const level = (sharing ? screenLevels : videoLevels)[adaptation.level]
    if (!level) return
    change(senders.audio, (encoding) => {
      encoding.priority = 'high'
      encoding.networkPriority = 'high'
      encoding.maxBitrate = audioKbps * 1_000
    })
    change(
      senders.video,
      (encoding) => {
        encoding.priority = 'low'
        encoding.maxBitrate = level.maxKbps * 1_000
        encoding.scaleResolutionDownBy = level.scaleDownBy
        encoding.maxFramerate = level.maxFrameRate
      },
      sharing ? 'maintain-resolution' : 'balanced',
    )
  }

  async function look(): Promise<void> {
    const isUp = peer.connectionState === 'connected'
    if (isUp) await guard.look()
    // Down after it was up: there is something to say.
    else if (!counters) return
    const report = (await peer.getStats()) as unknown as ReadonlyMap<string, StatsEntry>
    if (closed) return
    const read = sampleOf(report.values(), counters, performance.now())
    const first = counters === undefined
    counters = read.counters
    if (first) return
    // A shared screen that stands still sends next to nothing.
    const isSent = theirs?.microphone || theirs?.camera || false
    silence.look(isUp && isSent && read.sample.arrived === 0)
    badge = badgeAfter(badge, isUp ? gradeOf(read.sample, isSent, adaptation.level) : 'poor')
    const { level } = adaptation
    if (isUp) adaptation = adaptTo(adaptation, read.sample)
    if (adaptation.level !== level) applyLevel()
    on.quality(read.sample, badge.grade)
  }

  peer.addEventListener('connectionstatechange', () => {
    if (closed) return
    if (peer.connectionState === 'connected') {
      tellConnected()
      // Only now does every browser have the encodings to set.
      applyLevel()
    } else if (peer.connectionState === 'disconnected') on.link('broken')
    else if (peer.connectionState === 'failed') on.link('failed')
  })
  peer.addEventListener('signalingstatechange', startSafety)
  const stats = setInterval(() => look().catch(() => {}), statsMs)

  if (!polite) {
    openChannel()
    useLines(
      peer.addTransceiver('audio', { direction: 'sendrecv' }),
      peer.addTransceiver('video', { direction: 'sendrecv' }),
    )
  }

  return {
    peer,
    receive: (payload) => void negotiation.receive(payload),
    signallingIsBack(fresh) {
      if (closed) return
      useServers(fresh)
      negotiation.signallingIsBack()
    },
    networkChanged: () => negotiation.restart(),
    setSent(next) {
      sent = next
      applySent()
      tell({ kind: 'shown', ...sent.shown })
    },
    sendChat(typed) {
      const text = chatText(typed)
      return text !== undefined && maySend && tell({ kind: 'chat', text })
    },
    sayBye() {
      saidBye = tell({ kind: 'bye' })
    },
    close() {
      if (closed) return
      takeDown()
      if (saidBye) setTimeout(() => peer.close(), byeMs)
      else peer.close()
    },
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
