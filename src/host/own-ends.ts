import { type Endpoint, formatEndpoint } from '../endpoint.ts'

/**
 * The local ends of the connections that the web half of this process has dialled. The registry half
 * uses them to tell these connections from those of other programs on this machine: no other program
 * can have the same address and port while one is open.
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
