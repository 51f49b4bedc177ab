/** Moments, a second each, in which nothing came before another way is looked for. */
const firstPatience = 5
const maxPatience = 40

/**
 * Notices that nothing comes of what the other end sends, though the connection counts as connected:
 * after a new attempt one browser may send on a way that the other has left (Chromium to Firefox 153
 * does, where the old way still works). Then another way is looked for, each time after twice as long.
 */
export class SilenceWatch {
  readonly #lookForWay: () => void
  #moments = 0
  #patience = firstPatience

  constructor(lookForWay: () => void) {
    this.#lookForWay = lookForWay
  }

  /** Once a second: whether nothing came of something that was sent. */
  look(isSilent: boolean): void {
    if (!isSilent) {
      this.#moments = 0
      return
    }
    this.#moments += 1
    if (this.#moments < this.#patience) return
    this.#moments = 0
    this.#patience = Math.min(maxPatience, this.#patience * 2)
    this.#lookForWay()
  }
}
