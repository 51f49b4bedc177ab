import { certificateOf } from './fingerprints.ts'
import { decodeSignal, encodeSignal, type Signal } from './signal.ts'

/** As much of RTCPeerConnection as negotiation needs. */
export type NegotiatedPeer = Pick<
  RTCPeerConnection,
  | 'signalingState'
  | 'connectionState'
  | 'iceConnectionState'
  | 'localDescription'
  | 'remoteDescription'
  | 'setRemoteDescription'
  | 'addIceCandidate'
  | 'restartIce'
  | 'addEventListener'
> & { setLocalDescription: () => Promise<void> }

export type NegotiationParts = {
  peer: NegotiatedPeer
  /** The callee gives way when both ends offer at once, and leaves the first offer to the caller. */
  polite: boolean
  /** What of a signal the other page is told; `undefined` for nothing. */
  told?: (signal: Signal) => Signal | undefined
  /** Sends to the other page; `false` where that is known to have failed. */
  send: (payload: string) => boolean
  /** Called once, when the first offer is in place and not yet answered. */
  beforeAnswer?: () => void
  /** Awaited before this end looks for ways anew, by an offer of its own or the answer to one. */
  beforeNewWay?: () => Promise<void>
  /** A description that names another certificate than before, or several: it was refused. */
  onRefused?: () => void
  /** The browser has understood another certificate than was judged: somebody else is there. */
  onStranger?: () => void
  /** Something threw before the two ends had one answer. Nothing will come of this connection. */
  onFailure?: (error: unknown) => void
  later?: (task: () => void, milliseconds: number) => () => void
}

export type Negotiation = {
  /** A payload from the other page. */
  receive: (payload: string) => Promise<void>
  /** The certificate that the first description named; every later one has to name the same. */
  judged: () => string | undefined
  /** Looks for a new way to the other end: the network changed, or the old one is dead. */
  restart: () => void
  /** Signals get through again; some may have been lost. */
  signallingIsBack: () => void
  close: () => void
}

/** A connection that is interrupted often comes back by itself. */
const patienceMs = 2_000
/** How long one attempt to find a new way may take; the callee waits longer, against glare. */
const attemptMs = 6_000

/** Many come before their description; more than this are somebody's mischief. */
const maxCandidates = 200

const waitBy = (task: () => void, milliseconds: number) => {
  const timer = setTimeout(task, milliseconds)
  return () => clearTimeout(timer)
}

/**
 * Offer, answer and candidates between two pages: "perfect negotiation" (WebRTC 1.0, section
 * 10.7), with new ICE attempts while the connection is down.
 */
export function negotiate(parts: NegotiationParts): Negotiation {
  const { peer, polite, later = waitBy } = parts
  let makingOffer = false
  let ignoringOffer = false
  let preparing = false
  let answered = false
  let closed = false
  let judged: string | undefined
  let cancelAttempt: (() => void) | undefined
  const early: RTCIceCandidateInit[] = []
  // One at a time, in their order: each step waits for the peer connection.
  let queue: Promise<void> = Promise.resolve()

  const send = (signal: Signal) => {
    const told = parts.told ? parts.told(signal) : signal
    if (!closed && told) parts.send(encodeSignal(told))
  }

  const fail = (error: unknown) => {
    if (!answered && !closed) parts.onFailure?.(error)
  }

  const sendDescription = () => {
    const { localDescription } = peer
    if (!localDescription) return
    const { type, sdp } = localDescription
    if (type === 'offer' || type === 'answer') send({ description: { type, sdp } })
  }

  peer.addEventListener('negotiationneeded', async () => {
    // What the callee has to offer goes into its first answer.
    if (closed || (polite && !answered)) return
    try {
      makingOffer = true
      await peer.setLocalDescription()
      sendDescription()
    } catch (error) {
      // Later, an offer of the other end came in between; the answer to it carries what was needed.
      fail(error)
    } finally {
      makingOffer = false
    }
  })

  peer.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate) send({ candidate: candidate.toJSON() })
  })

  peer.addEventListener('connectionstatechange', () => follow())
  peer.addEventListener('iceconnectionstatechange', () => follow())

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

  function attemptIn(milliseconds: number): void {
    cancelAttempt?.()
    cancelAttempt = later(() => {
      cancelAttempt = undefined
      if (closed || peer.connectionState === 'connected') return
      restart()
      attemptIn(polite ? attemptMs + patienceMs : attemptMs)
    }, milliseconds)
  }

  function restart(): void {
    if (closed || !answered) return
    // An offer that nobody answered stands in the way of a new one: it is sent again instead.
    if (peer.signalingState === 'have-local-offer') sendDescription()
    else if (!preparing) prepareRestart().catch(fail)
  }

  async function prepareRestart(): Promise<void> {
    preparing = true
    try {
      await parts.beforeNewWay?.()
    } finally {
      preparing = false
    }
    if (!closed) peer.restartIce()
  }

  async function takeDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const collides =
      description.type === 'offer' && (makingOffer || peer.signalingState !== 'stable')
    ignoringOffer = !polite && collides
    if (ignoringOffer) {
      // Whoever offers has perhaps not heard of ours: it went into a connection that was dead
      // already. Said again, it is answered; ignored for good, both ends would wait for ever.
      if (peer.signalingState === 'have-local-offer') sendDescription()
      return
    }
    // The answer to an offer that was sent twice comes twice.
    if (description.type === 'answer' && peer.signalingState !== 'have-local-offer') return
    const named = certificateOf(description.sdp ?? '')
    judged ??= named
    if (named === undefined || named !== judged) return parts.onRefused?.()
    await peer.setRemoteDescription(description)
    // As the browser writes down what it has understood.
    if (certificateOf(peer.remoteDescription?.sdp ?? '') !== judged) return parts.onStranger?.()
    if (description.type === 'offer') {
      if (answered) await parts.beforeNewWay?.()
      else parts.beforeAnswer?.()
      await peer.setLocalDescription()
      sendDescription()
    }
    answered = true
    for (const candidate of early.splice(0)) await takeCandidate(candidate)
  }

  async function takeCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    try {
      await peer.addIceCandidate(candidate)
    } catch {
      // Of an offer that was ignored, of an attempt that is over, or nonsense: others will do.
    }
  }

  async function take(payload: string): Promise<void> {
    if (closed) return
    const signal = decodeSignal(payload)
    if (!signal) return
    if ('description' in signal) return takeDescription(signal.description)
    if (answered) return takeCandidate(signal.candidate)
    if (early.length < maxCandidates) early.push(signal.candidate)
  }

  return {
    receive(payload) {
      const done = queue.then(() => take(payload))
      // A later description that the peer connection does not take is as good as none: ICE goes on, or
      // fails and is tried again.
      queue = done.catch(fail)
      return queue
    },
    judged: () => judged,
    restart,
    signallingIsBack() {
      if (closed) return
      // An offer without an answer may be lost, although the socket took it. The description as it is
      // now holds the candidates that were lost, too.
      if (peer.signalingState === 'have-local-offer') sendDescription()
      else if (peer.connectionState !== 'connected') restart()
    },
    close() {
      closed = true
      cancelAttempt?.()
    },
  }
}
