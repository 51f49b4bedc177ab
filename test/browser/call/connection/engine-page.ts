/** What `engine.test.ts` loads into its pages: one end of a call, without page or server. */
import { type Engine, startEngine } from '../../../../src/browser/call/connection/engine.ts'
import type { Grade, Sample } from '../../../../src/browser/call/connection/quality.ts'
import { createLocalMedia } from '../../../../src/browser/call/devices/local-media.ts'
import type { SafetyResult } from '../../../../src/browser/call/safety/safety-code.ts'

/** Given by the test: hands a signal to the other page, or says that it was lost. */
declare function relay(payload: string): void

const seen = {
  links: [] as string[],
  chat: [] as string[],
  shown: undefined as unknown,
  safety: undefined as SafetyResult | undefined,
  samples: [] as Sample[],
  speaking: [] as boolean[],
  grade: undefined as Grade | undefined,
}
let engine: Engine | undefined
let online = true
let remote: MediaStream | undefined

const local = createLocalMedia({
  devices: navigator.mediaDevices,
  chosen: () => ({}),
  onChange: () => engine?.setSent(local.sent()),
})

const end = {
  seen,
  local,
  open: (sending: 'video' | 'audio') => local.open(sending),
  start(polite: boolean) {
    engine = startEngine({
      polite,
      iceServers: [],
      relayedOnly: false,
      freshServers: async () => undefined,
      canSignal: () => true,
      send(payload) {
        if (online) relay(payload)
        return online
      },
      on: {
        link: (told) => seen.links.push(told),
        remote: (stream) => {
          remote = stream
        },
        shown: (shown) => {
          seen.shown = shown
        },
        chat: (text) => seen.chat.push(text),
        channel: () => {},
        files: () => {},
        safety: (result) => {
          seen.safety = result
        },
        speaking: (speaking) => seen.speaking.push(speaking),
        failed: (error) => {
          throw error
        },
        quality: (sample, grade) => {
          seen.samples.push(sample)
          seen.grade = grade
        },
      },
    })
    engine.setSent(local.sent())
    const video = document.createElement('video')
    video.autoplay = true
    video.srcObject = remote ?? null
    document.body.append(video)
  },
  show() {
    const video = document.querySelector('video')
    if (video) video.srcObject = remote ?? null
  },
  /** In place of the microphone; nothing where it is off. */
  async tone(on: boolean) {
    const sent = local.sent()
    if (!on) return engine?.setSent({ ...sent, audio: undefined })
    const context = new AudioContext()
    const source = context.createOscillator()
    const tone = context.createMediaStreamDestination()
    source.connect(tone)
    source.start()
    await context.resume()
    engine?.setSent({ ...sent, audio: tone.stream.getAudioTracks()[0] })
  },
  setReceivers: (count: number) => engine?.setReceivers(count),
  /** Bit rates that sound and picture may take. */
  allowed: () =>
    engine?.peer.getSenders().map((sender) => sender.getParameters().encodings[0]?.maxBitrate),
  receive: (payload: string) => engine?.receive(payload),
  setOnline(value: boolean) {
    online = value
    if (value) engine?.signallingIsBack()
  },
  networkChanged: () => engine?.networkChanged(),
  chat: (text: string) => engine?.sendChat(text),
  hangUp() {
    engine?.sayBye()
    engine?.close()
    local.release()
  },
  close() {
    engine?.close()
    local.release()
  },
  state: () => engine?.peer.connectionState,
  ufrag: () => /a=ice-ufrag:(\S+)/.exec(engine?.peer.currentLocalDescription?.sdp ?? '')?.[1],
  async framesDecoded() {
    let frames = 0
    const report = await engine?.peer.getStats()
    report?.forEach((entry) => {
      if (entry.type === 'inbound-rtp' && entry.kind === 'video') frames += entry.framesDecoded ?? 0
    })
    return frames
  },
  async audioReceived() {
    let bytes = 0
    const report = await engine?.peer.getStats()
    report?.forEach((entry) => {
      if (entry.type === 'inbound-rtp' && entry.kind === 'audio') bytes += entry.bytesReceived ?? 0
    })
    return bytes
  },
  async audioCodec() {
    const report = await engine?.peer.getStats()
    let codec: string | undefined
    report?.forEach((entry) => {
      if (entry.type === 'outbound-rtp' && entry.kind === 'audio') {
        codec = report.get(entry.codecId)?.mimeType
      }
    })
    return codec
  },
}

export type End = typeof end
Object.assign(globalThis, { end })
