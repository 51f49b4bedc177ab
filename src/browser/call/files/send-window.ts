import { chunkBytes } from './file-message.ts'

/** Bytes under way that are not stored at the other end. What the receiver holds in memory is at most this. */
export const maxWindow = 2 * 1024 * 1024

/** How much longer a piece may take than one that met no queue, in milliseconds. */
const patienceMs = 100

/**
 * So many pieces one after another have to be slow. All of them meet a queue; a busy machine or disk delays some. If
 * each was alone on its way, the way itself has become longer.
 */
const inSeries = 8

export type SendWindow = {
  /** Whether one more piece may go. */
  isOpen: () => boolean
  sent: (upTo: number) => void
  stored: (upTo: number) => void
}

type Piece = { upTo: number; at: number; doneBefore: number }

/**
 * How much of a file is under way at a time. The browser's own control fills the queue of the slowest line until
 * something is lost, and sound and picture wait in that queue. So this grows only while pieces arrive about as fast as
 * the fastest one. When they take longer, it falls to what passes in a short time (the idea of LEDBAT, RFC 6817).
 */
export function createSendWindow(now: () => number): SendWindow {
  const underWay: Piece[] = []
  let size = 4 * chunkBytes
  let last = 0
  let done = 0
  let fastest = Number.POSITIVE_INFINITY
  /** Until the first piece that takes longer. */
  let isDoubling = true
  let recent: number[] = []

  function grow(bytes: number): void {
    size = Math.min(maxWindow, size + (isDoubling ? bytes : (chunkBytes * bytes) / size))
  }

  function judge(piece: Piece, bytes: number): void {
    const took = now() - piece.at
    fastest = Math.min(fastest, took)
    recent = [...recent, took].slice(-inSeries)
    if (took <= fastest + patienceMs) return grow(bytes)
    if (recent.length < inSeries || Math.min(...recent) <= fastest + patienceMs) return
    isDoubling = false
    const slow = recent
    recent = []
    if (size <= chunkBytes) {
      fastest = Math.min(...slow)
      return
    }
    const passes = ((done - piece.doneBefore) / took) * (fastest + patienceMs)
    size = Math.max(chunkBytes, Math.min(size, passes))
  }

  return {
    isOpen: () => last - done + chunkBytes <= size,
    sent(upTo) {
      last = upTo
      underWay.push({ upTo, at: now(), doneBefore: done })
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
