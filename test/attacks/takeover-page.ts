/**
 * What `takeover.test.ts` loads into its pages: two ends of a call, and between them a server that
 * has a peer connection of its own for each.
 */
import { type Engine, startEngine } from '../../src/browser/call/connection/engine.ts'
import type { SafetyResult } from '../../src/browser/call/safety/safety-code.ts'
import {
  decodeSignal,
  encodeSignal,
  type Signal,
} from '../../src/browser/call/signalling/signal.ts'

type Name = 'A' | 'B'
const other = (name: Name): Name => (name === 'A' ? 'B' : 'A')

/** How two certificates are written into one description; browsers obey `obeyed`, or are to. */
const disguises = {
  'in two lines': (obeyed: string, shown: string) =>
    `a=fingerprint:${shown}\r\na=fingerprint:${obeyed}`,
  'behind a lone CR': (obeyed: string, shown: string) =>
    `a=fingerprint:${obeyed}\r\na=x:1\ra=fingerprint:${shown}`,
  'behind U+2028': (obeyed: string, shown: string) =>
    `a=fingerprint:${obeyed}\r\na=x:\u2028a=fingerprint:${shown}`,
  'in capitals': (obeyed: string, shown: string) =>
    `a=fingerprint:${shown}\r\na=FINGERPRINT:${obeyed}`,
  'after a space': (obeyed: string, shown: string) =>
    `a=fingerprint:${shown}\r\na= fingerprint:${obeyed}`,
}
export type Disguise = keyof typeof disguises

const line = /a=fingerprint:([^\r\n]*)/g
const certificateIn = (sdp = '') => /a=fingerprint:([^\r\n]*)/.exec(sdp)?.[1] ?? ''

const nobodys = `sha-256 ${Array(32).fill('66').join(':')}`

let media: MediaStream

async function openMiddle() {
  const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
  peer.createDataChannel('call', { negotiated: true, id: 0, ordered: true })
  for (const track of media.getTracks()) peer.addTransceiver(track, { direction: 'sendrecv' })
  return { peer, certificate: certificateIn((await peer.createOffer()).sdp) }
}

async function framesDecoded(peer: RTCPeerConnection): Promise<number> {
  let frames = 0
  for (const entry of ((await peer.getStats()) as unknown as Map<string, RTCStats>).values()) {
    if (entry.type !== 'inbound-rtp') continue
    frames += (entry as RTCInboundRtpStreamStats).framesDecoded ?? 0
  }
  return frames
}

type Tamper = (description: { type: string; sdp: string }, from: Name) => void

async function openAttack() {
  media ??= await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  const middle = { A: await openMiddle(), B: await openMiddle() }
  const told: Record<Name, SafetyResult[]> = { A: [], B: [] }
  const real: Record<Name, string> = { A: '', B: '' }
  /** What each end has last said of itself. */
  const last: Partial<Record<Name, Signal>> = {}
  const ends = {} as Record<Name, Engine>
  /** What the server does with what an end says; at first it hands everything on. */
  let tamper: Tamper = () => {}
  const taken = new Set<Name>()
  /** Nothing is handed on before the test has said how. */
  const start = Promise.withResolvers<void>()

  const handOn = (from: Name, payload: string) => {
    const signal = decodeSignal(payload)
    if (!signal) return
    if (taken.has(from)) return void hear(from, signal).catch(() => {})
    if ('description' in signal) {
      last[from] = { description: { ...signal.description } }
      real[from] = certificateIn(signal.description.sdp)
      tamper(signal.description, from)
    }
    ends[other(from)].receive(encodeSignal(signal))
  }

  /** The end speaks with the server itself from now on. */
  async function hear(from: Name, signal: Signal): Promise<void> {
    const { peer } = middle[from]
    if ('candidate' in signal) return peer.addIceCandidate(signal.candidate)
    await peer.setRemoteDescription(signal.description)
    if (signal.description.type === 'answer') return
    await peer.setLocalDescription()
    say(from, { description: descriptionOf(peer) })
  }

  const say = (to: Name, signal: Signal) => ends[to].receive(encodeSignal(signal))

  for (const name of ['B', 'A'] as const) {
    ends[name] = startEngine({
      polite: name === 'B',
      iceServers: [],
      relayedOnly: false,
      freshServers: async () => undefined,
      canSignal: () => true,
      send(payload) {
        start.promise.then(() => handOn(name, payload))
        return true
      },
      on: {
        link: () => {},
        remote: (stream) => {
          const video = document.createElement('video')
          video.muted = true
          video.srcObject = stream
          document.body.append(video)
          video.play().catch(() => {})
        },
        shown: () => {},
        chat: () => {},
        channel: () => {},
        files: () => {},
        safety: (result) => told[name].push(result),
        quality: () => {},
        speaking: () => {},
        failed: () => {},
      },
    })
  }
  const [audio] = media.getAudioTracks()
  const [video] = media.getVideoTracks()
  const shown = { microphone: true, camera: true, sharing: false }

  return {
    /** From now on each description names the server's certificate, too. */
    disguise(how: Disguise) {
      tamper = (description, from) => {
        const certificate = middle[other(from)].certificate
        description.sdp = description.sdp.replace(line, () =>
          disguises[how](real[from], certificate),
        )
      }
    },
    /** From the first word on each end speaks with the server. */
    sitBetween() {
      for (const name of ['A', 'B'] as const) take(name)
    },
    call() {
      for (const name of ['B', 'A'] as const) ends[name].setSent({ audio, video, shown })
      start.resolve()
    },
    restart: () => ends.A.networkChanged(),
    /** The server speaks for the other end: it answers an offer that waits, or makes one. */
    async takeOver(name: Name, how?: Disguise) {
      take(name)
      const { peer, certificate } = middle[name]
      const waiting = ends[name].peer.signalingState === 'have-local-offer' && last[name]
      if (waiting && 'description' in waiting) await peer.setRemoteDescription(waiting.description)
      await peer.setLocalDescription()
      const { type, sdp } = descriptionOf(peer)
      const written = how
        ? sdp.replace(line, () => disguises[how](certificate, real[other(name)] || nobodys))
        : sdp
      say(name, { description: { type, sdp: written } })
    },
    /** As a browser that reads the server's offer where `negotiation.ts` reads the other end's. */
    async takeOverMisread(name: Name, { admits }: { admits: boolean }) {
      take(name)
      const { peer, certificate } = middle[name]
      await peer.setLocalDescription()
      const { type, sdp } = descriptionOf(peer)
      const judged = sdp.replace(line, () => `a=fingerprint:${real[other(name)]}`)
      const victim = ends[name].peer
      const set = victim.setRemoteDescription.bind(victim)
      victim.setRemoteDescription = (description) =>
        set({
          ...description,
          sdp: description.sdp?.replace(line, () => `a=fingerprint:${certificate}`) ?? '',
        })
      if (!admits) {
        Object.defineProperty(victim, 'remoteDescription', { get: () => ({ type, sdp: judged }) })
      }
      say(name, { description: { type, sdp: judged } })
    },
    told: (name: Name) => told[name],
    middleState: (name: Name) => middle[name].peer.connectionState,
    endState: (name: Name) => ends[name].peer.connectionState,
    /** Changes with each new attempt to find a way. */
    attempt: () => /ice-ufrag:\S+/.exec(ends.A.peer.currentLocalDescription?.sdp ?? '')?.[0],
    /** Of A's picture, decoded at B. */
    endFrames: () => framesDecoded(ends.B.peer),
    middleFrames: async () =>
      (await framesDecoded(middle.A.peer)) + (await framesDecoded(middle.B.peer)),
    close() {
      for (const name of ['A', 'B'] as const) {
        ends[name].close()
        middle[name].peer.close()
      }
    },
  }

  function take(name: Name): void {
    taken.add(name)
    middle[name].peer.onicecandidate = ({ candidate }) => {
      if (candidate) say(name, { candidate: candidate.toJSON() })
    }
  }
}

function descriptionOf({ localDescription }: RTCPeerConnection) {
  const { type, sdp } = localDescription ?? {}
  if ((type !== 'offer' && type !== 'answer') || sdp === undefined)
    throw new Error('no description')
  return { type, sdp }
}

export type Attack = Awaited<ReturnType<typeof openAttack>>
Object.assign(globalThis, {
  async begin() {
    Object.assign(globalThis, { attack: await openAttack() })
  },
})
