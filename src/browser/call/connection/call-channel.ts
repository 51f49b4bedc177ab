import { type FileChannel, type OwnFileChannel, openFileChannel } from '../files/file-channel.ts'
import { type CallSafety, createCallSafety } from '../safety/call-safety.ts'
import type { SafetyResult } from '../safety/safety-code.ts'
import {
  type ChannelMessage,
  formatChannelMessage,
  parseChannelMessage,
  type Shown,
} from './channel-message.ts'

export type ChannelListener = {
  channel: (open: boolean) => void
  link: (told: 'bye' | 'channel-closed') => void
  shown: (shown: Shown) => void
  chat: (text: string) => void
  safety: (result: SafetyResult) => void
  /** The way for files, before it is open. */
  files: (channel: FileChannel) => void
}

export type CallChannel = {
  open: () => void
  /** Whether files may go out now (`LinkListener.maySend`). */
  allow: (maySend: boolean) => void
  /** `false` where the channel is not open. */
  tell: (message: ChannelMessage) => boolean
  /** Another machine is at the other end: there will be no safety code. */
  mismatch: () => void
  /** Nothing more is heard. Something may still be told. */
  close: () => void
}

/** What the two ends tell each other directly, beside sound and picture. */
export function createCallChannel(parts: {
  peer: RTCPeerConnection
  polite: boolean
  /** What this end sends: the first that the other end is told. */
  shown: () => Shown
  on: ChannelListener
}): CallChannel {
  const { peer, on } = parts
  let channel: RTCDataChannel | undefined
  let files: OwnFileChannel | undefined
  let closed = false

  const safety: CallSafety = createCallSafety({
    peer,
    role: parts.polite ? 'callee' : 'caller',
    isChannelOpen: () => !closed && channel?.readyState === 'open',
    send: tell,
    onResult: (result) => {
      if (!closed) on.safety(result)
    },
  })

  function tell(message: ChannelMessage): boolean {
    if (channel?.readyState !== 'open') return false
    try {
      channel.send(formatChannelMessage(message))
      return true
    } catch (error) {
      // Longer than the other end says that it takes: the others are told all the same.
      console.warn(error)
      return false
    }
  }

  function opened(): void {
    on.channel(true)
    tell({ kind: 'shown', ...parts.shown() })
    safety.start()
  }

  function lost(): void {
    on.channel(false)
    on.link('channel-closed')
  }

  function obey(message: ChannelMessage): void {
    switch (message.kind) {
      case 'chat':
        return on.chat(message.text)
      case 'shown':
        return on.shown(message)
      case 'bye':
        return on.link('bye')
      default:
        safety.receive(message)
    }
  }

  return {
    open() {
      // Agreed on beforehand, so that it is there with the connection (RFC 8831, section 6.4).
      channel = peer.createDataChannel('call', { negotiated: true, id: 0, ordered: true })
      channel.addEventListener('open', () => closed || opened())
      channel.addEventListener('close', () => closed || lost())
      channel.addEventListener('message', ({ data }) => {
        const message = parseChannelMessage(data)
        if (message && !closed) obey(message)
      })
      files = openFileChannel(peer)
      on.files(files)
    },
    allow: (maySend) => files?.allow(maySend),
    tell,
    mismatch: safety.mismatch,
    close() {
      closed = true
      files?.close()
    },
  }
}
