/** Upper bounds, in seconds, for what a computer does by itself: 0.1 ms to 10 s. */
export const machineSeconds: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** The same for what waits for a person. */
export const personSeconds: readonly number[] = [1, 2.5, 5, 10, 15, 20, 30, 45, 60, 120]

/**
 * How often a value was how large. A library's own costs more than the requests that it would count here
 * (decisions/043), so this one counts, and the library writes it down.
 */
export class Histogram {
  /** Ascending, each inclusive. */
  readonly bounds: readonly number[]
  /** One more than there are bounds: the last is of what is larger than all. */
  readonly counts: number[]
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Array(bounds.length + 1).fill(0)
  }

  /** Counts `value` so many `times`. */
  observe(value: number, times = 1): void {
    const { bounds, counts } = this
    let at = 0
    while (at < bounds.length && value > (bounds[at] as number)) at += 1
    counts[at] = (counts[at] as number) + times
    this.sum += value * times
  }

  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0)
  }
}
