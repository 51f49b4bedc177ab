import type { Command } from '../command.ts'
import type { Proposals } from './proposals.ts'

/** How long a command that was refused as unavailable waits before it is tried again. */
const againMs = 250

/** Commands that have to come into the log, however often that has to be tried. */
export class Owed {
  readonly #proposals: Proposals
  /** What this node is called in the log: for a new name, what was owed before has no meaning. */
  readonly #name: () => string
  readonly #commands = new Set<Command>()

  constructor(proposals: Proposals, name: () => string) {
    this.#proposals = proposals
    this.#name = name
  }

  get size(): number {
    return this.#commands.size
  }

  /** Tries once, and again at each `pay`. Resolves after the first attempt. */
  async owe(command: Command): Promise<void> {
    this.#commands.add(command)
    const outcome = await this.#proposals.propose(command)
    if (outcome !== 'unavailable') this.#commands.delete(command)
  }

  pay(): void {
    for (const command of this.#commands) this.owe(command)
  }

  clear(): void {
    this.#commands.clear()
  }

  /** The same for a command that is made anew each time. Resolves when it is in the log, or has no meaning. */
  async insist(command: () => Command): Promise<void> {
    const name = this.#name()
    while (name !== '' && name === this.#name()) {
      if ((await this.#proposals.propose(command())) !== 'unavailable') return
      await Bun.sleep(againMs)
    }
  }
}
