import type { Sending } from './call-machine.ts'
import type { Engine, EngineParts } from './connection/engine.ts'
import type { LocalMedia } from './devices/local-media.ts'

/**
 * A person who is still asked for the microphone need not be waited for: what is opened later is
 * sent from then on. But with permission a browser shows its real addresses to the other ends.
 */
const mediaPatienceMs = 4_000

type Start = (parts: EngineParts) => Engine

/** A connection to one other member. Without its engine the media are still being opened. */
type Connection = { engine?: Engine; early: string[] }

/** The engines of the call that there is, one for each other member by its key, and what waits for them. */
export class CurrentEngines {
  readonly #start: Start
  readonly #local: LocalMedia
  readonly #failed: (key: string, error: unknown) => void
  readonly #needsNoDevices: (sending: Sending) => Promise<boolean>
  readonly #connections = new Map<string, Connection>()
  #opening: Promise<void> = Promise.resolve()
  /** Resolves where nobody has to wait for the devices. */
  #goAhead: Promise<void> = new Promise(() => {})
  #receivers = 1

  /** `failed` is told what threw, and to which member the connection is. */
  constructor(
    start: Start,
    local: LocalMedia,
    failed: (key: string, error: unknown) => void,
    needsNoDevices: (sending: Sending) => Promise<boolean> = async () => false,
  ) {
    this.#start = start
    this.#local = local
    this.#failed = failed
    this.#needsNoDevices = needsNoDevices
  }

  get(key: string): Engine | undefined {
    return this.#connections.get(key)?.engine
  }

  openMedia(sending: Sending): void {
    this.#opening = this.#local.open(sending)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#goAhead = promise
    this.#needsNoDevices(sending).then((may) => may && resolve())
  }

  /**
   * Starts one, once the media are open or have been waited for, or at once where they need not be. By `isCurrent` its parts know later
   * whether its member is still in the call that there is.
   */
  connect(key: string, partsOf: (isCurrent: () => boolean) => EngineParts): void {
    this.#connect(key, partsOf).catch((error) => {
      // Signals to it would be kept for nothing.
      this.disconnect(key)
      this.#failed(key, error)
    })
  }

  async #connect(key: string, partsOf: (isCurrent: () => boolean) => EngineParts): Promise<void> {
    const connection: Connection = { early: [] }
    this.#connections.set(key, connection)
    const isCurrent = () => this.#connections.get(key) === connection
    const patience = new Promise((done) => setTimeout(done, mediaPatienceMs))
    let waits = true
    const waited = Promise.race([this.#opening, patience]).then(() => {
      waits = false
    })
    await Promise.race([waited, this.#goAhead])
    if (!isCurrent()) return
    const engine = this.#start(partsOf(isCurrent))
    connection.engine = engine
    engine.setReceivers(this.#receivers)
    // A picture that comes in a moment is not one that is switched off.
    const say = () => engine.setSent(this.#local.sent())
    if (!waits || this.#local.camera()) say()
    if (waits) waited.then(() => isCurrent() && say())
    for (const payload of connection.early.splice(0)) engine.receive(payload)
  }

  receive(key: string, payload: string): void {
    const connection = this.#connections.get(key)
    if (connection?.engine) connection.engine.receive(payload)
    else connection?.early.push(payload)
  }

  /** To how many this end sends: each gets less the more they are. */
  setReceivers(count: number): void {
    if (count === this.#receivers) return
    this.#receivers = count
    this.each((engine) => engine.setReceivers(count))
  }

  /** With each that has begun, or with that one. */
  each(act: (engine: Engine) => void, only?: string): void {
    for (const [key, { engine }] of this.#connections) {
      if (!engine || (only !== undefined && key !== only)) continue
      try {
        act(engine)
      } catch (error) {
        this.#failed(key, error)
      }
    }
  }

  disconnect(key: string): void {
    const engine = this.get(key)
    this.#connections.delete(key)
    engine?.close()
  }

  /** The call is over: nothing stays open. */
  release(): void {
    for (const key of [...this.#connections.keys()]) this.disconnect(key)
    this.#local.release()
  }
}
