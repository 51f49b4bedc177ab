import type { Engine, EngineParts } from '../../src/browser/call/connection/engine.ts'
import type { Sent } from '../../src/browser/call/connection/media-senders.ts'
import { Link } from './call-links.ts'

/** Every engine of a test by its number, so that those that have found each other can be joined. */
export type Engines = FakeEngine[]

/**
 * A connection between two pages without media: it is there once an offer and its answer went
 * through the signals. What comes over it waits in `inbox`.
 */
export class FakeEngine implements Engine {
  readonly inbox = new Link()
  readonly peer = undefined as unknown as RTCPeerConnection
  other: FakeEngine | undefined
  connected = false
  closed = false
  /** Signals, in the order in which they came. */
  readonly received: string[] = []
  sent: Sent | undefined
  readonly #parts: EngineParts
  readonly #engines: Engines
  readonly #number: number
  #saysBye = false
  #again: Timer | undefined

  constructor(parts: EngineParts, engines: Engines) {
    this.#parts = parts
    this.#engines = engines
    this.#number = engines.push(this) - 1
    if (!parts.polite) this.#offer()
  }

  receive(payload: string): void {
    this.received.push(payload)
    const [what, number] = payload.split(' ')
    const other = this.#engines[Number(number)]
    if (this.closed || !other) return
    if (what === 'answer' && !this.connected) this.#meet(other)
    else if (what === 'offer') {
      this.other = other
      this.#answer()
    }
  }

  signallingIsBack(): void {
    if (this.closed || this.connected) return
    if (!this.#parts.polite) this.#offer()
    else if (this.other) this.#answer()
  }

  tell(told: 'connected' | 'broken' | 'bye' | 'channel-closed'): void {
    this.inbox.say(() => {
      if (!this.closed) this.#parts.on.link(told)
    })
  }

  setSent(sent: Sent): void {
    this.sent = sent
  }

  setReceivers(): void {}
  networkChanged(): void {}
  sendChat = () => false

  sayBye(): void {
    this.#saysBye = true
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    if (!this.connected) return
    if (this.#saysBye) this.other?.tell('bye')
    this.other?.tell('channel-closed')
    this.other?.tell('broken')
  }

  /** As a machine that crashes or is carried away: nobody says goodbye. */
  vanish(): void {
    this.closed = true
    if (this.connected) this.other?.tell('broken')
  }

  /** Said again like a real one: it may be lost without a word. */
  #offer(): void {
    this.#parts.send(`offer ${this.#number}`)
    clearTimeout(this.#again)
    this.#again = setTimeout(() => this.signallingIsBack(), 6_000)
  }

  #answer(): void {
    this.#parts.send(`answer ${this.#number}`)
  }

  #meet(other: FakeEngine): void {
    this.other = other
    if (other.closed) return
    for (const engine of [this, other]) {
      engine.connected = true
      engine.tell('connected')
    }
  }
}
