import type { TabSocket } from './tab.ts'

/**
 * Bytes that may wait for a page that does not read; over it the page is closed, and may come again.
 * Room for the longest list that is sent at once: forty pages of the longest names are 3.4 MB.
 */
export const maxTabBytes = 4 * 1024 * 1024

/**
 * What is compressed of what tabs are sent (RFC 7692), where their browser can: each message by itself,
 * without memory of those before. A list takes a tenth of its bytes then. A change takes three fifths, but
 * 8 µs more for each tab, where to send it takes 11: with many tabs everybody else would wait for that.
 */
const longText = 1_024
const fewTabs = 500

export type UnreadLimits = Readonly<{
  /** A tab that reads nothing of what waits for it for this long, in milliseconds, is closed. */
  stallMs: number
  /** Bytes that may wait for all tabs together. Over it: the tabs that have not read for longest are closed. */
  maxWaitingBytes: number
}>

export const defaultUnreadLimits: UnreadLimits = {
  stallMs: 10_000,
  maxWaitingBytes: 32 * 1024 * 1024,
}

/**
 * What tabs were sent and have not read: this process keeps it for them. `overdue` is told of each tab
 * that reads too slowly, and closes it.
 */
export class Unread {
  readonly #limits: UnreadLimits
  readonly #now: () => number
  readonly #overdue: (socket: TabSocket) => void
  readonly #tabs: () => number
  /** The tabs for which something waits. */
  readonly #waiting = new Set<TabSocket>()
  #bytes = 0

  /** `tabs` says how many there are. */
  constructor(
    limits: UnreadLimits,
    now: () => number,
    overdue: (socket: TabSocket) => void,
    tabs = () => 0,
  ) {
    this.#limits = limits
    this.#now = now
    this.#overdue = overdue
    this.#tabs = tabs
  }

  get bytes(): number {
    return this.#bytes
  }

  send(socket: TabSocket, text: string): void {
    socket.send(text, text.length >= longText || this.#tabs() <= fewTabs)
    if (socket.getBufferedAmount() === 0) return
    this.#look(socket)
    this.#keepBound()
  }

  /** The tab has read what waited for it. */
  drained(socket: TabSocket): void {
    socket.data.readAt = this.#now()
    this.#look(socket)
  }

  forget(socket: TabSocket): void {
    this.#count(socket, 0)
  }

  /** To be called every few seconds, with all tabs: others send to them too. */
  sweep(tabs: Iterable<TabSocket>): void {
    for (const socket of tabs) this.#look(socket)
    const since = this.#now() - this.#limits.stallMs
    for (const socket of [...this.#waiting]) if (socket.data.readAt < since) this.#close(socket)
    this.#keepBound()
  }

  #look(socket: TabSocket): void {
    const bytes = socket.getBufferedAmount()
    const { data: tab } = socket
    // Until now nothing waited, or less waits than before.
    if (tab.waitingBytes === 0 || bytes < tab.waitingBytes) tab.readAt = this.#now()
    this.#count(socket, bytes)
  }

  #count(socket: TabSocket, bytes: number): void {
    this.#bytes += bytes - socket.data.waitingBytes
    socket.data.waitingBytes = bytes
    if (bytes > 0) this.#waiting.add(socket)
    else this.#waiting.delete(socket)
  }

  #keepBound(): void {
    if (this.#bytes <= this.#limits.maxWaitingBytes) return
    const slowestFirst = [...this.#waiting].sort((a, b) => a.data.readAt - b.data.readAt)
    for (const socket of slowestFirst) {
      if (this.#bytes <= this.#limits.maxWaitingBytes) return
      this.#close(socket)
    }
  }

  #close(socket: TabSocket): void {
    this.forget(socket)
    this.#overdue(socket)
  }
}
