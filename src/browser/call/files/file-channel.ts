/** The way for files to one other member of the call. */
export type FileChannel = {
  /** Hears all that comes; to be called once, before the channel is open. */
  listen: (on: FileChannelListener) => void
  /** Says something, or does so as soon as that is allowed. */
  tell: (text: string) => void
  /** Whether more bytes may go now: no handshake is under way, and few bytes wait. */
  hasRoom: () => boolean
  send: (bytes: Uint8Array<ArrayBuffer>) => void
}

export type FileChannelListener = {
  open: () => void
  text: (text: string) => void
  bytes: (bytes: ArrayBuffer) => void
  /** There is room again. */
  room: () => void
  /** Told once: nothing comes or goes any more. */
  closed: () => void
}

export type OwnFileChannel = FileChannel & {
  /** Whether anything may go out now (`LinkListener.maySend`). */
  allow: (maySend: boolean) => void
  close: () => void
}

/** Sound and picture must not wait behind a file, nor the chat: it has the same association. */
const fewBytes = 64 * 1024
const manyBytes = 256 * 1024

/** An end that makes this one answer and does not read the answers is listened to no more. */
const mostBytes = 1024 * 1024
const mostUnsaid = 1_000

/** Files have a channel of their own, agreed on beforehand: an older page does not have it, and says nothing there. */
export function openFileChannel(
  peer: Pick<RTCPeerConnection, 'createDataChannel'>,
): OwnFileChannel {
  const channel = peer.createDataChannel('files', { negotiated: true, id: 1, ordered: true })
  channel.binaryType = 'arraybuffer'
  channel.bufferedAmountLowThreshold = fewBytes
  let on: FileChannelListener | undefined
  let maySend = false
  let closed = false
  /** What was to be said before anything may go out. */
  let unsaid: string[] = []

  const isUp = () => !closed && maySend && channel.readyState === 'open'

  function close(): void {
    if (closed) return
    closed = true
    unsaid = []
    on?.closed()
  }

  /** The other end says how long a message may be, and a browser throws at a longer one. */
  function put(send: () => void): void {
    try {
      send()
    } catch (error) {
      console.warn(error)
      close()
    }
  }

  function flush(): void {
    if (!isUp()) return
    for (const text of unsaid.splice(0)) put(() => channel.send(text))
    if (closed) return
    on?.room()
  }

  channel.addEventListener('open', () => {
    if (closed) return
    on?.open()
    flush()
  })
  channel.addEventListener('close', close)
  channel.addEventListener('bufferedamountlow', () => isUp() && on?.room())
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (closed) return
    if (typeof data === 'string') on?.text(data)
    else if (data instanceof ArrayBuffer) on?.bytes(data)
  })

  return {
    listen(listener) {
      on = listener
    },
    tell(text) {
      if (closed) return
      if (channel.bufferedAmount > mostBytes || unsaid.length > mostUnsaid) return close()
      if (isUp()) put(() => channel.send(text))
      else unsaid.push(text)
    },
    hasRoom: () => isUp() && channel.bufferedAmount <= manyBytes,
    send(bytes) {
      if (isUp()) put(() => channel.send(bytes))
    },
    allow(value) {
      maySend = value
      flush()
    },
    close,
  }
}
