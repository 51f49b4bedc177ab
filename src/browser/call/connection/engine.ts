import type { IceServer } from '../../../page-protocol.ts'
import type { FileChannel } from '../files/file-channel.ts'
import type { SafetyResult } from '../safety/safety-code.ts'
import { type CallChannel, createCallChannel } from './call-channel.ts'
import { watchCall } from './call-watch.ts'
import { chatText, type Shown } from './channel-message.ts'
import { type Link, type LinkParts, startLink } from './link.ts'
import { addLines, type MediaLines, takeLines } from './media-lines.ts'
import { MediaSenders, type Sent } from './media-senders.ts'
import type { Grade, Sample } from './quality.ts'

export type EngineListener = {
  link: (told: 'connected' | 'broken' | 'failed' | 'bye' | 'channel-closed') => void
  /** The other end's sound and picture; both tracks are there from the start. */
  remote: (stream: MediaStream) => void
  shown: (shown: Shown) => void
  chat: (text: string) => void
  channel: (open: boolean) => void
  /** Whether the other end speaks now. */
  speaking: (speaking: boolean) => void
  /** The way for files, before it is open. */
  files: (channel: FileChannel) => void
  safety: (result: SafetyResult) => void
  quality: (sample: Sample, grade: Grade) => void
  /** Something threw while the connection was set up. */
  failed: (error: unknown) => void
}

export type EngineParts = LinkParts & { on: EngineListener }

export type Engine = {
  readonly peer: RTCPeerConnection
  receive: (payload: string) => void
  signallingIsBack: (iceServers?: IceServer[]) => void
  networkChanged: () => void
  setSent: (sent: Sent) => void
  /** To how many in all this page sends: the more, the less goes to this one. */
  setReceivers: (count: number) => void
  /** `false` where the text cannot be sent: too long, or the channel is not open. */
  sendChat: (text: string) => boolean
  sayBye: () => void
  close: () => void
}

/** For the goodbye to leave before the connection is taken down, in milliseconds. */
const byeMs = 300

/**
 * One call's media and data channel. Two media lines are negotiated once, in both directions;
 * whatever is switched on or off later only changes what travels on them.
 */
export function startEngine(parts: EngineParts): Engine {
  const { polite, on } = parts
  const senders = new MediaSenders()
  let closed = false
  let saidBye = false
  /** What the other end says that it sends. */
  let theirs: Shown | undefined

  const link: Link = startLink(parts, {
    beforeAnswer: () => begin(takeLines),
    link: on.link,
    maySend(value) {
      for (const part of [senders, channel]) part.allow(value)
    },
    mismatch: () => channel.mismatch(),
    stranger: shutOut,
    failed: on.failed,
  })
  const { peer } = link

  const shown = (told: Shown) => {
    theirs = told
    on.shown(told)
  }
  const channel: CallChannel = createCallChannel({
    peer,
    polite,
    shown: () => senders.shown,
    on: { ...on, shown },
  })

  const watch = watchCall({
    peer,
    isSent: () => theirs?.microphone || theirs?.camera || false,
    beforeLook: link.look,
    onSilence: link.restart,
    onLevel: (level, receivers) => senders.useLevel(level, receivers),
    onQuality: on.quality,
    onSpeaking: on.speaking,
  })

  function begin(linesOf: (peer: RTCPeerConnection) => MediaLines | undefined): void {
    channel.open()
    const lines = linesOf(peer)
    if (!lines) return
    on.remote(new MediaStream([lines.audio.receiver.track, lines.video.receiver.track]))
    senders.use(lines)
    watch.hear(lines.audio.receiver)
  }

  function takeDown(): void {
    closed = true
    for (const part of [senders, watch, link, channel]) part.close()
    for (const sender of peer.getSenders()) sender.replaceTrack(null).catch(() => {})
  }

  /** Another machine is at the other end: nothing more goes there. The person learns why, and hangs up. */
  function shutOut(): void {
    if (closed) return
    takeDown()
    peer.close()
    on.channel(false)
    on.safety({ verifiable: false, why: 'stranger' })
  }

  // Only then does every browser have the encodings to set.
  peer.addEventListener('connectionstatechange', () => {
    if (peer.connectionState === 'connected') senders.applyLevel()
  })
  if (!polite) begin(addLines)

  return {
    peer,
    receive: link.receive,
    signallingIsBack: link.signallingIsBack,
    networkChanged: link.restart,
    setSent(next) {
      senders.set(next)
      channel.tell({ kind: 'shown', ...senders.shown })
    },
    setReceivers: watch.setReceivers,
    sendChat(typed) {
      const text = chatText(typed)
      return text !== undefined && link.maySend() && channel.tell({ kind: 'chat', text })
    },
    sayBye() {
      saidBye = channel.tell({ kind: 'bye' })
    },
    close() {
      if (closed) return
      takeDown()
      if (saidBye) setTimeout(() => peer.close(), byeMs)
      else peer.close()
    },
  }
}
