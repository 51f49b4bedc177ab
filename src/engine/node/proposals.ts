import type { Histogram } from '../../metrics/histogram.ts'
import type { HolderLine } from '../../registry/changes.ts'
import type { Command } from '../command.ts'
import type { Outcome } from '../state/replica-state.ts'

/** How long an answer is waited for, in milliseconds. */
const patienceMs = 1_000
const sweepMs = 100

/** Commands in one script: so that no script keeps the engine from others for long. */
const maxBatch = 200

export type ProposalsParts = {
  /** Whether anything can be appended now. */
  ready: () => boolean
  /** Whether they are in the log. Where they are not known to be, they may come into it later. */
  append: (commands: readonly Proposed[]) => Promise<boolean>
  /** An outcome that nobody waits for any more, because they were told that there was none. */
  undo: (command: Command, outcome: Outcome, serial: number) => void
  now: () => number
  /** How long outcomes took. */
  decisionSeconds: Histogram
}

export type Proposed = { request: number; command: Command }

type Waiting = {
  command: Command
  holder: HolderLine | undefined
  settle: (outcome: Outcome | 'unavailable') => void
  until: number
}

/**
 * The commands of this node on their way into the log, and who waits for their outcomes. Commands of one
 * turn of the event loop go together.
 */
export class Proposals {
  readonly #parts: ProposalsParts
  readonly #waiting = new Map<number, Waiting>()
  readonly #sweeper: Timer
  #queue: Proposed[] = []
  #last = 0

  constructor(parts: ProposalsParts) {
    this.#parts = parts
    this.#sweeper = setInterval(() => this.#giveUpLate(), sweepMs)
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** The connection that waits for that outcome. */
  holderOf(request: number): HolderLine | undefined {
    return this.#waiting.get(request)?.holder
  }

  /** Resolves with the outcome, or with `unavailable` where there is none within a second. */
  propose(command: Command, holder?: HolderLine): Promise<Outcome | 'unavailable'> {
    if (!this.#parts.ready()) return Promise.resolve('unavailable')
    const request = ++this.#last
    if (this.#queue.length === 0) setImmediate(() => this.#flush())
    this.#queue.push({ request, command })
    return new Promise((settle) => {
      this.#waiting.set(request, { command, holder, settle, until: this.#parts.now() + patienceMs })
    })
  }

  /** A command of this node was applied. Where nobody waits any more, they were told `unavailable`. */
  applied(request: number, command: Command, outcome: Outcome, serial: number): void {
    const waiting = this.#waiting.get(request)
    if (!waiting) return this.#parts.undo(command, outcome, serial)
    this.#waiting.delete(request)
    const waitedMs = this.#parts.now() - (waiting.until - patienceMs)
    this.#parts.decisionSeconds.observe(waitedMs / 1000)
    waiting.settle(outcome)
  }

  /** Nothing of what is under way will come into the log that is read from now on. */
  drop(): void {
    this.#queue = []
    for (const request of [...this.#waiting.keys()]) this.#giveUp(request)
  }

  stop(): void {
    clearInterval(this.#sweeper)
    this.drop()
  }

  #flush(): void {
    const queue = this.#queue
    this.#queue = []
    for (let from = 0; from < queue.length; from += maxBatch) {
      this.#append(queue.slice(from, from + maxBatch))
    }
  }

  async #append(batch: readonly Proposed[]): Promise<void> {
    const isAppended = await this.#parts.append(batch)
    if (isAppended) return
    for (const { request } of batch) this.#giveUp(request)
  }

  #giveUpLate(): void {
    const time = this.#parts.now()
    for (const [request, { until }] of this.#waiting) {
      if (until > time) return
      this.#giveUp(request)
    }
  }

  #giveUp(request: number): void {
    const waiting = this.#waiting.get(request)
    if (!waiting) return
    this.#waiting.delete(request)
    waiting.settle('unavailable')
  }
}
