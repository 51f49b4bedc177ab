import { chunkBytes } from './file-message.ts'

/** Bytes under way that are not stored at the other end. What the receiver holds in memory is at most this. */
export const maxWindow = 2 * 1024 * 1024

/** How much longer than usual a piece may take, in milliseconds. */
const patienceMs = 100

/** So many pieces one after another have to be slow. All of them meet a queue; a busy machine or disk delays some. */
const inSeries = 8

export type SendWindow = {
  /** Whether one more piece may go. */
  isOpen: () => boolean
  sent: (upTo: number) => void
  stored: (upTo: number) => void
}

type Piece = { upTo: number; at: number; doneBefore: number; isAlone: boolean }

/**
 * How much of a file is under way at a time. The browser's own control fills the queue of the slowest line until
 * something is lost, and sound and picture wait in that queue. So this grows only while pieces arrive about as fast as
 * one that is alone on its way. When they take longer, it falls to what passes in a short time (the idea of LEDBAT,
 * RFC 6817).
 */
export function createSendWindow(now: () => number): SendWindow {
  const underWay: Piece[] = []
  let size = 4 * chunkBytes
  let last = 0
  let done = 0
  /** What a piece takes that meets no queue of its own file. */
  let usualMs: number | undefined
  /** Until pieces take longer for the first time. */
  let isDoubling = true
  let recent: number[] = []

  function learn(took: number, isAlone: boolean): number {
    if (usualMs === undefined) usualMs = took
    else if (isAlone) usualMs += (took - usualMs) / 4
    // The first may have had bad luck.
    else if (took < usualMs) usualMs += (took - usualMs) / 16
    return usualMs + patienceMs
  }

  function judge(piece: Piece, bytes: number): void {
    const took = now() - piece.at
    const most = learn(took, piece.isAlone)
    recent = [...recent, took].slice(-inSeries)
    if (took <= most) {
      size = Math.min(maxWindow, size + (isDoubling ? bytes : (chunkBytes * bytes) / size))
      return
    }
    if (recent.length < inSeries || Math.min(...recent) <= most) return
    isDoubling = false
    recent = []
    const passes = ((done - piece.doneBefore) / took) * most
    size = Math.max(chunkBytes, Math.min(size, passes))
  }

  return {
    isOpen: () => last - done + chunkBytes <= size,
    sent(upTo) {
      underWay.push({ upTo, at: now(), doneBefore: done, isAlone: last === done })
      last = upTo
    },
    stored(upTo) {
      const bytes = upTo - done
      done = upTo
      let newest: Piece | undefined
      while (underWay[0] && underWay[0].upTo <= upTo) newest = underWay.shift()
      if (newest) judge(newest, bytes)
    },
  }
}
