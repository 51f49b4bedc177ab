/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import * as v from 'valibot'
import { RegistryLost } from '../../client/registry-client.ts'
import type { Endpoint } from '../../endpoint.ts'
import type { OwnEnds } from '../../host/own-ends.ts'
import type { TabSocket } from '../live/tab.ts'
import { type Console, openConsole } from './console.ts'
import { wireWords } from './explain.ts'
import { WireViews, type WireViewsParts } from './wire-views.tsx'

export type WireTabsParts = Pick<WireViewsParts, 'send' | 'waitFor'> & {
  /** Where the registry takes connections on behalf of a person; without it there is no console. */
  behalf: Endpoint | undefined
  ownEnds: Pick<OwnEnds, 'opened' | 'closed'> | undefined
}

/** The number of the line of the wire after which a tab wants to see all, or that it wants no more. */
const wireWish = v.object({
  wire: v.union([v.literal(false), v.pipe(v.number(), v.integer(), v.minValue(0))]),
})

/** As long as a message of a tab may be, and nearly as a signal. */
const text = v.pipe(v.string(), v.maxLength(60 * 1024))

const consoleWish = v.object({
  console: v.variant('kind', [
    v.object({ kind: v.picklist(['open', 'end']) }),
    v.object({ kind: v.picklist(['type', 'bare']), text }),
  ]),
})

type ConsoleWish = v.InferOutput<typeof consoleWish>['console']

/** What may be typed before a console is connected, which takes a moment. */
const maxWaiting = 100

/** What tabs show of the protocol: the wire of their own session, and a console of their own. */
export class WireTabs {
  readonly #parts: WireTabsParts
  readonly #wires: WireViews
  readonly #shown: WireViews
  /** Of each tab one console at most. */
  readonly #consoles = new Map<TabSocket, Console>()
  /** Tabs whose console is being connected, each with what was typed meanwhile. */
  readonly #connecting = new Map<TabSocket, ConsoleWish[]>()

  constructor(parts: WireTabsParts) {
    this.#parts = parts
    this.#wires = new WireViews({ ...parts, target: '#wire-lines' })
    this.#shown = new WireViews({ ...parts, target: '#console-lines' })
  }

  /** Does what a tab says, and says whether it was about the protocol. */
  take(socket: TabSocket, said: unknown): boolean {
    const wire = v.safeParse(wireWish, said)
    if (wire.success) {
      const after = wire.output.wire
      // Where its session is not there yet, it waits for that.
      socket.data.wireAfter = after === false ? undefined : after
      if (after === false) this.#wires.drop(socket)
      else this.sessionBegan(socket)
      return true
    }
    const wish = v.safeParse(consoleWish, said)
    if (wish.success) this.#work(socket, wish.output.console)
    return wish.success
  }

  /** The tab has its session. */
  sessionBegan(socket: TabSocket): void {
    const { session, wireAfter } = socket.data
    if (session && wireAfter !== undefined) this.#wires.follow(socket, session.wire, wireAfter)
  }

  drop(socket: TabSocket): void {
    this.#wires.drop(socket)
    this.#closeConsole(socket)
  }

  #work(socket: TabSocket, wish: ConsoleWish): void {
    const waiting = this.#connecting.get(socket)
    if (wish.kind === 'open') void this.#openConsole(socket)
    else if (!waiting) doAt(this.#consoles.get(socket), wish)
    else if (waiting.length < maxWaiting) waiting.push(wish)
  }

  async #openConsole(socket: TabSocket): Promise<void> {
    const { behalf, ownEnds } = this.#parts
    const { session, language } = socket.data
    // While one is being connected another would be lost; and nobody's tab has none.
    if (!behalf || !session || this.#connecting.has(socket)) return
    this.#closeConsole(socket)
    const waiting: ConsoleWish[] = []
    this.#connecting.set(socket, waiting)
    const words = wireWords[language]
    const { ip } = session.me
    try {
      const console: Console = await openConsole({
        behalf,
        ownEnds,
        ip,
        closed: () => {
          if (this.#consoles.get(socket) === console) this.#tell(socket, words.consoleClosed)
        },
      })
      // The tab was closed meanwhile.
      if (!this.#connecting.delete(socket)) return console.close()
      this.#consoles.set(socket, console)
      this.#shown.follow(socket, console.log, 0)
      this.#tell(socket, words.consoleOpen(ip))
      for (const wish of waiting) doAt(console, wish)
    } catch (error) {
      if (!(error instanceof RegistryLost)) throw error
      if (this.#connecting.delete(socket)) this.#tell(socket, words.consoleAway)
    }
  }

  #closeConsole(socket: TabSocket): void {
    const console = this.#consoles.get(socket)
    this.#consoles.delete(socket)
    this.#connecting.delete(socket)
    this.#shown.drop(socket)
    console?.close()
  }

  #tell(socket: TabSocket, state: string): void {
    const html = (
      <hx-partial hx-target="#console-state" hx-swap="innerHTML">
        {state}
      </hx-partial>
    )
    this.#parts.send(socket, String(html))
  }
}

function doAt(console: Console | undefined, wish: ConsoleWish): void {
  if (wish.kind === 'end') console?.endInput()
  else if (wish.kind === 'type') console?.type(wish.text)
  else if (wish.kind === 'bare') console?.typeBare(wish.text)
}
