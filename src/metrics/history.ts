/** How the process did in one spell. */
export type Sample = {
  /** Its end, in Unix time in milliseconds. */
  at: number
  registrations: number
  changesPerSecond: number
  requestsPerSecond: number
  memoryBytes: number
  /** The worst of the spell, in seconds. */
  lagSeconds: number
}

/** What a sample is made of: counts since the start, and what is true now. */
export type Reading = Pick<Sample, 'registrations' | 'memoryBytes' | 'lagSeconds'> & {
  changes: number
  requests: number
}

const spellMs = 5_000
const samplesKept = 720

/** The last hour of this process, in spells of five seconds. */
export class History {
  readonly #read: () => Reading
  readonly #now: () => number
  readonly #samples: Sample[] = []
  #before: Reading
  #beganAt: number
  #timer: Timer | undefined

  /** `now` gives Unix time in milliseconds. */
  constructor(read: () => Reading, now: () => number = Date.now) {
    this.#read = read
    this.#now = now
    this.#before = read()
    this.#beganAt = now()
  }

  /** The oldest first. */
  get samples(): readonly Sample[] {
    return this.#samples
  }

  start(): this {
    this.#timer = setInterval(() => this.sample(), spellMs)
    this.#timer.unref()
    return this
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Ends a spell. */
  sample(): void {
    const [reading, at] = [this.#read(), this.#now()]
    const { registrations, memoryBytes, lagSeconds, changes, requests } = reading
    // A clock that was set back makes no spell.
    const seconds = Math.max(0.001, (at - this.#beganAt) / 1000)
    this.#samples.push({
      ...{ at, registrations, memoryBytes, lagSeconds },
      changesPerSecond: (changes - this.#before.changes) / seconds,
      requestsPerSecond: (requests - this.#before.requests) / seconds,
    })
    if (this.#samples.length > samplesKept) this.#samples.shift()
    this.#before = reading
    this.#beganAt = at
  }
}
