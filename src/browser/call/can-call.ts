/**
 * Why this browser can make no calls; `undefined` where it can. WebRTC is missing in some browsers
 * and builds, and switched off in others by their makers, their owners or an extension.
 */
export function whyNoCalls(): 'missing' | 'refused' | undefined {
  if (typeof RTCPeerConnection === 'undefined') return 'missing'
  try {
    const peer = new RTCPeerConnection()
    peer.createDataChannel('try')
    peer.close()
    return undefined
  } catch {
    return 'refused'
  }
}
