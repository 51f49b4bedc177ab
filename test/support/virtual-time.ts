type Timer = { at: number; act: () => void }

/**
 * A clock and timers that stand still until the test moves them, in place of the machine's own. Give
 * them back by `using`.
 */
export class VirtualTime implements Disposable {
  now = 1_000
  readonly #timers = new Map<number, Timer>()
  readonly #real = { setTimeout, clearTimeout, now: performance.now }
  #lastId = 0

  constructor() {
    const set = (act: () => void, milliseconds = 0) => {
      this.#lastId += 1
      this.#timers.set(this.#lastId, { at: this.now + milliseconds, act })
      return this.#lastId
    }
    const clear = (id: number) => void this.#timers.delete(id)
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear })
    performance.now = () => this.now
  }

  /** When the next timer is due, if there is one. */
  get next(): number | undefined {
    const due = [...this.#timers.values()].map(({ at }) => at)
    return due.length > 0 ? Math.min(...due) : undefined
  }

  /** Goes on to that moment, at which one timer acts if it is due. Says whether one was. */
  step(until: number): boolean {
    const [id, timer] = this.#earliest() ?? []
    if (id === undefined || timer === undefined || timer.at > until) {
      this.now = Math.max(this.now, until)
      return false
    }
    this.#timers.delete(id)
    this.now = Math.max(this.now, timer.at)
    timer.act()
    return true
  }

  [Symbol.dispose](): void {
    const { setTimeout, clearTimeout, now } = this.#real
    Object.assign(globalThis, { setTimeout, clearTimeout })
    performance.now = now
  }

  #earliest(): [number, Timer] | undefined {
    return [...this.#timers].toSorted(([, one], [, other]) => one.at - other.at)[0]
  }
}

/** For everything that follows from what has happened, timers apart. */
export const settled = (): Promise<void> => new Promise((done) => setImmediate(done))
