import type { Deed } from '../../operator/deed.ts'
import type { Deeds, LastingDeeds } from '../../registry/operator/deeds.ts'

/** What lasts of the operator's deeds, up to the deed with that place in the log. */
export type HeldDeeds = { rev: number; lasting: LastingDeeds }

/** The operator's deeds as all nodes have them. What one node has missed, it learns from another. */
export class SharedDeeds {
  readonly #deeds: Deeds
  /** Of the last deed; 0 before the first. */
  #rev = 0

  constructor(deeds: Deeds) {
    this.#deeds = deeds
  }

  get held(): HeldDeeds {
    return { rev: this.#rev, lasting: this.#deeds.lasting }
  }

  do(deed: Deed, rev: number): void {
    this.#rev = rev
    this.#deeds.do(deed)
  }

  /** Somebody enters them again. Whoever has seen more deeds is right. */
  enterAgain(held: HeldDeeds): void {
    if (held.rev > this.#rev) this.load(held)
  }

  load({ rev, lasting }: HeldDeeds): void {
    this.#rev = rev
    this.#deeds.restore(lasting)
  }
}
