/** How far back the rate looks, in milliseconds. */
const spanMs = 4_000

/** How far apart two looks are at least, in milliseconds. */
const sampleMs = 100

export type FileRate = {
  at: (moved: number) => { bytesPerSecond: number; secondsLeft: number | undefined }
}

/** How fast a file goes, by its last few seconds. */
export function createFileRate(size: number, now: () => number): FileRate {
  let samples = [{ moved: 0, at: now() }]
  return {
    at(moved) {
      const newest = { moved, at: now() }
      // Pieces come by the thousand in a second.
      if (newest.at - (samples.at(-1)?.at ?? 0) >= sampleMs) {
        samples = [...samples.filter(({ at }) => newest.at - at <= spanMs), newest]
      }
      const [oldest] = samples
      if (!oldest || newest.at === oldest.at) return { bytesPerSecond: 0, secondsLeft: undefined }
      const bytesPerSecond = ((newest.moved - oldest.moved) * 1_000) / (newest.at - oldest.at)
      const secondsLeft =
        bytesPerSecond > 0 ? Math.ceil((size - moved) / bytesPerSecond) : undefined
      return { bytesPerSecond, secondsLeft }
    },
  }
}
