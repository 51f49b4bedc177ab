import type { Grade, Sample, StatsEntry } from './quality.ts'
import { QualityWatch } from './quality-watch.ts'
import { SilenceWatch } from './silence-watch.ts'
import { watchSpeaking } from './speaking.ts'

export type CallWatchParts = {
  peer: Pick<RTCPeerConnection, 'connectionState' | 'getStats'>
  /** Whether the other end says that it sends sound or picture. */
  isSent: () => boolean
  /** Awaited before each look at a connection that is up. */
  beforeLook: () => Promise<void>
  /** Nothing comes of what the other end sends. */
  onSilence: () => void
  /** How much of the way video may take from now on. */
  onLevel: (level: number, receivers: number) => void
  onQuality: (sample: Sample, grade: Grade) => void
  onSpeaking: (speaking: boolean) => void
}

export type CallWatch = {
  /** To how many in all this page sends. */
  setReceivers: (count: number) => void
  /** Looks from now on whether the other end speaks. */
  hear: (receiver: RTCRtpReceiver) => void
  close: () => void
}

const lookMs = 1_000

/** Looks at the statistics of a call once a second, and at its sound more often, until it is closed. */
export function watchCall(parts: CallWatchParts): CallWatch {
  const { peer } = parts
  const quality = new QualityWatch()
  const silence = new SilenceWatch(parts.onSilence)
  let closed = false
  let speaking: { close: () => void } | undefined

  async function look(): Promise<void> {
    const isUp = peer.connectionState === 'connected'
    if (isUp) await parts.beforeLook()
    // Down after it was up: there is something to say.
    else if (!quality.begun) return
    const report = (await peer.getStats()) as unknown as ReadonlyMap<string, StatsEntry>
    if (closed) return
    const isSent = parts.isSent()
    const seen = quality.look(report.values(), isUp, isSent)
    if (!seen) return
    silence.look(isUp && isSent && seen.sample.arrived === 0)
    parts.onLevel(seen.level, quality.receivers)
    parts.onQuality(seen.sample, seen.grade)
  }

  const timer = setInterval(() => look().catch(() => {}), lookMs)
  return {
    setReceivers(count) {
      quality.setReceivers(count)
      if (!closed) parts.onLevel(quality.level, quality.receivers)
    },
    hear(receiver) {
      if (!closed) speaking ??= watchSpeaking(receiver, parts.onSpeaking)
    },
    close() {
      closed = true
      speaking?.close()
      clearInterval(timer)
    },
  }
}
