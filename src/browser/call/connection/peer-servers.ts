import type { IceServer } from '../../../page-protocol.ts'

export type PeerServers = {
  peer: RTCPeerConnection
  /** Takes other servers from now on; nothing happens for `undefined`, or for the same ones. */
  use: (servers: IceServer[] | undefined) => void
  /** Whether what the servers give runs out. What a STUN server gives does not. */
  runOut: () => boolean
}

/** A new peer connection, and the servers that help it to find a way. */
export function openPeer(iceServers: IceServer[], relayedOnly: boolean): PeerServers {
  let configuration: RTCConfiguration = {
    iceServers,
    iceTransportPolicy: relayedOnly ? 'relay' : 'all',
    bundlePolicy: 'max-bundle',
  }
  const peer = new RTCPeerConnection(configuration)
  return {
    peer,
    use(servers) {
      // With the same ones, too, a browser would look for ways anew.
      const same = JSON.stringify(servers) === JSON.stringify(configuration.iceServers)
      if (!servers || same) return
      configuration = { ...configuration, iceServers: servers }
      peer.setConfiguration(configuration)
    },
    runOut: () => configuration.iceServers?.some(({ credential }) => credential) ?? false,
  }
}
