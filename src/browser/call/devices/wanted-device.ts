import { type MediaProblem, type Opening, stopTracks } from './media.ts'

/** `not-changed`: the one that was chosen did not open, and the one before is in use still. */
export type DeviceProblem = MediaProblem | 'unplugged' | 'not-changed'

/** A microphone, a camera or a screen, for one call. */
export type WantedDevice = {
  track: () => MediaStreamTrack | undefined
  /** What the screen sounds like, where that is shared too. */
  sound: () => MediaStreamTrack | undefined
  /** In use, or about to be: what the next press switches off. */
  isOn: () => boolean
  /** The system gives no sound or picture at the moment. */
  isSilenced: () => boolean
  problem: () => DeviceProblem | undefined
  /** For a moment after the device was unplugged: the name of the one that took its place. */
  replacedBy: () => string | undefined
  want: (on: boolean) => Promise<void>
  /** On, by what is being opened already. */
  adopt: (opening: Promise<Opening>) => Promise<void>
  /** Another one was chosen. */
  change: () => Promise<void>
  /** Devices came or went. */
  lookAgain: () => Promise<void>
  close: () => void
}

/** How long it is shown that another device took over. */
const replacedMs = 10_000

/**
 * Opening takes as long as its person takes to allow it, and the person may think again. So what is
 * wanted is kept apart from what there is, and one opening at a time follows it: the last press
 * wins. After `close` nothing stays open, whatever is granted later.
 */
export function createWantedDevice(parts: {
  open: () => Promise<Opening>
  /** What to do where it ends by itself: take another of its kind, or leave it off. */
  onEnd: 'replace' | 'leave-off'
  onChange: () => void
}): WantedDevice {
  let wanted = false
  let closed = false
  let using: Opening = {}
  let problem: DeviceProblem | undefined
  let silenced = false
  /** It ended by itself, and nobody has switched it off since. */
  let unplugged = false
  let replacedBy: string | undefined
  let replacedTimer: ReturnType<typeof setTimeout> | undefined
  // Which choice of the person is wanted, and which is in use.
  let choice = 0
  let usedChoice = 0
  let following: Promise<void> | undefined

  const stop = ({ track, sound }: Opening) => stopTracks(track, sound)

  function use(next: Opening): void {
    stop(using)
    using = next
    silenced = false
    const { track } = next
    track?.addEventListener('ended', () => onEnded(track))
    for (const event of ['mute', 'unmute'] as const) {
      track?.addEventListener(event, () => {
        if (using.track !== track) return
        silenced = event === 'mute'
        parts.onChange()
      })
    }
  }

  // Unplugged, no longer allowed, or stopped by a button of the browser. What this page stops itself
  // does not come here.
  function onEnded(track: MediaStreamTrack): void {
    if (closed || using.track !== track) return
    use({})
    if (parts.onEnd === 'replace') {
      unplugged = true
      problem = 'unplugged'
      void follow()
    } else {
      wanted = false
    }
    parts.onChange()
  }

  function follow(opening?: Promise<Opening>): Promise<void> {
    following ??= reachWanted(opening).finally(() => {
      following = undefined
      parts.onChange()
    })
    return following
  }

  async function reachWanted(opening?: Promise<Opening>): Promise<void> {
    let next = opening
    while (!closed && wanted && (!using.track || usedChoice !== choice)) {
      const asked = choice
      const opened = await (next ?? parts.open())
      next = undefined
      if (closed || !wanted || asked !== choice) stop(opened)
      else if (!take(opened, asked)) return
    }
  }

  /** Says whether there is something in use now. */
  function take(opened: Opening, asked: number): boolean {
    usedChoice = asked
    // It may have been unplugged while the answer was on its way.
    if (opened.track && opened.track.readyState !== 'ended') {
      if (unplugged) showReplaced(opened.track.label)
      unplugged = false
      problem = undefined
      use(opened)
      return true
    }
    if (using.track) {
      problem = 'not-changed'
      return true
    }
    const gone = (unplugged || opened.track !== undefined) && opened.problem !== 'denied'
    problem = gone ? 'unplugged' : opened.problem
    // What was unplugged may be plugged in again; what was refused is not asked for again.
    wanted = gone
    unplugged = gone
    return false
  }

  function showReplaced(label: string): void {
    replacedBy = label
    clearTimeout(replacedTimer)
    replacedTimer = setTimeout(() => {
      replacedBy = undefined
      parts.onChange()
    }, replacedMs)
  }

  const isOn = () => using.track !== undefined || (wanted && following !== undefined)

  function want(on: boolean): Promise<void> {
    if (closed) return Promise.resolve()
    wanted = on
    unplugged = false
    problem = undefined
    replacedBy = undefined
    if (!on) use({})
    const done = on ? follow() : Promise.resolve()
    parts.onChange()
    return done
  }

  return {
    track: () => using.track,
    sound: () => using.sound,
    isOn,
    isSilenced: () => silenced,
    // What is about to be tried again is no problem yet.
    problem: () => (following ? undefined : problem),
    replacedBy: () => replacedBy,
    want,
    adopt(opening) {
      wanted = true
      return follow(opening)
    },
    async change() {
      choice += 1
      if (isOn()) await follow()
    },
    async lookAgain() {
      if (unplugged) await follow()
    },
    close() {
      closed = true
      wanted = false
      clearTimeout(replacedTimer)
      use({})
    },
  }
}
