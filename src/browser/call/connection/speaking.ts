/** Whether somebody speaks, and when they were last heard, in milliseconds of any origin. */
export type Voice = { speaks: boolean; heardAt: number | undefined }

export const silentVoice: Voice = { speaks: false, heardAt: undefined }

/** Of full scale. A quiet room is near 0.005, a voice between 0.05 and 0.3. */
const beginsAt = 0.03
const lastsAt = 0.015

/** Between two words nobody has stopped speaking. */
const holdMs = 600

/** The voice after one look at its level: it begins with a loud moment, and lasts over short pauses. */
export function voiceAfter(voice: Voice, level: number, now: number): Voice {
  const isHeard = level >= (voice.speaks ? lastsAt : beginsAt)
  if (isHeard) return { speaks: true, heardAt: now }
  const lasts = voice.heardAt !== undefined && now - voice.heardAt < holdMs
  return lasts ? voice : silentVoice
}

/** What is looked at: the levels that came with the packets, without analysing any sound. */
type HeardReceiver = Pick<RTCRtpReceiver, 'getSynchronizationSources'>

const lookMs = 200

/** Tells whether the other end speaks, at every change. */
export function watchSpeaking(
  receiver: HeardReceiver,
  onSpeaking: (speaking: boolean) => void,
): { close: () => void } {
  let seenAt: number | undefined

  /** A browser goes on giving the last level for ten seconds after the last packet. */
  function freshLevel(): number {
    const [source] = receiver.getSynchronizationSources()
    const isFresh = source !== undefined && source.timestamp !== seenAt
    seenAt = source?.timestamp
    return isFresh ? (source.audioLevel ?? 0) : 0
  }

  return watchVoice(freshLevel, onSpeaking)
}

/** Tells at every change whether that is the level of somebody who speaks. */
export function watchVoice(
  level: () => number,
  onSpeaking: (speaking: boolean) => void,
): { close: () => void } {
  let voice = silentVoice
  const timer = setInterval(() => {
    const before = voice
    voice = voiceAfter(voice, level(), performance.now())
    if (voice.speaks !== before.speaks) onSpeaking(voice.speaks)
  }, lookMs)

  return {
    close() {
      clearInterval(timer)
      if (voice.speaks) onSpeaking(false)
    },
  }
}
