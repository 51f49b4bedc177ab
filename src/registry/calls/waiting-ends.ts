import type { Resuming } from './call.ts'

/**
 * The ends that wait to resume a call, by its id, in the order in which they came. As soon as two wait
 * for a call that the registry does not hold, they meet. More than one waits only beside a held call.
 */
export class WaitingEnds {
  readonly #byId = new Map<string, Set<Resuming>>()

  add(waiting: Resuming): void {
    const known = this.#byId.get(waiting.id)
    if (known) known.add(waiting)
    else this.#byId.set(waiting.id, new Set([waiting]))
  }

  delete(waiting: Resuming): void {
    const known = this.#byId.get(waiting.id)
    known?.delete(waiting)
    if (known?.size === 0) this.#byId.delete(waiting.id)
  }

  clear(): void {
    this.#byId.clear()
  }

  all(id: string): Resuming[] {
    return [...(this.#byId.get(id) ?? [])]
  }
}
