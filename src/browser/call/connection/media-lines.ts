/** The two media lines of a call. They are negotiated once, in both directions. */
export type MediaLines = { audio: RTCRtpTransceiver; video: RTCRtpTransceiver }

type LinesPeer = Pick<RTCPeerConnection, 'addTransceiver' | 'getTransceivers'>

/** The caller's: they go into its first offer. */
export function addLines(peer: LinesPeer): MediaLines {
  return {
    audio: peer.addTransceiver('audio', { direction: 'sendrecv' }),
    video: peer.addTransceiver('video', { direction: 'sendrecv' }),
  }
}

/** The callee's lines: the lines of the first offer, used in both directions. */
export function takeLines(peer: LinesPeer): MediaLines | undefined {
  const lineOf = (kind: string) =>
    peer.getTransceivers().find(({ receiver }) => receiver.track.kind === kind)
  const audio = lineOf('audio')
  const video = lineOf('video')
  if (!audio || !video) return undefined
  audio.direction = 'sendrecv'
  video.direction = 'sendrecv'
  return { audio, video }
}
