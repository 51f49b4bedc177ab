import { type MediaProblem, type Opening, stopTracks } from './media.ts'

/** `not-changed`: the one that was chosen did not open, and the one before is in use still. */
export type DeviceProblem = MediaProblem | 'unplugged' | 'not-changed'

/** How long it is shown that another device took over. */
const replacedMs = 10_000

type WantedDeviceParts = {
  open: () => Promise<Opening>
  /** What to do where it ends by itself: take another of its kind, or leave it off. */
  onEnd: 'replace' | 'leave-off'
  onChange: () => void
}

/**
 * A microphone, a camera or a screen, for one call. Opening takes as long as its person takes to allow
 * it, and the person may think again. So what is wanted is kept apart from what there is, and one opening
 * at a time follows it: the last press wins. After `close` nothing stays open, whatever is granted later.
 */
export class WantedDevice {
  readonly #parts: WantedDeviceParts
  #wanted = false
  #closed = false
  #using: Opening = {}
  #problem: DeviceProblem | undefined
  #silenced = false
  /** It ended by itself, and nobody has switched it off since. */
  #unplugged = false
  #replacedBy: string | undefined
  #replacedTimer: ReturnType<typeof setTimeout> | undefined
  // Which choice of the person is wanted, and which is in use.
  #choice = 0
  #usedChoice = 0
  #following: Promise<void> | undefined

  constructor(parts: WantedDeviceParts) {
    this.#parts = parts
  }

  get track(): MediaStreamTrack | undefined {
    return this.#using.track
  }

  /** What the screen sounds like, where that is shared too. */
  get sound(): MediaStreamTrack | undefined {
    return this.#using.sound
  }

  /** In use, or about to be: what the next press switches off. */
  get isOn(): boolean {
    return this.#using.track !== undefined || (this.#wanted && this.#following !== undefined)
  }

  /** The system gives no sound or picture at the moment. */
  get isSilenced(): boolean {
    return this.#silenced
  }

  get problem(): DeviceProblem | undefined {
    // What is about to be tried again is no problem yet.
    return this.#following ? undefined : this.#problem
  }

  /** For a moment after the device was unplugged: the name of the one that took its place. */
  get replacedBy(): string | undefined {
    return this.#replacedBy
  }

  want(on: boolean): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#wanted = on
    this.#unplugged = false
    this.#problem = undefined
    this.#replacedBy = undefined
    if (!on) this.#use({})
    const done = on ? this.#follow() : Promise.resolve()
    this.#parts.onChange()
    return done
  }

  /** On, by what is being opened already. */
  adopt(opening: Promise<Opening>): Promise<void> {
    this.#wanted = true
    return this.#follow(opening)
  }

  /** Another one was chosen. */
  async change(): Promise<void> {
    this.#choice += 1
    if (this.isOn) await this.#follow()
  }

  /**
   * Another one was chosen that may not open beside the one in use: a phone opens one camera at a time.
   * `back` takes the choice back where it does not open.
   */
  async turn(back: () => void): Promise<void> {
    if (!this.isOn || this.#following) return
    this.#use({})
    this.#choice += 1
    await this.#follow()
    if (this.#closed || this.#using.track || !this.#problem) return
    back()
    await this.want(true)
    if (!this.#using.track) return
    this.#problem = 'not-changed'
    this.#parts.onChange()
  }

  /** Devices came or went. */
  async lookAgain(): Promise<void> {
    if (this.#unplugged) await this.#follow()
  }

  close(): void {
    this.#closed = true
    this.#wanted = false
    clearTimeout(this.#replacedTimer)
    this.#use({})
  }

  #use(next: Opening): void {
    stop(this.#using)
    this.#using = next
    this.#silenced = false
    const { track } = next
    track?.addEventListener('ended', () => this.#ended(track))
    for (const event of ['mute', 'unmute'] as const) {
      track?.addEventListener(event, () => {
        if (this.#using.track !== track) return
        this.#silenced = event === 'mute'
        this.#parts.onChange()
      })
    }
  }

  // Unplugged, no longer allowed, or stopped by a button of the browser. What this page stops itself
  // does not come here.
  #ended(track: MediaStreamTrack): void {
    if (this.#closed || this.#using.track !== track) return
    this.#use({})
    if (this.#parts.onEnd === 'replace') {
      this.#unplugged = true
      this.#problem = 'unplugged'
      void this.#follow()
    } else {
      this.#wanted = false
    }
    this.#parts.onChange()
  }

  #follow(opening?: Promise<Opening>): Promise<void> {
    this.#following ??= this.#reachWanted(opening).finally(() => {
      this.#following = undefined
      this.#parts.onChange()
    })
    return this.#following
  }

  async #reachWanted(opening?: Promise<Opening>): Promise<void> {
    let next = opening
    while (
      !this.#closed &&
      this.#wanted &&
      (!this.#using.track || this.#usedChoice !== this.#choice)
    ) {
      const asked = this.#choice
      const opened = await (next ?? this.#parts.open())
      next = undefined
      if (this.#closed || !this.#wanted || asked !== this.#choice) stop(opened)
      else if (!this.#take(opened, asked)) return
    }
  }

  /** Says whether there is something in use now. */
  #take(opened: Opening, asked: number): boolean {
    this.#usedChoice = asked
    // It may have been unplugged while the answer was on its way.
    if (opened.track && opened.track.readyState !== 'ended') {
      if (this.#unplugged) this.#showReplaced(opened.track.label)
      this.#unplugged = false
      this.#problem = undefined
      this.#use(opened)
      return true
    }
    if (this.#using.track) {
      this.#problem = 'not-changed'
      return true
    }
    const gone = (this.#unplugged || opened.track !== undefined) && opened.problem !== 'denied'
    this.#problem = gone ? 'unplugged' : opened.problem
    // What was unplugged may be plugged in again; what was refused is not asked for again.
    this.#wanted = gone
    this.#unplugged = gone
    return false
  }

  #showReplaced(label: string): void {
    this.#replacedBy = label
    clearTimeout(this.#replacedTimer)
    this.#replacedTimer = setTimeout(() => {
      this.#replacedBy = undefined
      this.#parts.onChange()
    }, replacedMs)
  }
}

const stop = ({ track, sound }: Opening) => stopTracks(track, sound)
