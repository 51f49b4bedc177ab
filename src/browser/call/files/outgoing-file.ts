import type { FileChannel } from './file-channel.ts'
import { chunkBytes, type FromReceiver, formatFileMessage, frame } from './file-message.ts'
import { createSendWindow, type SendWindow } from './send-window.ts'
import type { TransferState, WhyOver } from './transfer.ts'

/** A file of this person's, of which never more is in memory than one piece. */
export type SentFile = {
  name: string
  size: number
  read: (from: number, to: number) => Promise<ArrayBuffer>
}

export type OutgoingFileParts = {
  number: number
  file: SentFile
  channel: FileChannel
  show: (state: TransferState) => void
  onEnd: () => void
  now: () => number
}

/** One file on its way to one other member. */
export class OutgoingFile {
  readonly #parts: OutgoingFileParts
  readonly #window: SendWindow
  #at: 'unsaid' | 'offered' | 'accepted' | 'ended' | 'over' = 'unsaid'
  #sent = 0
  #stored = 0

  constructor(parts: OutgoingFileParts) {
    this.#parts = parts
    this.#window = createSendWindow(parts.now)
    parts.show({ at: 'offered' })
  }

  get at() {
    return this.#at
  }

  offer(): void {
    const { channel, number, file } = this.#parts
    const { name, size } = file
    this.#at = 'offered'
    channel.tell(formatFileMessage({ kind: 'offer', file: number, name, size }))
  }

  withdraw(why: 'cancelled' | 'failed'): void {
    const { channel, number } = this.#parts
    if (this.#at !== 'unsaid' && this.#at !== 'over') {
      channel.tell(formatFileMessage({ kind: 'withdraw', file: number, why }))
    }
    this.#over(`${why}-here`)
  }

  /** The connection is gone. */
  lost(): void {
    this.#over('gone')
  }

  heard(message: FromReceiver): void {
    switch (message.kind) {
      case 'accept':
        if (this.#at !== 'offered') return
        this.#at = 'accepted'
        return this.#parts.show({ at: 'waiting' })
      case 'got':
        return this.#gotAt(message.bytes)
      case 'done':
        if (this.#at === 'ended') this.#end({ at: 'done' })
        return
      case 'decline':
        if (this.#at !== 'unsaid') this.#over(whyDeclined(message.why))
    }
  }

  /** Whether `sendPiece` has something to do now. */
  mayGo(): boolean {
    if (this.#at !== 'accepted') return false
    const isSent = this.#sent === this.#parts.file.size
    return isSent || (this.#window.isOpen() && this.#parts.channel.hasRoom())
  }

  async sendPiece(): Promise<void> {
    const { file, number, channel } = this.#parts
    if (this.#sent === file.size) {
      this.#at = 'ended'
      return channel.tell(formatFileMessage({ kind: 'end', file: number, bytes: file.size }))
    }
    const upTo = Math.min(this.#sent + chunkBytes, file.size)
    // Moved, changed or made unreadable since it was chosen: then no more of it is sent.
    const bytes = await file.read(this.#sent, upTo).catch(() => undefined)
    if (this.#at !== 'accepted') return
    if (bytes?.byteLength !== upTo - this.#sent) return this.withdraw('failed')
    // A handshake may have begun while it was read. Later the same piece is read again.
    if (!channel.hasRoom()) return
    channel.send(frame(number, bytes))
    this.#sent = upTo
    this.#window.sent(upTo)
  }

  #gotAt(bytes: number): void {
    if (bytes <= this.#stored || bytes > this.#sent) return
    this.#stored = bytes
    this.#window.stored(bytes)
    this.#parts.show({ at: 'moving', moved: bytes })
  }

  #over(why: WhyOver): void {
    this.#end({ at: 'over', why })
  }

  #end(state: TransferState): void {
    if (this.#at === 'over') return
    this.#at = 'over'
    this.#parts.show(state)
    this.#parts.onEnd()
  }
}

function whyDeclined(why: (FromReceiver & { kind: 'decline' })['why']): WhyOver {
  if (why === 'failed') return 'failed-there'
  return why === 'cancelled' ? 'cancelled-there' : why
}
