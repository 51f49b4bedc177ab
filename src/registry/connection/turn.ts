import type { RegistryLimits } from '../../limits/registry-limits.ts'

/** Counts what one connection is answered while the others wait. */
export class Turn {
  readonly #limits: RegistryLimits
  #messages = 0
  #refused = 0
  #characters = 0

  constructor(limits: RegistryLimits) {
    this.#limits = limits
  }

  /** Counts one message. `tooFast`: it was refused. */
  count(characters: number, tooFast: boolean): void {
    this.#messages += 1
    this.#characters += characters
    if (tooFast) this.#refused += 1
  }

  countReplies(characters: number): void {
    this.#characters += characters
  }

  /** Whether no further message may be answered in this turn. */
  get over(): boolean {
    const { messagesPerTurn, charactersPerTurn, refusalsBeforeRest } = this.#limits
    return (
      this.#messages >= messagesPerTurn ||
      this.#characters >= charactersPerTurn ||
      this.#refused >= refusalsBeforeRest
    )
  }

  /**
   * How many milliseconds to rest after this turn; 0 means until the others have had their turn, and
   * `undefined` means no rest. `more`: something is left to answer.
   */
  restMs(more: boolean): number | undefined {
    const { refusalsBeforeRest, restMs, messagesPerTurn, charactersPerTurn } = this.#limits
    const long = this.#messages >= messagesPerTurn || this.#characters >= charactersPerTurn
    const tooFast = this.#refused >= refusalsBeforeRest || (this.#refused > 0 && long)
    if (tooFast) return restMs
    return long && more ? 0 : undefined
  }
}

/** A pause, after which `goOn` is called unless it is cancelled. */
export type Rest = { cancel(): void }

export function rest(milliseconds: number, goOn: () => void): Rest {
  if (milliseconds === 0) {
    const immediate = setImmediate(goOn)
    return { cancel: () => clearImmediate(immediate) }
  }
  const timer = setTimeout(goOn, milliseconds)
  return { cancel: () => clearTimeout(timer) }
}
