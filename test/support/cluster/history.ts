/** A time in which somebody had, or may have had, a name and a call port. */
export type Holding = {
  who: string
  node: number
  name: string
  ip: string
  callPort: number
  /** When it was asked for. */
  askedAt: number
  /** From when it is certain, until it is not any more. */
  certainFrom: number | undefined
  /** When its client ended it, or lost it. */
  endedAt: number | undefined
  /** Until when others may still see it. */
  seenUntil: number | undefined
}

type Interval = { from: number; until: number; who: string }

const now = () => performance.now()

/** How long after the end of a connection others may still see who was there, in milliseconds. */
const ghostMs = 8_000
/** The same where nothing was wrong: the reply to whoever asks next may be on its way. */
const usualMs = 1_000

/** What clients asked and were told, and what of that cannot be true. */
export class History {
  readonly violations: string[] = []
  operations = 0
  faults = 0
  readonly counts = new Map<string, number>()
  readonly #holdings: Holding[] = []
  readonly #certain = new Map<string, Interval[]>()
  readonly #suspendedSince = new Map<number, number>()
  /** When the last fault was over; while one lasts, never. */
  healedAt = 0

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
  }

  violated(what: string): void {
    if (this.violations.length < 50) this.violations.push(`${(now() / 1000).toFixed(2)} s: ${what}`)
  }

  /** Those that have a place, and whose connection is open. */
  get held(): Holding[] {
    return this.#holdings.filter(
      ({ certainFrom, endedAt }) => certainFrom !== undefined && endedAt === undefined,
    )
  }

  asks(holding: Omit<Holding, 'askedAt' | 'certainFrom' | 'endedAt' | 'seenUntil'>): Holding {
    const asked = { ...holding, askedAt: now() }
    const all: Holding = {
      ...asked,
      ...{ certainFrom: undefined, endedAt: undefined, seenUntil: undefined },
    }
    this.#holdings.push(all)
    return all
  }

  granted(holding: Holding): void {
    holding.certainFrom = now()
  }

  /** Its client ends it, or has lost it: nobody was refused for it for long after that. */
  ends(holding: Holding): void {
    if (holding.endedAt !== undefined) return
    holding.endedAt = now()
    const isWell = !this.#suspendedSince.has(holding.node)
    if (isWell) this.#close(holding, holding.endedAt)
    holding.seenUntil =
      isWell && this.isQuiet(holding.endedAt) ? holding.endedAt + usualMs : Number.POSITIVE_INFINITY
  }

  /** A refusal says that somebody has the place: somebody must have had it since it was asked for. */
  refused(place: Pick<Holding, 'name' | 'ip' | 'callPort' | 'who'>, code: string, since: number) {
    const time = now()
    const isSame = (each: Holding) =>
      each.ip === place.ip &&
      (code === 'call-port-taken' ? each.callPort === place.callPort : each.name === place.name)
    const isTrue = this.#holdings.some(
      (each) =>
        each.who !== place.who &&
        isSame(each) &&
        each.askedAt <= time &&
        this.#seenUntil(each) >= since,
    )
    if (!isTrue) this.violated(`refused for nobody: ${code} for ${JSON.stringify(place)}`)
  }

  #seenUntil({ endedAt, seenUntil }: Holding): number {
    if (endedAt === undefined) return Number.POSITIVE_INFINITY
    if (seenUntil !== Number.POSITIVE_INFINITY) return seenUntil ?? 0
    return Math.max(endedAt, this.healedAt) + ghostMs
  }

  /** Whether nothing has been wrong for a while. */
  isQuiet(time = now()): boolean {
    return time > this.healedAt + ghostMs
  }

  faultBegins(what: string): void {
    this.faults += 1
    this.count(`fault: ${what}`)
    this.healedAt = Number.POSITIVE_INFINITY
  }

  faultEnds(): void {
    this.healedAt = now()
  }

  /** From now on nothing that the node has granted is certain. */
  suspend(node: number): void {
    const time = now()
    this.#suspendedSince.set(node, time)
    for (const each of this.#holdings) {
      if (each.node !== node || each.endedAt !== undefined) continue
      if (each.certainFrom !== undefined) this.#close(each, time)
    }
  }

  /** All that have something now have it for certain. */
  settled(): void {
    const time = now()
    for (const each of this.held) if (this.#suspendedSince.has(each.node)) each.certainFrom = time
    this.#suspendedSince.clear()
    const old = this.#holdings.filter(({ endedAt }) => endedAt !== undefined)
    for (const each of old) if (each.seenUntil === Number.POSITIVE_INFINITY) each.seenUntil = time
  }

  /** Whether nobody has been stopped or cut off since all was settled. */
  isWell(node: number): boolean {
    return !this.#suspendedSince.has(node)
  }

  #close(holding: Holding, until: number): void {
    const { who, name, ip, callPort, certainFrom, node } = holding
    if (certainFrom === undefined || certainFrom >= until) return
    for (const place of [`${name} at ${ip}`, `${ip}:${callPort}`]) {
      const all = this.#certain.get(place) ?? []
      for (const other of all) {
        if (other.who === who) continue
        if (other.from < until && certainFrom < other.until) {
          this.violated(
            `two had ${place}: ${who} at node ${node} ${certainFrom}–${until}, ${other.who} ${other.from}–${other.until}`,
          )
        }
      }
      all.push({ from: certainFrom, until, who })
      this.#certain.set(place, all)
    }
  }

  summary(): string {
    const counts = [...this.counts].map(([what, times]) => `  ${what}: ${times}`).sort()
    return [
      `${this.operations} operations, ${this.faults} faults injected, ${this.violations.length} violations`,
      ...counts,
      ...this.violations.map((each) => `  VIOLATION ${each}`),
    ].join('\n')
  }
}
