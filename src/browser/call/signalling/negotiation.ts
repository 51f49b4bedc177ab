import { certificateOf } from '../safety/fingerprints.ts'
import { candidatesApart } from './candidates-apart.ts'
import { keepingDtlsRole } from './dtls-role.ts'
import { decodeSignal, encodeSignal, type Signal } from './signal.ts'

/** As much of RTCPeerConnection as negotiation needs. */
export type NegotiatedPeer = Pick<
  RTCPeerConnection,
  | 'signalingState'
  | 'connectionState'
  | 'iceConnectionState'
  | 'localDescription'
  | 'currentLocalDescription'
  | 'currentRemoteDescription'
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
  /** Whether the other page can be told anything now; where not, `signallingIsBack` follows. */
  canSignal?: () => boolean
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

/** How long an offer waits for its answer; then one of the two may be lost without a word. */
const answerMs = 6_000
/** What is refused for being too fast is not made up for faster than this. */
const makeUpMs = 1_000

/** Many come before their description; more than this are somebody's mischief. */
const maxCandidates = 200

const waitBy = (task: () => void, milliseconds: number) => {
  const timer = setTimeout(task, milliseconds)
  return () => clearTimeout(timer)
}

/**
 * Offer, answer and candidates between two pages: "perfect negotiation" (WebRTC 1.0, section
 * 10.7), with new ICE attempts while the connection is down.
 *
 * Longer than other files, since each step depends on what this end waits for.
 */
export function negotiate(parts: NegotiationParts): Negotiation {
  const { peer, polite, later = waitBy } = parts
  let makingOffer = false
  let preparing = false
  let answered = false
  let closed = false
  let judged: string | undefined
  let cancelAttempt: (() => void) | undefined
  let cancelAgain: (() => void) | undefined
  /** How many this end has made, and the number of the other end's that was answered last. */
  let offers = 0
  let answeredOffer = 0
  const madeUp = { pausing: false, missed: false }
  /** Somebody knows that the old way is no good, and no offer has been made since. */
  let wantsNewWay = false
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

  const sendDescription = (local = peer.localDescription) => {
    if (!local) return
    const { type } = local
    if (type !== 'offer' && type !== 'answer') return
    const { sdp: bare, candidates } = candidatesApart(local.sdp)
    const sdp = type === 'offer' ? keepingDtlsRole(bare, peer) : bare
    send({ description: { type, sdp }, offer: type === 'offer' ? offers : answeredOffer })
    for (const candidate of candidates) send({ candidate })
    if (type === 'offer') sayAgainLater()
  }

  /** Nobody may tell that an offer or its answer is lost, and one that waits stands in the way of all others. */
  function sayAgainLater(): void {
    cancelAgain?.()
    cancelAgain = later(() => {
      cancelAgain = undefined
      if (!closed && peer.signalingState === 'have-local-offer') sendDescription()
    }, answerMs)
  }

  peer.addEventListener('negotiationneeded', async () => {
    // What the callee has to offer goes into its first answer.
    if (closed || (polite && !answered)) return
    try {
      makingOffer = true
      await peer.setLocalDescription()
      if (peer.localDescription?.type === 'offer') offers += 1
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
      lookForWay()
      attemptIn(polite ? attemptMs + patienceMs : attemptMs)
    }, milliseconds)
  }

  function restart(): void {
    if (closed || !answered) return
    wantsNewWay = true
    lookForWay()
  }

  function lookForWay(): void {
    if (closed || !answered) return
    // A browser that has offered a new way leaves the old one, before anybody can answer.
    if (!(parts.canSignal?.() ?? true)) return
    // An offer that nobody answered stands in the way of a new one: it is sent again instead, and
    // what was wished after it is looked for once it is answered.
    if (peer.signalingState === 'have-local-offer') return sendDescription()
    wantsNewWay = false
    if (!preparing) prepareRestart().catch(fail)
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

  /** Whether a description has been dealt with: it came late, or once more. */
  function isKnown(type: RTCSdpType, offer: number): boolean {
    // Not the one that waits for an answer now: taken for its answer, nothing would connect.
    if (type === 'answer') return offer !== offers
    if (offer > answeredOffer) return false
    // The answer is lost, or was slower. Taken again the offer would be another one for the browser.
    const given = peer.currentLocalDescription
    if (offer === answeredOffer && given?.type === 'answer') sendDescription(given)
    return true
  }

  async function takeDescription(signal: Extract<Signal, { description: unknown }>): Promise<void> {
    const { description, offer } = signal
    // A page from before an update does not count.
    if (offer !== undefined && isKnown(description.type, offer)) return
    const collides =
      description.type === 'offer' && (makingOffer || peer.signalingState === 'have-local-offer')
    if (!polite && collides) {
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
      answeredOffer = offer ?? answeredOffer
      sendDescription()
    } else cancelAgain?.()
    answered = true
    for (const candidate of early.splice(0)) await takeCandidate(candidate)
    if (wantsNewWay) lookForWay()
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
    if (peer.signalingState === 'have-local-offer') sendDescription()
    else if (wantsNewWay || peer.connectionState !== 'connected') lookForWay()
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
    if ('description' in signal) return takeDescription(signal)
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
    signallingIsBack,
    close() {
      closed = true
      cancelAttempt?.()
      cancelAgain?.()
    },
  }
}
