/**
 * A description without the candidates in it, and those by themselves. Sent again it holds all that were
 * found meanwhile: the description may be known to the other end already, and they may be new.
 */
export function candidatesApart(whole: string): { sdp: string; candidates: RTCIceCandidateInit[] } {
  const [session = '', ...media] = whole.split(/(?=^m=)/m)
  const candidates = media.flatMap((section, index) => {
    const usernameFragment = wordIn(section, 'ice-ufrag') ?? wordIn(session, 'ice-ufrag')
    const place = { sdpMid: wordIn(section, 'mid'), sdpMLineIndex: index, usernameFragment }
    return [...section.matchAll(ofCandidates)].map(([, candidate = '']) => ({
      candidate,
      ...place,
    }))
  })
  return { sdp: whole.replace(ofCandidates, ''), candidates }
}

/** That there are no more is a candidate, too, and an empty one. */
const ofCandidates = /^a=(?:(candidate:[^\r\n]*)|end-of-candidates)\r?\n/gm

const wordIn = (section: string, name: string): string | null =>
  new RegExp(`^a=${name}:(\\S+)`, 'm').exec(section)?.[1] ?? null
