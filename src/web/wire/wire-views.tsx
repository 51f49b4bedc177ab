/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { WireLines } from '../../../views/wire/wire.tsx'
import type { Tab, TabSocket } from '../live/tab.ts'
import { shownLines, wireWords } from './explain.ts'
import type { WireLog } from './wire-log.ts'

/** Lines that come within so many milliseconds go to the page together, and so do its wishes. */
const togetherMs = 50

export type WireViewsParts = {
  /** The element of the page that has the lines. */
  target: string
  send: (socket: TabSocket, html: string) => void
  /** Takes so many rows of what the browser may be shown; otherwise in how many milliseconds it may. */
  waitFor: (tab: Tab, rows: number) => number
}

type Following = {
  wire: WireLog
  stop: () => void
  /** The number of the last line that the tab has. */
  shown: number
  /** All lines are sent in place of what it has. */
  anew: boolean
  timer: Timer | undefined
}

/**
 * The tabs that show the lines of a connection, each of one. A tab is sent what the log keeps and it has
 * not: of a flood of lines it sees the last.
 */
export class WireViews {
  readonly #parts: WireViewsParts
  readonly #following = new Map<TabSocket, Following>()

  constructor(parts: WireViewsParts) {
    this.#parts = parts
  }

  /** Sends the lines after that number, all of them anew after 0, and from now on each that comes. */
  follow(socket: TabSocket, wire: WireLog, after: number): void {
    const view = { shown: Math.min(after, wire.last), anew: after === 0 }
    const known = this.#following.get(socket)
    if (known?.wire === wire) {
      // However often a tab asks, it is shown no more than with the lines that come.
      Object.assign(known, view)
      return this.#showIn(togetherMs, socket, known)
    }
    this.drop(socket)
    const stop = wire.follow(() => this.#showIn(togetherMs, socket, following))
    const following: Following = { ...view, wire, stop, timer: undefined }
    this.#following.set(socket, following)
    this.#show(socket, following)
  }

  drop(socket: TabSocket): void {
    const following = this.#following.get(socket)
    following?.stop()
    clearTimeout(following?.timer)
    this.#following.delete(socket)
  }

  #showIn(milliseconds: number, socket: TabSocket, following: Following): void {
    following.timer ??= setTimeout(() => {
      following.timer = undefined
      this.#show(socket, following)
    }, milliseconds)
  }

  #show(socket: TabSocket, following: Following): void {
    const { wire, shown, anew } = following
    const lines = wire.after(shown)
    if (lines.length === 0 && !anew) return
    const waitMs = this.#parts.waitFor(socket.data, Math.max(1, lines.length))
    if (waitMs > 0) return this.#showIn(waitMs, socket, following)
    following.shown = wire.last
    following.anew = false
    const words = wireWords[socket.data.language]
    const html = (
      <hx-partial hx-target={this.#parts.target} hx-swap={anew ? 'innerHTML' : 'beforeend'}>
        <WireLines words={words} lines={shownLines(lines, words)} />
      </hx-partial>
    )
    this.#parts.send(socket, String(html))
  }
}
