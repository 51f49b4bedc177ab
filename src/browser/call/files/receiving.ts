import type { OpenDestination } from './destinations/destination.ts'
import type { FileChannel } from './file-channel.ts'
import { type FromReceiver, type FromSender, formatFileMessage, unframe } from './file-message.ts'
import { IncomingFile } from './incoming-file.ts'
import { maxOffered } from './sending.ts'

export type Receiving = {
  heard: (message: FromSender) => void
  bytes: (message: ArrayBuffer) => void
  closed: () => void
}

/** What a person is asked about. */
export type Offer = { name: string; size: number; file: IncomingFile }

/** Offers that are shown in quick succession, and one more for each second after. */
export const offersAtOnce = 30

/** Files that one other member sends here. */
export function createReceiving(parts: {
  channel: FileChannel
  openDestination: OpenDestination
  onOffer: (offer: Offer) => void
  now: () => number
}): Receiving {
  const { openDestination, now } = parts
  const files = new Map<number, IncomingFile>()
  let budget = offersAtOnce
  let filledAt = now()

  const tell = (message: FromReceiver) => parts.channel.tell(formatFileMessage(message))

  function mayOffer(): boolean {
    budget = Math.min(offersAtOnce, budget + (now() - filledAt) / 1_000)
    filledAt = now()
    const unanswered = [...files.values()].filter(({ isUnanswered }) => isUnanswered).length
    if (budget < 1 || unanswered >= maxOffered) return false
    budget -= 1
    return true
  }

  function offered({ file: number, name, size }: FromSender & { kind: 'offer' }): void {
    if (files.has(number)) return
    if (!mayOffer()) return tell({ kind: 'decline', file: number, why: 'too-many' })
    const onEnd = () => files.delete(number)
    const file = new IncomingFile({ number, name, size, openDestination, tell, onEnd })
    files.set(number, file)
    parts.onOffer({ name, size, file })
  }

  return {
    heard(message) {
      if (message.kind === 'offer') return offered(message)
      const file = files.get(message.file)
      if (message.kind === 'end') file?.ended(message)
      else file?.withdrawn(message.why)
    },
    bytes(message) {
      const piece = unframe(message)
      if (piece) files.get(piece.file)?.bytes(piece.bytes)
    },
    closed() {
      for (const file of [...files.values()]) file.lost()
    },
  }
}
