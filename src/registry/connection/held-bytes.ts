import { addressGroup } from '../../limits/address-group.ts'

type Holder = { readonly remote: { ip: string }; readonly weight: number }

/**
 * Counts the bytes that the process holds for all peers together: requests without an answer yet, and
 * output that was not taken yet. Bytes that several connections share count once.
 */
export class Held {
  readonly #most: number
  readonly #relieve: () => void
  #total = 0
  #relieving = false

  /** Calls `relieve` in a later turn of the event loop if there are more than `most` bytes. */
  constructor(most = Number.POSITIVE_INFINITY, relieve: () => void = () => {}) {
    this.#most = most
    this.#relieve = relieve
  }

  get total(): number {
    return this.#total
  }

  /** Adds `bytes` to the total. Negative for bytes that are not held any more. */
  add(bytes: number): void {
    this.#total += bytes
    if (bytes <= 0 || this.#total <= this.#most || this.#relieving) return
    this.#relieving = true
    // Later, because the connection that reports its bytes is in the middle of its own work.
    setImmediate(() => {
      this.#relieving = false
      if (this.#total > this.#most) this.#relieve()
    })
  }
}

/**
 * Connections in the order in which to close them when too much is held: from the address with the most
 * bytes, the connection with the most bytes; then the same again. Those without bytes are left out.
 */
export function* heaviestFirst<Each extends Holder>(holders: Iterable<Each>): Generator<Each> {
  const addresses = new Map<string, { sum: number; all: { holder: Each; weight: number }[] }>()
  for (const holder of holders) {
    const { weight } = holder
    if (weight === 0) continue
    const group = addressGroup(holder.remote.ip)
    const address = addresses.get(group) ?? { sum: 0, all: [] }
    addresses.set(group, address)
    address.sum += weight
    address.all.push({ holder, weight })
  }
  for (const { all } of addresses.values()) all.sort((a, b) => a.weight - b.weight)
  while (addresses.size > 0) {
    const [group, address] = [...addresses].reduce((one, other) =>
      other[1].sum > one[1].sum ? other : one,
    )
    const last = address.all.pop()
    if (!last) addresses.delete(group)
    else {
      address.sum -= last.weight
      yield last.holder
    }
  }
}
