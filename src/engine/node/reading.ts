import type { EngineClient } from '../client/engine-client.ts'
import type { StreamEntry } from '../client/stream-reader.ts'
import { type LogEntry, readEntry } from '../command.ts'
import { keys } from '../keys.ts'

export type ReadingParts = {
  client: EngineClient
  apply: (entries: LogEntry[]) => void
  take: (message: string) => void
  /** An entry is missing: nothing after it may be applied. */
  gap: () => void
  /** A bug. */
  failed: (error: unknown) => void
}

/** Reads the log of one epoch, without a gap and nothing twice, and the inbox of this node. */
export class Reading {
  readonly #parts: ReadingParts
  #log = ''
  #inbox = ''
  #rev = 0
  #heard = '0'
  /** Entries that came before the state is known. */
  #early: LogEntry[] | undefined

  constructor(parts: ReadingParts) {
    this.#parts = parts
  }

  /** The last entry that was read. */
  get rev(): number {
    return this.#rev
  }

  /** Whether entries wait until the state is known that they change. */
  get holdsBack(): boolean {
    return this.#early !== undefined
  }

  begin(epoch: string, node: string, rev: number, holdsBack: boolean): void {
    this.#log = keys.log(epoch)
    this.#inbox = keys.inbox(node)
    this.#rev = rev
    this.#heard = '0'
    this.#early = holdsBack ? [] : undefined
    this.goOn()
  }

  /** Reads from where it was, on a new connection. */
  goOn(): void {
    const [log, inbox] = [this.#log, this.#inbox]
    const from = new Map([
      [log, `${this.#rev}-0`],
      [inbox, this.#heard],
    ])
    this.#parts.client.read(from, (stream, entries) => {
      // What was asked for before the node got another name.
      if (inbox !== this.#inbox) return
      try {
        if (stream === log) this.#readLog(entries)
        else this.#readInbox(entries)
      } catch (error) {
        this.#parts.failed(error)
      }
    })
  }

  /** The state is known, as it was at that revision. */
  letGo(rev: number): void {
    const early = this.#early ?? []
    this.#early = undefined
    this.#parts.apply(early.filter((entry) => entry.rev > rev))
  }

  stop(): void {
    this.#inbox = ''
  }

  trimInbox(): void {
    if (this.#heard === '0') return
    this.#parts.client.command('XTRIM', this.#inbox, 'MINID', '~', this.#heard).catch(() => {})
  }

  #readLog(stream: readonly StreamEntry[]): void {
    const entries: LogEntry[] = []
    let gap = false
    for (const { id, fields } of stream) {
      const entry = readEntry(id, fields)
      // Read twice, after the connection was lost.
      if (entry.rev <= this.#rev) continue
      gap = entry.rev !== this.#rev + 1
      if (gap) break
      this.#rev = entry.rev
      entries.push(entry)
    }
    if (this.#early) this.#early.push(...entries)
    else this.#parts.apply(entries)
    if (gap) this.#parts.gap()
  }

  #readInbox(stream: readonly StreamEntry[]): void {
    for (const { id, fields } of stream) {
      this.#heard = id
      // The first one says nothing: it only makes the inbox exist.
      if (fields.m) this.#parts.take(fields.m)
    }
  }
}
