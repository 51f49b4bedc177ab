import type { Destination, OpenDestination } from './destinations/destination.ts'
import type { FromReceiver, FromSender } from './file-message.ts'
import { maxWindow } from './send-window.ts'
import type { TransferState, WhyOver } from './transfer.ts'

type Piece = Uint8Array<ArrayBuffer>

/** Bytes of a piece that is not the last one; pages send `chunkBytes`. */
const minPiece = 1_024

export type IncomingFileParts = {
  number: number
  name: string
  size: number
  openDestination: OpenDestination
  tell: (message: FromReceiver) => void
  /** Nothing more is expected of it. */
  onEnd: () => void
}

/** One file that another member sends here. Nothing of what comes is believed. */
export class IncomingFile {
  readonly #parts: IncomingFileParts
  #at: 'offered' | 'opening' | 'receiving' | 'ended' | 'over' = 'offered'
  #show: (state: TransferState) => void = () => {}
  #destination: Destination | undefined
  #heard = 0
  #stored = 0
  /** What is not yet given to the destination. */
  #pieces: Piece[] = []
  #isStoring = false

  constructor(parts: IncomingFileParts) {
    this.#parts = parts
  }

  get isUnanswered(): boolean {
    return this.#at === 'offered'
  }

  /** Is told of each state from now on. */
  watch(show: (state: TransferState) => void): void {
    this.#show = show
  }

  /** To be called while its person's press counts: a destination may be asked for. */
  accept(): void {
    if (this.#at !== 'offered') return
    this.#at = 'opening'
    this.#show({ at: 'waiting' })
    this.#open().catch((error) => this.#failed(error))
  }

  /** Its person declines it, or stops it later. */
  stop(): void {
    this.#refuse(this.#at === 'offered' ? 'declined' : 'cancelled')
  }

  withdrawn(why: 'cancelled' | 'failed'): void {
    this.#over(`${why}-there`)
  }

  /** The connection is gone. */
  lost(): void {
    this.#over('gone')
  }

  bytes(piece: Piece): void {
    // Also what was still under way when the file was stopped.
    if (this.#at !== 'receiving') return
    this.#heard += piece.byteLength
    // Crumbs cost more than their bytes. No page sends any but the last.
    if (piece.byteLength < minPiece && this.#heard < this.#parts.size) return this.#refuse('failed')
    // More than it said, or faster than this end says that it stores.
    const isTooMuch = this.#heard > this.#parts.size || this.#heard - this.#stored > 2 * maxWindow
    if (isTooMuch) return this.#refuse('failed')
    this.#pieces.push(piece)
    this.#storeSoon()
  }

  ended({ bytes }: FromSender & { kind: 'end' }): void {
    if (this.#at !== 'receiving') return
    if (bytes !== this.#parts.size || this.#heard !== bytes) return this.#refuse('failed')
    this.#at = 'ended'
    this.#storeSoon()
  }

  // A method, since it may change while something is waited for.
  #isOver(): boolean {
    return this.#at === 'over'
  }

  async #open(): Promise<void> {
    const { openDestination, name, size, tell, number } = this.#parts
    const destination = await openDestination(name, size)
    if (this.#isOver()) return void destination?.remove()
    if (!destination) {
      this.#at = 'offered'
      return this.#show({ at: 'offered' })
    }
    this.#destination = destination
    this.#at = 'receiving'
    tell({ kind: 'accept', file: number })
  }

  #storeSoon(): void {
    if (!this.#destination || this.#isStoring) return
    this.#isStoring = true
    this.#store(this.#destination)
      .catch((error) => this.#failed(error))
      .finally(() => {
        this.#isStoring = false
      })
  }

  async #store(destination: Destination): Promise<void> {
    const { tell, number } = this.#parts
    while (this.#pieces.length > 0) {
      const pieces = this.#pieces.splice(0)
      await destination.write(pieces)
      if (this.#isOver()) return
      this.#stored += pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
      tell({ kind: 'got', file: number, bytes: this.#stored })
      this.#show({ at: 'moving', moved: this.#stored })
    }
    if (this.#at === 'ended') await this.#finish(destination)
  }

  async #finish(destination: Destination): Promise<void> {
    const kept = await destination.finish()
    if (this.#isOver()) return
    this.#at = 'over'
    this.#parts.onEnd()
    this.#parts.tell({ kind: 'done', file: this.#parts.number })
    this.#show({ at: 'done', kept })
  }

  /** The destination: no room on the disk, or the disk is gone. */
  #failed(error: unknown): void {
    console.warn(error)
    this.#refuse('failed')
  }

  #refuse(why: 'declined' | 'cancelled' | 'failed'): void {
    if (this.#isOver()) return
    this.#parts.tell({ kind: 'decline', file: this.#parts.number, why })
    this.#over(why === 'declined' ? why : `${why}-here`)
  }

  #over(why: WhyOver): void {
    if (this.#isOver()) return
    this.#at = 'over'
    this.#pieces = []
    this.#parts.onEnd()
    void this.#destination?.remove()
    this.#show({ at: 'over', why })
  }
}
