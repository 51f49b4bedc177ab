import type { Sending } from './call-machine.ts'
import type { Engine, EngineParts } from './connection/engine.ts'
import type { LocalMedia } from './devices/local-media.ts'

/**
 * A person who is still asked for the microphone need not be waited for: what is opened later is
 * sent from then on. But with permission a browser shows its real addresses to the other end.
 */
const mediaPatienceMs = 4_000

type Start = (parts: EngineParts) => Engine

/** The engine of the call that there is, and what waits for it. */
export class CurrentEngine {
  readonly #start: Start
  readonly #local: LocalMedia
  #engine: Engine | undefined
  /** Counts calls: what comes late belongs to another one. */
  #generation = 0
  #opening: Promise<void> = Promise.resolve()
  /** Signals that came before the engine. */
  #early: string[] = []

  constructor(start: Start, local: LocalMedia) {
    this.#start = start
    this.#local = local
  }

  /** None before the media are open, nor after the call. */
  get engine(): Engine | undefined {
    return this.#engine
  }

  openMedia(sending: Sending): void {
    this.#opening = this.#local.open(sending)
  }

  /**
   * Starts one, once the media are open or have been waited for. By `isCurrent` its parts know later
   * whether its call is still the one that there is.
   */
  async connect(partsOf: (isCurrent: () => boolean) => EngineParts): Promise<void> {
    this.#generation += 1
    const mine = this.#generation
    const isCurrent = () => mine === this.#generation
    await Promise.race([this.#opening, new Promise((done) => setTimeout(done, mediaPatienceMs))])
    if (!isCurrent()) return
    const engine = this.#start(partsOf(isCurrent))
    this.#engine = engine
    engine.setSent(this.#local.sent())
    for (const payload of this.#early.splice(0)) engine.receive(payload)
  }

  receive(payload: string): void {
    if (this.#engine) this.#engine.receive(payload)
    else this.#early.push(payload)
  }

  /** The call is over: nothing stays open. */
  release(): void {
    this.#generation += 1
    this.#early = []
    this.#engine?.close()
    this.#engine = undefined
    this.#local.release()
  }
}
