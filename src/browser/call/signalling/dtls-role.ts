/** What was agreed on last, by which the two are connected. */
export type Agreed = {
  readonly currentLocalDescription: RTCSessionDescription | null
  readonly currentRemoteDescription: RTCSessionDescription | null
}

/**
 * A later offer with the role in DTLS that this end has, where the browser's own leaves the choice open.
 * Firefox answers any choice with "active", also where it has been the passive end from the start, and
 * Chromium refuses that answer each time: no new way would ever be found.
 */
export function keepingDtlsRole(offer: string, agreed: Agreed): string {
  const role = ownRole(agreed)
  return role ? offer.replace(/^a=setup:actpass$/gm, `a=setup:${role}`) : offer
}

/** The answer says it, be it ours or the other end's. */
function ownRole(agreed: Agreed): 'active' | 'passive' | undefined {
  const { currentLocalDescription: own, currentRemoteDescription: theirs } = agreed
  if (own?.type === 'answer') return roleIn(own.sdp)
  const role = theirs?.type === 'answer' ? roleIn(theirs.sdp) : undefined
  return role && (role === 'active' ? 'passive' : 'active')
}

const roleIn = (sdp: string) =>
  /^a=setup:(active|passive)\r?$/m.exec(sdp)?.[1] as 'active' | 'passive' | undefined
