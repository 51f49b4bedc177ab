/** Many come before their description; more than this are somebody's mischief. */
const maxEarly = 200

export type TheirCandidates = {
  receive: (candidate: RTCIceCandidateInit) => Promise<void>
  /** The first descriptions are in force: what came before them is taken, too. */
  takeFromNowOn: () => Promise<void>
}

/** The candidates of the other end. They say nothing to a browser before there is a description. */
export function createTheirCandidates(
  peer: Pick<RTCPeerConnection, 'addIceCandidate'>,
): TheirCandidates {
  const early: RTCIceCandidateInit[] = []
  let begun = false

  async function take(candidate: RTCIceCandidateInit): Promise<void> {
    try {
      await peer.addIceCandidate(candidate)
    } catch {
      // Of an offer that was ignored, of an attempt that is over, or nonsense: others will do.
    }
  }

  return {
    async receive(candidate) {
      if (begun) return take(candidate)
      if (early.length < maxEarly) early.push(candidate)
    },
    async takeFromNowOn() {
      begun = true
      for (const candidate of early.splice(0)) await take(candidate)
    },
  }
}
