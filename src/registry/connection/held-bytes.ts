import { addressGroup } from '../../limits/address-group.ts'

/** A connection for which the process holds bytes. */
type Holder = { readonly remote: { ip: string }; readonly weight: number }

/**
 * Bytes that the process holds for all peers together: what they sent and was not answered yet, and what
 * they were told and have not taken. What many hold at a time counts once.
 */
export class Held {
  readonly #most: number
  readonly #relieve: () => void
  #total = 0
  #relieving = false

  /** `relieve` is called, in a later turn, where there are more than `most`. */
  constructor(most = Number.POSITIVE_INFINITY, relieve: () => void = () => {}) {
    this.#most = most
    this.#relieve = relieve
  }

  get total(): number {
    return this.#total
  }

  /** So many more, or less. */
  add(bytes: number): void {
    this.#total += bytes
    if (bytes <= 0 || this.#total <= this.#most || this.#relieving) return
    this.#relieving = true
    // The connection that tells us of its bytes is in the midst of something.
    setImmediate(() => {
      this.#relieving = false
      if (this.#total > this.#most) this.#relieve()
    })
  }
}

/**
 * Which connection goes first where too much is held: of the address with most bytes, the connection with
 * most; then so again. A connection without bytes never goes.
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
