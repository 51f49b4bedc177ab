/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { WireLines } from '../../../views/wire/wire.tsx'
import type { TabSocket } from '../live/tab.ts'
import { shownLines, wireWords } from './explain.ts'
import type { WireLine, WireLog } from './wire-log.ts'

/** Lines that come within so many milliseconds go to the page together. */
const togetherMs = 50

type Following = { stop: () => void; waiting: WireLine[]; timer: Timer | undefined }

/** The tabs that show the lines of a connection, each of one: they hear every line as it is said. */
export class WireViews {
  readonly #target: string
  readonly #send: (socket: TabSocket, html: string) => void
  readonly #following = new Map<TabSocket, Following>()

  /** `target` is the element of the page that has the lines. */
  constructor(target: string, send: (socket: TabSocket, html: string) => void) {
    this.#target = target
    this.#send = send
  }

  /** Sends the lines after that number, all of them anew after 0, and from now on each that comes. */
  follow(socket: TabSocket, wire: WireLog, after: number): void {
    this.drop(socket)
    const following: Following = {
      stop: wire.follow((line) => this.#hear(socket, following, line)),
      waiting: [],
      timer: undefined,
    }
    this.#following.set(socket, following)
    this.#show(socket, wire.after(after), after === 0 ? 'innerHTML' : 'beforeend')
  }

  drop(socket: TabSocket): void {
    const following = this.#following.get(socket)
    following?.stop()
    clearTimeout(following?.timer)
    this.#following.delete(socket)
  }

  #hear(socket: TabSocket, following: Following, line: WireLine): void {
    following.waiting.push(line)
    following.timer ??= setTimeout(() => {
      following.timer = undefined
      this.#show(socket, following.waiting.splice(0), 'beforeend')
    }, togetherMs)
  }

  #show(socket: TabSocket, lines: readonly WireLine[], swap: 'innerHTML' | 'beforeend'): void {
    if (lines.length === 0 && swap === 'beforeend') return
    const words = wireWords[socket.data.language]
    const html = (
      <hx-partial hx-target={this.#target} hx-swap={swap}>
        <WireLines words={words} lines={shownLines(lines, words)} />
      </hx-partial>
    )
    this.#send(socket, String(html))
  }
}
