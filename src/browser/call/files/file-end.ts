import type { OpenDestination } from './destinations/destination.ts'
import type { FileChannel } from './file-channel.ts'
import { formatFileMessage, parseFileMessage } from './file-message.ts'
import { createReceiving, type Offer } from './receiving.ts'
import { createSending, type Sending } from './sending.ts'

export type FileEndParts = {
  channel: FileChannel
  openDestination: OpenDestination
  onOffer: (offer: Offer) => void
  onClosed: () => void
  /** In milliseconds. */
  now: () => number
}

export type FileEnd = Pick<Sending, 'offer'> & {
  /** Whether the page at the other end knows files. An older one never says so. */
  takesFiles: () => boolean
}

/** This end of the way for files to one other member, in both directions. */
export function createFileEnd(parts: FileEndParts): FileEnd {
  const { channel } = parts
  let takesFiles = false
  const sending = createSending(channel, parts.now)
  const receiving = createReceiving(parts)

  function heard(text: string): void {
    const message = parseFileMessage(text)
    if (!message) return
    switch (message.kind) {
      case 'hello':
        takesFiles = true
        return
      case 'offer':
      case 'end':
      case 'withdraw':
        return receiving.heard(message)
      default:
        sending.heard(message)
    }
  }

  channel.listen({
    ...{ text: heard, bytes: receiving.bytes, room: sending.room },
    open: () => channel.tell(formatFileMessage({ kind: 'hello' })),
    closed() {
      sending.closed()
      receiving.closed()
      parts.onClosed()
    },
  })
  return { takesFiles: () => takesFiles, offer: sending.offer }
}
