import { addressGroup } from './address-group.ts'

/** So many addresses are remembered: those of a person with a whole network must not fill the memory. */
const mostAddresses = 1_000

/** How often something happened at each address (IPv6: 64 bits). Of too many the first are forgotten. */
export class AddressCounts {
  readonly #counts = new Map<string, number>()
  readonly #most: number

  constructor(most = mostAddresses) {
    this.#most = most
  }

  count(ip: string): void {
    const group = addressGroup(ip)
    const before = this.#counts.get(group)
    this.#counts.set(group, (before ?? 0) + 1)
    if (before !== undefined || this.#counts.size <= this.#most) return
    for (const oldest of this.#counts.keys()) {
      this.#counts.delete(oldest)
      break
    }
  }

  /** The addresses with the highest counts, the highest first. */
  highest(most: number): [address: string, count: number][] {
    return [...this.#counts].sort(([, a], [, b]) => b - a).slice(0, most)
  }
}
