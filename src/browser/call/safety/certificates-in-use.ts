import type { StatsEntry } from '../connection/quality.ts'
import { fieldsOf } from '../signalling/signal.ts'
import { fingerprintText, hashName } from './fingerprints.ts'

/** As much of RTCPeerConnection as tells the certificates in use. */
export type WatchedPeer = Pick<RTCPeerConnection, 'sctp' | 'getTransceivers' | 'getStats'>

/** The DTLS transports that carry something of this call; with bundling it is one. */
export function transportsOf(peer: WatchedPeer): RTCDtlsTransport[] {
  const media = peer.getTransceivers().flatMap(({ sender, receiver }) => [sender, receiver])
  const all = [peer.sctp?.transport, ...media.map(({ transport }) => transport)]
  return [...new Set(all)].filter((transport) => transport !== null && transport !== undefined)
}

/**
 * The certificates that the other end has really shown, written as descriptions name them. There
 * are two ways to learn them: Firefox has no certificates in its statistics, and a page without TLS
 * cannot compute hashes. None before there is a connection.
 */
export async function certificatesInUse(
  peer: WatchedPeer,
  subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle,
): Promise<string[]> {
  const transports = subtle ? transportsOf(peer) : []
  const shown = transports
    // The first is the other end's own; the rest would be its signers.
    .flatMap((transport) => transport.getRemoteCertificates?.().slice(0, 1) ?? [])
    .map((certificate) => fingerprintOf(certificate, subtle))
  const inStatistics = await certificatesInStatistics(peer)
  return [...new Set([...(await Promise.all(shown)), ...inStatistics])]
}

async function fingerprintOf(certificate: ArrayBuffer, subtle = crypto.subtle): Promise<string> {
  const digest = new Uint8Array(await subtle.digest(hashName, certificate))
  const bytes = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0'))
  return fingerprintText(bytes.join(':'))
}

async function certificatesInStatistics(peer: WatchedPeer): Promise<string[]> {
  const report = (await peer.getStats()) as unknown as ReadonlyMap<string, StatsEntry>
  const found: string[] = []
  for (const entry of report.values()) {
    if (entry.type !== 'transport' || typeof entry.remoteCertificateId !== 'string') continue
    const { fingerprint, fingerprintAlgorithm } = fieldsOf(report.get(entry.remoteCertificateId))
    // The browser chose another hash, which compares with nothing.
    if (typeof fingerprint !== 'string' || fingerprintAlgorithm !== hashName) continue
    found.push(fingerprintText(fingerprint))
  }
  return found
}
