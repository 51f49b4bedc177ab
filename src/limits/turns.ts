import { FairQueue } from './fair-queue.ts'

/** Does a part of some work: gives what came of it, or `undefined` where more is to be done. */
export type Work<Made> = () => Made | undefined

/**
 * The rest after a turn, as a part of it. What is there to be answered is answered before the rest can end,
 * however long that takes; so a longer one only makes the work late.
 */
const restPart = 0.25

/**
 * Work for many on the one thread that also answers everybody else. It is done in turns of a few
 * milliseconds, with a rest after each in which everybody else is answered. Keys come one after another, a part of their
 * work each, so that a small piece of work does not wait for a large one.
 */
export class Turns {
  readonly #now: () => number
  readonly #turnMs: number
  readonly #waiting = new FairQueue<Work<true>>()
  #timer: Timer | undefined
  #spentMs = 0
  /** Until then everybody else has their time, in milliseconds. */
  #restsUntil = 0

  /** `now` is any clock that only goes forward, in milliseconds. */
  constructor(now: () => number, turnMs = 4) {
    this.#now = now
    this.#turnMs = turnMs
  }

  /** At once, where nobody waits and the turn is not over; otherwise when it is that key's turn. */
  add(key: string, work: Work<true>): void {
    if (this.#waiting.empty && !this.#over && this.#part(work)) return
    this.#waiting.add(key, work)
    this.#rest()
  }

  /** The same, with the result of the work. Throws, or rejects, with what the work throws. */
  make<Made>(key: string, work: Work<Made>): Made | Promise<Made> {
    const { promise, resolve, reject } = Promise.withResolvers<Made>()
    let made: Made | undefined
    this.add(key, () => {
      try {
        made = work()
        if (made === undefined) return undefined
        resolve(made)
      } catch (error) {
        reject(error)
      }
      return true
    })
    return made ?? promise
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#waiting.clear()
  }

  get #over(): boolean {
    return this.#spentMs >= this.#turnMs
  }

  #part(work: Work<true>): boolean {
    const began = this.#now()
    try {
      return work() === true
    } finally {
      const ended = this.#now()
      this.#spentMs += ended - began
      this.#restsUntil = ended + restPart * this.#spentMs
      this.#rest()
    }
  }

  #rest(): void {
    const leftMs = this.#restsUntil - this.#now()
    this.#timer ??= setTimeout(() => this.#turn(), Math.max(1, leftMs))
  }

  #turn(): void {
    this.#timer = undefined
    // More was done after the timer had been set.
    if (this.#now() < this.#restsUntil) return this.#rest()
    this.#spentMs = 0
    while (!this.#over) {
      const next = this.#waiting.take()
      if (!next) return
      if (!this.#part(next.item)) this.#waiting.giveBack(next.key, next.item)
    }
  }
}
