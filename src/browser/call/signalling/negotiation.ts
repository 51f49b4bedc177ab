import { certificateOf } from '../safety/fingerprints.ts'
import { type Later, later as laterByClock } from './later.ts'
import { createNewWays } from './new-ways.ts'
import { createOwnSignals, type OwnSignals } from './own-signals.ts'
import { decodeSignal, type Signal } from './signal.ts'
import { createTheirCandidates } from './their-candidates.ts'

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
  later?: Later
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

type Description = Extract<Signal, { description: unknown }>

/**
 * Offer, answer and candidates between two pages: "perfect negotiation" (WebRTC 1.0, section
 * 10.7), with new ICE attempts while the connection is down.
 */
export function negotiate(parts: NegotiationParts): Negotiation {
  const { peer, polite, later = laterByClock } = parts
  let answered = false
  let closed = false
  let judged: string | undefined
  const theirs = createTheirCandidates(peer)
  // One at a time, in their order: each step waits for the peer connection.
  let queue: Promise<void> = Promise.resolve()

  const onFailure = (error: unknown) => {
    if (!answered && !closed) parts.onFailure?.(error)
  }

  const own = createOwnSignals({
    peer,
    told: parts.told,
    send: parts.send,
    // What the callee has to offer goes into its first answer.
    mayOffer: () => !polite || answered,
    onFailure,
    later,
  })

  const ways = createNewWays({
    peer,
    polite,
    hasBegun: () => answered,
    canSignal: parts.canSignal ?? (() => true),
    sayOfferAgain: own.sayOfferAgain,
    beforeNewWay: async () => parts.beforeNewWay?.(),
    onFailure,
    later,
  })

  async function takeDescription(signal: Description): Promise<void> {
    if (!isWelcome(signal, parts, own)) return
    const { description, offer } = signal
    const named = certificateOf(description.sdp)
    judged ??= named
    if (named === undefined || named !== judged) return parts.onRefused?.()
    await peer.setRemoteDescription(description)
    // As the browser writes down what it has understood.
    if (certificateOf(peer.remoteDescription?.sdp ?? '') !== judged) return parts.onStranger?.()
    if (description.type === 'offer') {
      if (answered) await parts.beforeNewWay?.()
      else parts.beforeAnswer?.()
      await own.answer(offer)
    } else own.answered()
    answered = true
    await theirs.takeFromNowOn()
    ways.agreed()
  }

  async function take(payload: string): Promise<void> {
    if (closed) return
    const signal = decodeSignal(payload)
    if (!signal) return
    if ('description' in signal) return takeDescription(signal)
    await theirs.receive(signal.candidate)
  }

  return {
    receive(payload) {
      const done = queue.then(() => take(payload))
      // A later description that the peer connection does not take is as good as none: ICE goes on, or
      // fails and is tried again.
      queue = done.catch(onFailure)
      return queue
    },
    judged: () => judged,
    restart: ways.restart,
    signallingIsBack: ways.signallingIsBack,
    close() {
      closed = true
      own.close()
      ways.close()
    },
  }
}

/** Whether a description is for this end to take now. */
function isWelcome(
  { description: { type }, offer }: Description,
  { peer, polite }: NegotiationParts,
  own: OwnSignals,
): boolean {
  // A page from before an update does not count.
  if (offer !== undefined && own.isKnown(type, offer)) return false
  const waits = peer.signalingState === 'have-local-offer'
  // The answer to an offer that was sent twice comes twice.
  if (type === 'answer') return waits
  if (polite || !(waits || own.isMakingOffer())) return true
  // The other end has perhaps not heard of our offer: it went into a connection that was dead
  // already. Said again, it is answered; ignored for good, both ends would wait for ever.
  if (waits) own.sayOfferAgain()
  return false
}
