import type { ChannelMessage } from '../connection/channel-message.ts'
import { certificatesInUse, type WatchedPeer } from './certificates-in-use.ts'
import { certificateOf } from './fingerprints.ts'
import { agreeOnSafetyCode, type Role, type SafetyResult } from './safety-code.ts'

export type CallSafetyParts = {
  peer: WatchedPeer &
    Pick<
      RTCPeerConnection,
      'currentLocalDescription' | 'currentRemoteDescription' | 'addEventListener'
    >
  role: Role
  isChannelOpen: () => boolean
  send: (message: ChannelMessage) => void
  onResult: (result: SafetyResult) => void
}

type SafetyMessage = Extract<ChannelMessage, { kind: 'commit' | 'reveal' }>

export type CallSafety = {
  /** The channel is open. */
  start: () => void
  receive: (message: SafetyMessage) => void
  /** The other end's descriptions contradict each other. */
  mismatch: () => void
}

/** The safety code of one call, from the certificates that its connection has. */
export function createCallSafety(parts: CallSafetyParts): CallSafety {
  const { peer } = parts
  const code = agreeOnSafetyCode({
    role: parts.role,
    certificates: () => ({
      own: certificateIn(peer.currentLocalDescription),
      others: certificateIn(peer.currentRemoteDescription),
    }),
    certificatesInUse: () => certificatesInUse(peer),
    send: parts.send,
    onResult: parts.onResult,
  })
  const mismatch = () => code.fail('mismatch')

  /**
   * On a busy machine the channel is open before the page is told that the descriptions it came
   * from are in force, and they say which certificates there are.
   */
  function start(): void {
    if (!parts.isChannelOpen()) return
    if (!peer.currentLocalDescription || !peer.currentRemoteDescription) return
    code.start().catch(mismatch)
  }
  peer.addEventListener('signalingstatechange', start)

  return { start, receive: (message) => void code.receive(message).catch(mismatch), mismatch }
}

function certificateIn(description: RTCSessionDescription | null): string[] {
  const certificate = certificateOf(description?.sdp ?? '')
  return certificate === undefined ? [] : [certificate]
}
