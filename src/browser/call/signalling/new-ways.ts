import type { Later } from './later.ts'

export type NewWaysParts = {
  peer: Pick<
    RTCPeerConnection,
    'signalingState' | 'connectionState' | 'restartIce' | 'addEventListener'
  >
  polite: boolean
  /** Whether the two ends have had one answer: before it there is no old way. */
  hasBegun: () => boolean
  /** Whether the other page can be told anything now. */
  canSignal: () => boolean
  /** Says the offer that waits for its answer once more. */
  sayOfferAgain: () => void
  /** Awaited before a new way is looked for. */
  beforeNewWay: () => Promise<void>
  onFailure: (error: unknown) => void
  later: Later
}

export type NewWays = {
  restart: () => void
  /** A description of the other end is in force. */
  agreed: () => void
  signallingIsBack: () => void
  close: () => void
}

/** A connection that is interrupted often comes back by itself. */
const patienceMs = 2_000
/** How long one attempt to find a new way may take; the callee waits longer, against glare. */
const attemptMs = 6_000
/** What is refused for being too fast is not made up for faster than this. */
const makeUpMs = 1_000

/** Looks for a new way to the other end while the connection is down, or when somebody wishes it. */
export function createNewWays(parts: NewWaysParts): NewWays {
  const { peer, polite, later } = parts
  let preparing = false
  let closed = false
  let cancelAttempt: (() => void) | undefined
  const madeUp = { pausing: false, missed: false }
  /** Somebody knows that the old way is no good, and no offer has been made since. */
  let wanted = false

  function follow(): void {
    if (closed) return
    const { connectionState } = peer
    if (connectionState === 'connected') {
      cancelAttempt?.()
      cancelAttempt = undefined
    } else if (connectionState === 'failed') {
      attemptIn(polite ? patienceMs : 0)
    } else if (connectionState === 'disconnected' && !cancelAttempt) {
      attemptIn(polite ? 2 * patienceMs : patienceMs)
    }
  }
  peer.addEventListener('connectionstatechange', follow)
  peer.addEventListener('iceconnectionstatechange', follow)

  function attemptIn(milliseconds: number): void {
    cancelAttempt?.()
    cancelAttempt = later(() => {
      cancelAttempt = undefined
      if (closed || peer.connectionState === 'connected') return
      look()
      attemptIn(polite ? attemptMs + patienceMs : attemptMs)
    }, milliseconds)
  }

  function look(): void {
    if (closed || !parts.hasBegun()) return
    // A browser that has offered a new way leaves the old one, before anybody can answer.
    if (!parts.canSignal()) return
    // An offer that nobody answered stands in the way of a new one: it is sent again instead, and
    // what was wished after it is looked for once it is answered.
    if (peer.signalingState === 'have-local-offer') return parts.sayOfferAgain()
    wanted = false
    if (!preparing) prepare().catch(parts.onFailure)
  }

  async function prepare(): Promise<void> {
    preparing = true
    try {
      await parts.beforeNewWay()
    } finally {
      preparing = false
    }
    if (!closed) peer.restartIce()
  }

  function signallingIsBack(): void {
    if (closed) return
    madeUp.missed = madeUp.pausing
    if (madeUp.pausing) return
    madeUp.pausing = true
    later(() => {
      madeUp.pausing = false
      if (madeUp.missed) signallingIsBack()
    }, makeUpMs)
    // An offer without an answer may be lost, although the socket took it.
    if (peer.signalingState === 'have-local-offer') parts.sayOfferAgain()
    else if (wanted || peer.connectionState !== 'connected') look()
  }

  return {
    restart() {
      if (closed || !parts.hasBegun()) return
      wanted = true
      look()
    },
    agreed() {
      if (wanted) look()
    },
    signallingIsBack,
    close() {
      closed = true
      cancelAttempt?.()
    },
  }
}
