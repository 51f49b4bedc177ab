import { describe, expect, test } from 'bun:test'
import { createLocalMedia } from '../../../../src/browser/call/devices/local-media.ts'
import { openDevice, openMedia } from '../../../../src/browser/call/devices/media.ts'

type Kind = 'audio' | 'video'

/** A track that remembers whether it was stopped. */
class FakeTrack extends EventTarget {
  enabled = true
  readyState = 'live'
  constructor(readonly kind: Kind) {
    super()
  }
  stop(): void {
    this.readyState = 'ended'
  }
}

const named = (name: string) => Object.assign(new Error(name), { name })

/** Devices that give what there is, and fail for what `failing` names. */
function fakeDevices(failing: Partial<Record<Kind, string>> = {}) {
  const asked: MediaStreamConstraints[] = []
  const tracks: FakeTrack[] = []
  const streamOf = (kinds: Kind[]) => {
    const made = kinds.map((kind) => new FakeTrack(kind))
    tracks.push(...made)
    return {
      getAudioTracks: () => made.filter(({ kind }) => kind === 'audio'),
      getVideoTracks: () => made.filter(({ kind }) => kind === 'video'),
    } as unknown as MediaStream
  }
  return {
    asked,
    tracks,
    devices: {
      async getUserMedia(wishes: MediaStreamConstraints = {}) {
        asked.push(wishes)
        const kinds = (['audio', 'video'] as const).filter((kind) => wishes[kind])
        const bad = kinds.map((kind) => failing[kind]).find((name) => name !== undefined)
        if (bad) throw named(bad)
        return streamOf(kinds)
      },
      getDisplayMedia: async () => streamOf(['video']),
    },
  }
}

describe('opening', () => {
  test('asks once for both, and for the devices chosen last', async () => {
    const { devices, asked } = fakeDevices()
    const { audio, video } = await openMedia(devices, 'video', { audio: 'mic-2' })
    expect(audio.track?.kind).toBe('audio')
    expect(video.track?.kind).toBe('video')
    expect(asked).toHaveLength(1)
    expect(asked[0]?.audio).toMatchObject({ deviceId: { ideal: 'mic-2' } })
    expect(asked[0]?.video).not.toHaveProperty('deviceId')
  })

  test('with audio only does not touch the camera', async () => {
    const { devices, asked } = fakeDevices()
    const opened = await openMedia(devices, 'audio')
    expect(opened.video).toEqual({})
    expect(asked[0]).not.toHaveProperty('video')
  })

  test.each([
    ['NotFoundError', 'none'],
    ['OverconstrainedError', 'none'],
    ['NotReadableError', 'in-use'],
    ['NotAllowedError', 'denied'],
    ['TypeError', 'unknown'],
  ] as const)('goes on without a camera that fails with %s', async (name, problem) => {
    const opened = await openMedia(fakeDevices({ video: name }).devices, 'video')
    expect(opened.audio.track).toBeDefined()
    expect(opened.video).toEqual({ problem })
  })

  test('goes on without a microphone', async () => {
    const opened = await openMedia(fakeDevices({ audio: 'NotFoundError' }).devices, 'video')
    expect(opened.video.track).toBeDefined()
    expect(opened.audio).toEqual({ problem: 'none' })
  })

  test('only receives where everything is refused, and does not ask on and on', async () => {
    const { devices, asked } = fakeDevices({ audio: 'NotAllowedError', video: 'NotAllowedError' })
    const opened = await openMedia(devices, 'video')
    expect(opened).toEqual({ audio: { problem: 'denied' }, video: { problem: 'denied' } })
    expect(asked.length).toBeLessThanOrEqual(2)
  })

  test('says that the page is not secure where there are no devices at all', async () => {
    const insecure = { problem: 'insecure-page' as const }
    expect(await openMedia(undefined, 'video')).toEqual({ audio: insecure, video: insecure })
    expect(await openMedia(undefined, 'audio')).toEqual({ audio: insecure, video: {} })
    expect(await openDevice(undefined, 'video')).toEqual(insecure)
  })
})

describe('what this end sends', () => {
  function openLocal(failing: Partial<Record<Kind, string>> = {}) {
    const fake = fakeDevices(failing)
    const { devices } = fake
    const local = createLocalMedia({
      devices: devices as unknown as MediaDevices,
      chosen: () => ({}),
      onChange: () => {},
    })
    const live = () => fake.tracks.filter(({ readyState }) => readyState === 'live').length
    return { local, live, tracks: fake.tracks }
  }

  test('mutes without letting go of the microphone, and lets go of the camera', async () => {
    const { local, live } = openLocal()
    await local.open('video')
    await local.toggleMicrophone()
    expect(local.sent()).toMatchObject({
      audio: { enabled: false },
      shown: { microphone: false, camera: true },
    })
    expect(live()).toBe(2)
    await local.toggleCamera()
    expect(local.sent()).toMatchObject({ video: undefined, shown: { camera: false } })
    expect(live()).toBe(1)
    await local.toggleCamera()
    expect(local.sent().shown.camera).toBe(true)
  })

  test('a new microphone is as muted as the old one', async () => {
    const { local } = openLocal()
    await local.open('audio')
    await local.toggleMicrophone()
    await local.changeDevice('audio')
    expect(local.sent().audio?.enabled).toBe(false)
  })

  test('the screen goes out instead of the camera until the browser stops it', async () => {
    const { local, tracks } = openLocal()
    await local.open('video')
    await local.toggleSharing()
    const screen = tracks[2]
    expect(local.sent().video).toBe(screen as unknown as MediaStreamTrack)
    expect(local.sent().shown).toMatchObject({ sharing: true, camera: true })
    screen?.dispatchEvent(new Event('ended'))
    expect(local.sent().shown.sharing).toBe(false)
    expect(local.sent().video).toBe(tracks[1] as unknown as MediaStreamTrack)
  })

  test('everything is let go of at the end, also what is granted later', async () => {
    const { local, live } = openLocal()
    await local.open('video')
    await local.toggleSharing()
    local.release()
    expect(live()).toBe(0)
    const opening = local.open('video')
    local.release()
    await opening
    expect(live()).toBe(0)
    expect(local.sent()).toMatchObject({ audio: undefined, video: undefined })
  })
})
