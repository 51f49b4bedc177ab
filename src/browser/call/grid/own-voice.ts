import { watchVoice } from '../connection/speaking.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import { soundLevelOf } from '../devices/sound-level.ts'

export type OwnVoice = {
  /** Whether it is looked for. What is muted says nothing. */
  look: (on: boolean) => void
}

/** Whether this person's own microphone hears somebody speak. */
export function createOwnVoice(local: LocalMedia, onSpeaking: (on: boolean) => void): OwnVoice {
  let heard: MediaStreamTrack | undefined
  let stop: (() => void) | undefined

  function hear(track: MediaStreamTrack): () => void {
    const level = soundLevelOf(track)
    const watch = watchVoice(level.now, onSpeaking)
    return () => {
      watch.close()
      level.close()
    }
  }

  return {
    look(on) {
      const track = on && local.sent().shown.microphone ? local.microphone() : undefined
      if (track === heard) return
      stop?.()
      heard = track
      stop = track && hear(track)
    },
  }
}
