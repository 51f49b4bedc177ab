type Kind = 'audio' | 'video'

/** A track that remembers whether it was stopped, and can be unplugged. */
export class FakeTrack extends EventTarget {
  enabled = true
  readyState = 'live'
  constructor(
    readonly kind: Kind,
    readonly label: string,
  ) {
    super()
  }
  stop(): void {
    this.readyState = 'ended'
  }
  /** Which side of a phone this camera looks to. */
  facingMode: string | undefined
  getSettings = () => ({ facingMode: this.facingMode })
  /** As the browser does: nothing is fired for a track that the page has stopped. */
  unplug(): void {
    if (this.readyState === 'ended') return
    this.readyState = 'ended'
    this.dispatchEvent(new Event('ended'))
  }
}

/** One question to the person, or to the hardware, that waits for its answer. */
export type Opening = {
  what: 'devices' | 'screen'
  kinds: Kind[]
  wishes: MediaStreamConstraints
  grant: () => void
  refuse: (name: string) => void
}

/** Devices that open when the test says so. */
export class FakeDevices extends EventTarget {
  readonly tracks: FakeTrack[] = []
  readonly openings: Opening[] = []
  /** Whether a screen comes with its sound. */
  withSound = false

  getUserMedia = (wishes: MediaStreamConstraints = {}) =>
    this.#ask(
      'devices',
      (['audio', 'video'] as const).filter((kind) => wishes[kind]),
      wishes,
    )

  getDisplayMedia = () => this.#ask('screen', this.withSound ? ['video', 'audio'] : ['video'])

  live = (): string[] =>
    this.tracks.filter(({ readyState }) => readyState === 'live').map(({ label }) => label)

  #ask(
    what: Opening['what'],
    kinds: Kind[],
    wishes: MediaStreamConstraints = {},
  ): Promise<MediaStream> {
    const { promise, resolve, reject } = Promise.withResolvers<MediaStream>()
    this.openings.push({
      what,
      kinds,
      wishes,
      grant: () => resolve(this.#streamOf(what, kinds)),
      refuse: (name) => reject(Object.assign(new Error(name), { name })),
    })
    return promise
  }

  #streamOf(what: Opening['what'], kinds: Kind[]): MediaStream {
    const made = kinds.map(
      (kind) => new FakeTrack(kind, what === 'screen' ? `screen ${kind}` : kind),
    )
    this.tracks.push(...made)
    return {
      getAudioTracks: () => made.filter(({ kind }) => kind === 'audio'),
      getVideoTracks: () => made.filter(({ kind }) => kind === 'video'),
    } as unknown as MediaStream
  }
}
