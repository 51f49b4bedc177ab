import type { RefusalCode } from '../../wire/message.ts'

/** The refusals of a registration that another call port would mend. */
const ofThePort: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'call-port-taken',
  'server-port',
  'same-port',
])

export const isOfThePort = (code: RefusalCode): boolean => ofThePort.has(code)

/** The first ports to suggest, at random: a person can say a number of four digits. */
const first = { from: 5_000, count: 1_000 }
/** Where all of these are taken: further ports, below the range that Linux hands out by itself (ip(7)). */
const further = { from: 6_000, count: 26_768 }

/** How long a port is kept for the browser that it was suggested to, in milliseconds. */
const keptMs = 10 * 60_000
/** Suggestions that are kept at a time. Over it the oldest is forgotten. */
const maxKept = 20_000

export type CallPortsParts = {
  /** Whether a registered person takes calls there. */
  isTaken: (ip: string, port: number) => boolean
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  /** From 0 to 1, without 1. */
  random?: () => number
}

/**
 * Call ports for people who do not choose one: the registry wants one from everybody, and no two may be
 * the same at one address. A school can be one address.
 */
export class CallPorts {
  readonly #parts: Required<CallPortsParts>
  /** Until when each suggestion is kept, the oldest first. */
  readonly #kept = new Map<string, number>()

  constructor(parts: CallPortsParts) {
    this.#parts = { random: Math.random, ...parts }
  }

  /** How many suggestions are kept. */
  get kept(): number {
    return this.#kept.size
  }

  /** A port that nobody uses at that address, and that was not suggested there lately. */
  suggest(ip: string): number {
    this.#forget()
    const isFree = (port: number) =>
      !this.#parts.isTaken(ip, port) && !this.#kept.has(keyOf(ip, port))
    const port = this.#find(first, isFree) ?? this.#find(further, isFree) ?? first.from
    this.#kept.set(keyOf(ip, port), this.#parts.now() + keptMs)
    return port
  }

  #find(
    { from, count }: { from: number; count: number },
    isFree: (port: number) => boolean,
  ): number | undefined {
    const start = Math.floor(this.#parts.random() * count)
    for (let step = 0; step < count; step += 1) {
      const port = from + ((start + step) % count)
      if (isFree(port)) return port
    }
  }

  #forget(): void {
    for (const [key, until] of this.#kept) {
      if (until > this.#parts.now() && this.#kept.size < maxKept) break
      this.#kept.delete(key)
    }
  }
}

const keyOf = (ip: string, port: number) => `${ip} ${port}`
