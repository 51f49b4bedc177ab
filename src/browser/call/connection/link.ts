import type { IceServer } from '../../../page-protocol.ts'
import { type Guard, guardCertificate } from '../safety/certificate-guard.ts'
import { type Negotiation, negotiate } from '../signalling/negotiation.ts'
import { withoutOwnAddresses } from '../signalling/relayed-only.ts'
import { openPeer } from './peer-servers.ts'

export type LinkParts = {
  polite: boolean
  iceServers: IceServer[]
  /** Through a relay, and without a word of where this end is. */
  relayedOnly: boolean
  /** The servers as they are now; `undefined` where nobody tells. */
  freshServers: () => Promise<IceServer[] | undefined>
  /** Sends a signal; `false` where it is known to be lost. */
  send: (payload: string) => boolean
  /** Whether the other end can be told anything by signals. */
  canSignal: () => boolean
}

export type LinkListener = {
  /** The first offer is in place and not yet answered. */
  beforeAnswer: () => void
  link: (told: 'connected' | 'broken' | 'failed') => void
  /** Whether something may go out: only to the end that was judged. */
  maySend: (maySend: boolean) => void
  /** A later description names another certificate. It was refused. */
  mismatch: () => void
  /** Somebody else has taken the other end's place. */
  stranger: () => void
  /** Something threw while the connection was set up. */
  failed: (error: unknown) => void
}

export type Link = {
  readonly peer: RTCPeerConnection
  maySend: () => boolean
  receive: (payload: string) => void
  signallingIsBack: (iceServers?: IceServer[]) => void
  /** Looks for a new way to the other end. */
  restart: () => void
  /** Compares the certificate in use with the one that was judged. */
  look: () => Promise<void>
  close: () => void
}

/** The way to the other end: looked for by signals, and used for the end that was judged alone. */
export function startLink(parts: LinkParts, on: LinkListener): Link {
  const servers = openPeer(parts.iceServers, parts.relayedOnly)
  const { peer } = servers
  let closed = false
  let maySend = false

  function useServers(fresh: IceServer[] | undefined): void {
    if (!closed) servers.use(fresh)
  }

  const negotiation: Negotiation = negotiate({
    peer,
    polite: parts.polite,
    ...(parts.relayedOnly ? { told: withoutOwnAddresses } : {}),
    send: parts.send,
    canSignal: parts.canSignal,
    beforeAnswer: on.beforeAnswer,
    beforeNewWay: async () => {
      if (servers.runOut()) useServers(await parts.freshServers())
    },
    onFailure: on.failed,
    onRefused: on.mismatch,
    onStranger: on.stranger,
  })

  const guard: Guard = guardCertificate({
    peer,
    judged: negotiation.judged,
    onMaySend(value) {
      maySend = value
      on.maySend(value)
      tellConnected()
    },
    onStranger: on.stranger,
  })

  /** Not before this end may say something over the connection. */
  function tellConnected(): void {
    if (maySend && peer.connectionState === 'connected') on.link('connected')
  }

  peer.addEventListener('connectionstatechange', () => {
    if (closed) return
    if (peer.connectionState === 'connected') tellConnected()
    else if (peer.connectionState === 'disconnected') on.link('broken')
    else if (peer.connectionState === 'failed') on.link('failed')
  })

  return {
    peer,
    maySend: () => maySend,
    receive: (payload) => void negotiation.receive(payload),
    signallingIsBack(fresh) {
      useServers(fresh)
      negotiation.signallingIsBack()
    },
    restart: negotiation.restart,
    look: guard.look,
    close() {
      closed = true
      negotiation.close()
      guard.close()
    },
  }
}
