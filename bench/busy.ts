import type { Outcome } from './load-control.ts'
import { processorSeconds } from './proc.ts'
import { spread } from './work.ts'

/**
 * How busy a server and the load generator were, to show which of the two was the limit, and what
 * the server's part costs by its own clock: that stays true where the generator was the limit, or
 * others use the machine as well. Of each contestant's rounds, the first, which warms up, counts
 * for nothing.
 */
export class Busy {
  readonly #samples = new Map<string, { server: number[]; load: number[]; each: number[] }>()

  async during(name: string, pid: number, work: () => Promise<Outcome>): Promise<Outcome> {
    const before = processorSeconds(pid)
    const outcome = await work()
    const serverSeconds = processorSeconds(pid) - before
    const samples = this.#samples.get(name) ?? { server: [], load: [], each: [] }
    this.#samples.set(name, samples)
    samples.server.push((100 * serverSeconds) / outcome.seconds)
    samples.load.push((100 * outcome.processorSeconds) / outcome.seconds)
    samples.each.push((1e6 * serverSeconds) / outcome.done)
    return outcome
  }

  /** The server's microseconds for one request, or whatever was done: the samples of a row. */
  get costs(): Record<string, number[]> {
    return Object.fromEntries(
      Array.from(this.#samples, ([name, { each }]) => [name, each.slice(1)]),
    )
  }

  /** For the notes of a row: medians. */
  get note(): string {
    const median = (samples: number[], digits: number) =>
      spread(samples.slice(1)).median.toFixed(digits)
    const each = Array.from(
      this.#samples,
      ([name, { server, load, each }]) =>
        `${name} ${median(server, 0)} % (generator ${median(load, 0)} %), ${median(each, 1)} µs each`,
    )
    return `processor time, of one core: ${each.join('; ')}`
  }
}
