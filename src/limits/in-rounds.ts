/** Between two rounds, in milliseconds. */
const roundMs = 100

/**
 * Calls `act` with everything, some at a time, so that it is done after `lastsMs` at the latest. At about
 * `perSecond` or more: what is few is done at once.
 */
export async function inRounds<T>(
  all: readonly T[],
  { lastsMs, perSecond }: { lastsMs: number; perSecond: number },
  act: (one: T) => void,
): Promise<void> {
  const wanted = Math.ceil(all.length / ((perSecond * roundMs) / 1000))
  const rounds = Math.max(1, Math.min(wanted, Math.floor(lastsMs / roundMs)))
  const size = Math.ceil(all.length / rounds)
  for (let from = 0; from < all.length; from += size) {
    if (from > 0) await Bun.sleep(roundMs)
    for (const one of all.slice(from, from + size)) act(one)
  }
}
