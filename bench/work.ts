/**
 * One thing that is measured: the same work done by everybody who can do it, in turn, so that what
 * the machine does meanwhile meets all of them alike.
 */
export type Work = {
  /** Short, kebab-case: for `bun run bench NAME…`. */
  name: string
  measure: (pace: Pace) => Promise<Row[]>
}

/** How long and how large. */
export type Pace = {
  /** Rounds of which each figure is the median; the first, which warms up, is not among them. */
  rounds: number
  /** Seconds of one round of one contestant, where it is time that is given. */
  seconds: number
  /** `short` only shows that it works: few rounds, few connections, figures of no meaning. */
  size: 'full' | 'short'
}

/** One line of the table. */
export type Row = {
  /** What was done, e.g. `details, depth 16`. */
  work: string
  /** e.g. `requests/s`, `ms`, `KB`. */
  unit: string
  /** Each contestant's figure in each round, in the order of the rounds. */
  samples: Record<string, number[]>
  ratios: Ratio[]
  /** Figures that have a target by themselves, whoever else there is. */
  bounds?: Bound[]
  /** Whatever a reader has to know to believe it: who was left out, how busy each side was. */
  notes: string[]
}

/** Two contestants compared, round by round. */
export type Ratio = { of: string; over: string; target?: Target }

/** The median of one contestant, in the unit of its row. */
export type Bound = { of: string; target: Target }

export type Target = { atLeast: number } | { atMost: number }

/** The median, and the quarter of the samples below and above it. */
export type Spread = { median: number; low: number; high: number }

export function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b)
  return { median: at(sorted, 0.5), low: at(sorted, 0.25), high: at(sorted, 0.75) }
}

/** Of the ratios of each round: what drifts from round to round drifts for both. */
export function ratio({ samples }: Row, { of, over }: Ratio): Spread {
  const below = samples[over] ?? []
  return spread((samples[of] ?? []).map((sample, round) => sample / (below[round] ?? Number.NaN)))
}

export function meets(ratio: number, target: Target): boolean {
  return 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost
}

/**
 * Each contestant once in every round, in an order that turns from round to round, so that nobody
 * always comes after the same one. The first round warms up and is thrown away.
 */
export async function inTurn<Sample = number>(
  rounds: number,
  contestants: Record<string, () => Promise<Sample>>,
): Promise<Record<string, Sample[]>> {
  const names = Object.keys(contestants)
  const samples = Object.fromEntries(names.map((name): [string, Sample[]] => [name, []]))
  for (let round = 0; round <= rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length] ?? ''
      const sample = await contestants[name]?.()
      if (round > 0 && sample !== undefined) samples[name]?.push(sample)
    }
  }
  return samples
}

/** Linear between the two nearest. */
function at(sorted: readonly number[], part: number): number {
  const place = part * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  if (low === undefined || high === undefined) return Number.NaN
  return low + (high - low) * (place % 1)
}
