import { type Endpoint, formatEndpoint } from '../endpoint.ts'

/**
 * The ends of connections that this process has dialled, so that the half of it that is dialled knows
 * them from other processes on this machine: while one is open, nobody else can have the same.
 */
export class OwnEnds {
  readonly #open = new Set<string>()

  opened(end: Endpoint): void {
    this.#open.add(formatEndpoint(end))
  }

  closed(end: Endpoint): void {
    this.#open.delete(formatEndpoint(end))
  }

  has(end: Endpoint): boolean {
    return this.#open.has(formatEndpoint(end))
  }
}
