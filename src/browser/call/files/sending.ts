import type { FileChannel } from './file-channel.ts'
import type { FromReceiver } from './file-message.ts'
import { OutgoingFile, type SentFile } from './outgoing-file.ts'
import type { TransferState } from './transfer.ts'

export type Sending = {
  /** Offers it to the other end; gives the way to take it back. */
  offer: (file: SentFile, show: (state: TransferState) => void) => () => void
  heard: (message: FromReceiver) => void
  /** There is room in the channel. */
  room: () => void
  closed: () => void
}

/** Unanswered at a time; further ones wait to be offered. A receiver takes no more (`receiving.ts`). */
export const maxOffered = 8

/** Files from here to one other member, one after another. */
export function createSending(channel: FileChannel, now: () => number): Sending {
  /** In the order in which they were offered. */
  const files = new Map<number, OutgoingFile>()
  let count = 0
  let isPumping = false

  const at = (state: OutgoingFile['at']) => [...files.values()].filter((each) => each.at === state)
  /** The one that goes now: the next begins when this one is stored. */
  const current = () => at('ended')[0] ?? at('accepted')[0]

  function proceed(): void {
    const room = Math.max(0, maxOffered - at('offered').length)
    for (const each of at('unsaid').slice(0, room)) each.offer()
    void pump()
  }

  async function pump(): Promise<void> {
    if (isPumping) return
    isPumping = true
    for (let next = current(); next?.mayGo(); next = current()) await next.sendPiece()
    isPumping = false
  }

  function onEnd(number: number): void {
    files.delete(number)
    proceed()
  }

  return {
    offer(file, show) {
      const number = count
      count += 1
      const each = new OutgoingFile({
        ...{ number, file, channel, show, now },
        onEnd: () => onEnd(number),
      })
      files.set(number, each)
      proceed()
      return () => each.withdraw('cancelled')
    },
    heard(message) {
      files.get(message.file)?.heard(message)
      proceed()
    },
    room: () => void pump(),
    closed() {
      const left = [...files.values()]
      files.clear()
      for (const each of left) each.lost()
    },
  }
}
