import { candidatesApart } from './candidates-apart.ts'
import { keepingDtlsRole } from './dtls-role.ts'
import type { Later } from './later.ts'
import { encodeSignal, type Signal } from './signal.ts'

export type OwnSignalsParts = {
  peer: Pick<
    RTCPeerConnection,
    | 'signalingState'
    | 'localDescription'
    | 'currentLocalDescription'
    | 'currentRemoteDescription'
    | 'addEventListener'
  > & { setLocalDescription: () => Promise<void> }
  /** What of a signal the other page is told; `undefined` for nothing. */
  told: ((signal: Signal) => Signal | undefined) | undefined
  send: (payload: string) => boolean
  /** Whether this end may make an offer of its own now. */
  mayOffer: () => boolean
  onFailure: (error: unknown) => void
  later: Later
}

export type OwnSignals = {
  isMakingOffer: () => boolean
  /** Says the offer that waits for its answer once more. */
  sayOfferAgain: () => void
  /** Answers the other end's offer of that number. */
  answer: (offer: number | undefined) => Promise<void>
  /** The offer is answered. */
  answered: () => void
  /** Whether a description of the other end has been dealt with: it came late, or once more. */
  isKnown: (type: RTCSdpType, offer: number) => boolean
  close: () => void
}

/** How long an offer waits for its answer; then one of the two may be lost without a word. */
const answerMs = 6_000

/** What this end tells the other one: its offers and answers, with their numbers, and its candidates. */
export function createOwnSignals(parts: OwnSignalsParts): OwnSignals {
  const { peer } = parts
  let makingOffer = false
  let closed = false
  let cancelAgain: (() => void) | undefined
  /** How many this end has made, and the number of the other end's that was answered last. */
  let offers = 0
  let answeredOffer = 0

  const send = (signal: Signal) => {
    const told = parts.told ? parts.told(signal) : signal
    if (!closed && told) parts.send(encodeSignal(told))
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
    cancelAgain = parts.later(() => {
      cancelAgain = undefined
      if (!closed && peer.signalingState === 'have-local-offer') sendDescription()
    }, answerMs)
  }

  async function offer(): Promise<void> {
    try {
      makingOffer = true
      await peer.setLocalDescription()
      if (peer.localDescription?.type === 'offer') offers += 1
      sendDescription()
    } catch (error) {
      // Later, an offer of the other end came in between; the answer to it carries what was needed.
      parts.onFailure(error)
    } finally {
      makingOffer = false
    }
  }

  peer.addEventListener('negotiationneeded', () => {
    if (!closed && parts.mayOffer()) void offer()
  })
  peer.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate) send({ candidate: candidate.toJSON() })
  })

  return {
    isMakingOffer: () => makingOffer,
    sayOfferAgain: () => sendDescription(),
    async answer(number) {
      await peer.setLocalDescription()
      answeredOffer = number ?? answeredOffer
      sendDescription()
    },
    answered: () => cancelAgain?.(),
    isKnown(type, number) {
      // Not the one that waits for an answer now: taken for its answer, nothing would connect.
      if (type === 'answer') return number !== offers
      if (number > answeredOffer) return false
      // The answer is lost, or was slower. Taken again the offer would be another one for the browser.
      const given = peer.currentLocalDescription
      if (number === answeredOffer && given?.type === 'answer') sendDescription(given)
      return true
    },
    close() {
      closed = true
      cancelAgain?.()
    },
  }
}
