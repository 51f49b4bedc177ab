/** Which tile is large: the one that the person chose, or a shared screen. */
export type Choice = {
  large: () => string | undefined
  /** The key of the screen that is shown, the latest of several. */
  sharer: () => string | undefined
  /** A press on a tile: large, or back to the grid. */
  press: (key: string) => void
  /** `false` where no tile is large. */
  back: () => boolean
  shares: (key: string, sharing: boolean) => void
  gone: (key: string) => void
}

export function createChoice(): Choice {
  /** `null` is the grid, chosen while a screen is shared. */
  let chosen: string | null | undefined
  let sharing: readonly string[] = []

  const sharer = () => sharing.at(-1)
  const large = () => (chosen === undefined ? sharer() : (chosen ?? undefined))

  function shares(key: string, now: boolean): void {
    if (now === sharing.includes(key)) return
    sharing = now ? [...sharing, key] : sharing.filter((each) => each !== key)
    // A screen that is new is shown large. Once none is shared, the choice of the grid says nothing.
    if (now || (sharing.length === 0 && chosen === null)) chosen = undefined
  }

  return {
    large,
    sharer,
    press(key) {
      chosen = large() === key ? null : key
    },
    back() {
      if (large() === undefined) return false
      chosen = null
      return true
    },
    shares,
    gone(key) {
      shares(key, false)
      if (chosen === key) chosen = undefined
    },
  }
}
