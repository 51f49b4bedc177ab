import { addressGroup } from '../../limits/address-group.ts'
import type { Block } from '../../wire/operator/message.ts'

/** The addresses that the operator has blocked (IPv6: networks of 64 bits), each until a time. */
export class Blocks {
  readonly #now: () => number
  readonly #isTrusted: (ip: string) => boolean
  readonly #until = new Map<string, number>()

  /** `now` gives Unix time in milliseconds. */
  constructor(now: () => number, isTrusted: (ip: string) => boolean) {
    this.#now = now
    this.#isTrusted = isTrusted
  }

  /** Whether nobody there may connect or register. A trusted address stays free in a network that is blocked. */
  has(ip: string): boolean {
    return this.lists(ip) && !this.#isTrusted(ip)
  }

  /** Whether there is a block that lasts, of that address or of its network. */
  lists(ip: string): boolean {
    return this.#until.size > 0 && (this.#until.get(addressGroup(ip)) ?? 0) > this.#now()
  }

  /** Those that last, in the order in which they began. */
  get all(): Block[] {
    const now = this.#now()
    for (const [address, until] of this.#until) if (until <= now) this.#until.delete(address)
    return Array.from(this.#until, ([address, until]) => ({ address, until }))
  }

  /** Another end of a block that there is replaces the one before. */
  set(ip: string, until: number): void {
    this.#until.set(addressGroup(ip), until)
  }

  /** The blocks of another process, in place of those here. */
  restore(blocks: readonly Block[]): void {
    this.#until.clear()
    for (const { address, until } of blocks) this.#until.set(address, until)
  }

  remove(ip: string): void {
    this.#until.delete(addressGroup(ip))
  }
}
