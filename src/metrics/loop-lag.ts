import { Histogram, machineSeconds } from './histogram.ts'

/** How often the event loop is asked, in milliseconds. */
const askMs = 250

/** How late the event loop comes to what is due: the longest wait of everybody whom it serves. */
export type LoopLag = {
  readonly histogram: Histogram
  /** The worst since this was last asked, in seconds. */
  takeWorst(): number
  stop(): void
}

/** Measures with a timer of its own. `now` is any clock that only goes forward, in milliseconds. */
export function measureLoopLag(now: () => number): LoopLag {
  const histogram = new Histogram(machineSeconds)
  let worst = 0
  let due = now() + askMs
  const timer = setInterval(() => {
    // A timer may also come a little early.
    const late = Math.max(0, now() - due) / 1000
    due = now() + askMs
    histogram.observe(late)
    worst = Math.max(worst, late)
  }, askMs)
  timer.unref()
  return {
    histogram,
    takeWorst() {
      const taken = worst
      worst = 0
      return taken
    },
    stop: () => clearInterval(timer),
  }
}
