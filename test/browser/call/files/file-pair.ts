import type { Destination } from '../../../../src/browser/call/files/destinations/destination.ts'
import type {
  FileChannel,
  FileChannelListener,
} from '../../../../src/browser/call/files/file-channel.ts'
import { createFileEnd, type FileEnd } from '../../../../src/browser/call/files/file-end.ts'
import {
  type FileMessage,
  formatFileMessage,
} from '../../../../src/browser/call/files/file-message.ts'
import type { SentFile } from '../../../../src/browser/call/files/outgoing-file.ts'
import type { Offer } from '../../../../src/browser/call/files/receiving.ts'
import type { TransferState } from '../../../../src/browser/call/files/transfer.ts'

type Message = string | Uint8Array<ArrayBuffer>

/** One end of a channel whose messages arrive when the test says so. */
export class FakeChannel implements FileChannel {
  other: FakeChannel | undefined
  readonly underWay: Message[] = []
  readonly said: string[] = []
  room = true
  bytesSent = 0
  #on: FileChannelListener | undefined

  listen(on: FileChannelListener): void {
    this.#on = on
  }
  open(): void {
    this.#on?.open()
  }
  tell(text: string): void {
    this.said.push(text)
    this.underWay.push(text)
  }
  hasRoom = () => this.room
  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.room) throw new Error('bug: sent without room')
    this.underWay.push(bytes)
    this.bytesSent += bytes.byteLength
  }
  giveRoom(): void {
    this.room = true
    this.#on?.room()
  }
  get bytesUnderWay(): number {
    return this.underWay.reduce(
      (sum, each) => sum + (typeof each === 'string' ? 0 : each.length),
      0,
    )
  }
  hear(message: Message): void {
    if (typeof message === 'string') this.#on?.text(message)
    else this.#on?.bytes(message.buffer)
  }
  say(message: FileMessage): void {
    this.hear(formatFileMessage(message))
  }
  /** The next that this end has said arrives. */
  deliver(): boolean {
    const next = this.underWay.shift()
    if (next !== undefined) this.other?.hear(next)
    return next !== undefined
  }
  close(): void {
    this.#on?.closed()
  }
}

/** A disk with one destination for each file. */
export class FakeDisk {
  /** By name: what of each file is there, whole or not. */
  readonly files = new Map<string, { pieces: Uint8Array[]; whole: boolean }>()
  full = false
  /** The person closes the dialog that asks for a destination. */
  chooses = true
  /** While set, nothing is written. */
  busy: Promise<void> | undefined

  open = async (name: string): Promise<Destination | undefined> => {
    if (!this.chooses) return undefined
    const file = { pieces: [] as Uint8Array[], whole: false }
    this.files.set(name, file)
    return {
      write: async (pieces) => {
        await this.busy
        if (this.full) throw new Error('no room')
        file.pieces.push(...pieces)
      },
      finish: async () => {
        await this.busy
        file.whole = true
        return undefined
      },
      remove: async () => {
        this.files.delete(name)
      },
    }
  }
}

export type Side = {
  end: FileEnd
  channel: FakeChannel
  disk: FakeDisk
  offers: (Offer & { states: TransferState[] })[]
}

/** Two pages and the channel between them. */
export class FilePair {
  now = 0
  readonly ana = this.#side()
  readonly bia = this.#side()

  constructor() {
    this.ana.channel.other = this.bia.channel
    this.bia.channel.other = this.ana.channel
  }

  #side(): Side {
    const channel = new FakeChannel()
    const disk = new FakeDisk()
    const offers: Side['offers'] = []
    const end = createFileEnd({
      channel,
      openDestination: disk.open,
      onOffer(offer) {
        const states: TransferState[] = []
        offer.file.watch((state) => states.push(state))
        offers.push({ ...offer, states })
      },
      onClosed: () => {},
      now: () => this.now,
    })
    return { end, channel, disk, offers }
  }

  /** Everything arrives, until nobody says anything more. */
  async flow(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      const moved = [this.ana, this.bia].map(({ channel }) => channel.deliver()).includes(true)
      quiet = moved ? 0 : quiet + 1
      await settled()
    }
  }
}

/** All that waits for nothing but its turn has had it. */
export const settled = () => new Promise((done) => setImmediate(done))

export function someFile(name: string, size: number): SentFile & { bytes: Uint8Array } {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8)) & 0xff
  return { name, size, bytes, read: async (from, to) => bytes.slice(from, to).buffer }
}
