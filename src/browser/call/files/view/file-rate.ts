/** How far back the rate looks, in milliseconds. */
const spanMs = 4_000

export type FileRate = {
  at: (moved: number) => { bytesPerSecond: number; secondsLeft: number | undefined }
}

/** How fast a file goes, by its last few seconds. */
export function createFileRate(size: number, now: () => number): FileRate {
  let samples = [{ moved: 0, at: now() }]
  return {
    at(moved) {
      samples.push({ moved, at: now() })
      const [newest] = samples.slice(-1)
      samples = samples.filter(({ at }) => (newest?.at ?? 0) - at <= spanMs)
      const [oldest] = samples
      if (!oldest || !newest || newest.at === oldest.at) {
        return { bytesPerSecond: 0, secondsLeft: undefined }
      }
      const bytesPerSecond = ((newest.moved - oldest.moved) * 1_000) / (newest.at - oldest.at)
      const secondsLeft =
        bytesPerSecond > 0 ? Math.ceil((size - moved) / bytesPerSecond) : undefined
      return { bytesPerSecond, secondsLeft }
    },
  }
}
