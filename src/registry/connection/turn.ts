import type { RegistryLimits } from '../../limits/registry-limits.ts'

/** What one connection was answered while the others waited. */
export class Turn {
  readonly #limits: RegistryLimits
  #messages = 0
  #refused = 0
  #characters = 0

  constructor(limits: RegistryLimits) {
    this.#limits = limits
  }

  /** One message of that length, which was refused as `too-fast` or not. */
  count(characters: number, tooFast: boolean): void {
    this.#messages += 1
    this.#characters += characters
    if (tooFast) this.#refused += 1
  }

  countReplies(characters: number): void {
    this.#characters += characters
  }

  /** It may not answer another message. */
  get over(): boolean {
    const { messagesPerTurn, charactersPerTurn, refusalsBeforeRest } = this.#limits
    return (
      this.#messages >= messagesPerTurn ||
      this.#characters >= charactersPerTurn ||
      this.#refused >= refusalsBeforeRest
    )
  }

  /**
   * For how many milliseconds it has to rest now; 0 is for as long as the others take. `more` is
   * whether there is anything left to answer.
   */
  restMs(more: boolean): number | undefined {
    const { refusalsBeforeRest, restMs, messagesPerTurn, charactersPerTurn } = this.#limits
    const long = this.#messages >= messagesPerTurn || this.#characters >= charactersPerTurn
    const tooFast = this.#refused >= refusalsBeforeRest || (this.#refused > 0 && long)
    if (tooFast) return restMs
    return long && more ? 0 : undefined
  }
}

/** What goes on when it is over. */
export type Rest = { cancel(): void }

export function rest(milliseconds: number, goOn: () => void): Rest {
  if (milliseconds === 0) {
    const immediate = setImmediate(goOn)
    return { cancel: () => clearImmediate(immediate) }
  }
  const timer = setTimeout(goOn, milliseconds)
  return { cancel: () => clearTimeout(timer) }
}
