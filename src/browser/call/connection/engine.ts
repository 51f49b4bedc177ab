import type { IceServer } from '../../../page-protocol.ts'
import { type Guard, guardCertificate } from '../safety/certificate-guard.ts'
import { certificatesInUse } from '../safety/certificates-in-use.ts'
import { certificateOf } from '../safety/fingerprints.ts'
import { agreeOnSafetyCode, type SafetyCode, type SafetyResult } from '../safety/safety-code.ts'
import { type Negotiation, negotiate } from '../signalling/negotiation.ts'
import { withoutOwnAddresses } from '../signalling/relayed-only.ts'
import {
  type ChannelMessage,
  chatText,
  formatChannelMessage,
  parseChannelMessage,
  type Shown,
} from './channel-message.ts'
import { MediaSenders, type Sent } from './media-senders.ts'
import type { Grade, Sample, StatsEntry } from './quality.ts'
import { QualityWatch } from './quality-watch.ts'
import { SilenceWatch } from './silence-watch.ts'

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

function certificateIn(description: RTCSessionDescription | null): string[] {
  const certificate = certificateOf(description?.sdp ?? '')
  return certificate === undefined ? [] : [certificate]
}

/**
 * One call's media and data channel. Two media lines are negotiated once, in both directions;
 * whatever is switched on or off later only changes what travels on them.
 *
 * Longer than other files: its parts meet at one peer connection.
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
  const senders = new MediaSenders()
  const quality = new QualityWatch()
  let closed = false
  /** Whether the connection is with the certificate that was judged. */
  let maySend = false
  let saidBye = false
  /** What the other end says that it sends. */
  let theirs: Shown | undefined

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
      senders.allow(value)
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
    senders.close()
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
      tell({ kind: 'shown', ...senders.shown })
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
    on.remote(new MediaStream([audio.receiver.track, video.receiver.track]))
    senders.use(audio, video)
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

  async function look(): Promise<void> {
    const isUp = peer.connectionState === 'connected'
    if (isUp) await guard.look()
    // Down after it was up: there is something to say.
    else if (!quality.begun) return
    const report = (await peer.getStats()) as unknown as ReadonlyMap<string, StatsEntry>
    if (closed) return
    // A shared screen that stands still sends next to nothing.
    const isSent = theirs?.microphone || theirs?.camera || false
    const seen = quality.look(report.values(), isUp, isSent)
    if (!seen) return
    silence.look(isUp && isSent && seen.sample.arrived === 0)
    senders.useLevel(seen.level)
    on.quality(seen.sample, seen.grade)
  }

  peer.addEventListener('connectionstatechange', () => {
    if (closed) return
    if (peer.connectionState === 'connected') {
      tellConnected()
      // Only now does every browser have the encodings to set.
      senders.applyLevel()
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
      senders.set(next)
      tell({ kind: 'shown', ...senders.shown })
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
