import { certificatesInUse, transportsOf, type WatchedPeer } from './certificates-in-use.ts'

export type GuardParts = {
  peer: WatchedPeer & Pick<RTCPeerConnection, 'connectionState' | 'addEventListener'>
  /** The certificate that the first description named, once there is one. */
  judged: () => string | undefined
  /** Whether something may be sent: only over a connection with that certificate. */
  onMaySend: (maySend: boolean) => void
  /** The connection has another certificate. Told once. */
  onStranger: () => void
}

export type Guard = { look: () => Promise<void>; close: () => void }

/**
 * Compares the certificate in use with the one that was judged, at every change of the connection.
 * Descriptions are judged before a browser gets to see them; this is for the case that a browser
 * reads one in a way that nobody thought of. Nothing is sent while a handshake is under way.
 */
export function guardCertificate({ peer, judged, onMaySend, onStranger }: GuardParts): Guard {
  const watched = new WeakSet<RTCDtlsTransport>()
  let closed = false
  let maySend = false
  let looks = 0

  function allow(value: boolean): void {
    if (closed || value === maySend) return
    maySend = value
    onMaySend(value)
  }

  function isUp(): boolean {
    const transports = transportsOf(peer)
    for (const transport of transports) {
      if (watched.has(transport)) continue
      watched.add(transport)
      transport.addEventListener('statechange', lookSoon)
    }
    // An old browser does not show its transports.
    if (transports.length === 0) return peer.connectionState === 'connected'
    const states = transports.map(({ state }) => state)
    return states.includes('connected') && !states.includes('connecting')
  }

  async function look(): Promise<void> {
    if (closed) return
    looks += 1
    const mine = looks
    const known = judged()
    if (!isUp() || known === undefined) return allow(false)
    const shown = await certificatesInUse(peer)
    if (closed) return
    if (shown.some((each) => each !== known)) {
      closed = true
      return onStranger()
    }
    if (mine === looks) allow(isUp())
  }

  // Without an answer from the browser nothing is sent.
  const lookSoon = () => void look().catch(() => allow(false))

  for (const change of ['signalingstatechange', 'connectionstatechange'] as const) {
    peer.addEventListener(change, lookSoon)
  }

  return {
    look,
    close() {
      closed = true
    },
  }
}
