import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { createLocalMedia } from '../../../../src/browser/call/devices/local-media.ts'
import { FakeDevices, FakeTrack } from '../../../support/fake-devices.ts'

function openLocal(inHand?: FakeTrack) {
  const fake = new FakeDevices()
  const local = createLocalMedia({
    devices: fake as unknown as MediaDevices,
    chosen: () => ({}),
    cameraInHand: () => inHand as unknown as MediaStreamTrack | undefined,
    onChange: () => {},
  })
  return { fake, local }
}

/** For everything that follows from what has been answered. */
const settled = () => new Promise<void>((done) => setImmediate(done))

/** In a call, with microphone and camera. */
async function inCall() {
  const { fake, local } = openLocal()
  void local.open('video')
  fake.openings.shift()?.grant()
  await settled()
  return { fake, local }
}

const trackOf = ({ tracks }: FakeDevices, label: string) =>
  tracks.filter((track) => track.label === label).at(-1) as FakeTrack

describe('a camera that is open already', () => {
  test('is sent at once, and the microphone alone is opened', async () => {
    const picture = new FakeTrack('video', 'preview')
    const { fake, local } = openLocal(picture)
    void local.open('video')
    await settled()
    expect(local.camera()).toBe(picture as unknown as MediaStreamTrack)
    expect(local.sent().shown).toMatchObject({ camera: true, microphone: false })
    expect(fake.openings.map(({ kinds }) => kinds)).toEqual([['audio']])
    fake.openings.shift()?.grant()
    await settled()
    expect(local.sent().shown).toMatchObject({ camera: true, microphone: true })
    local.release()
    expect([picture.readyState, fake.live()]).toEqual(['ended', []])
  })

  test('is not used by who answers with sound alone', async () => {
    const picture = new FakeTrack('video', 'preview')
    const { fake, local } = openLocal(picture)
    void local.open('audio')
    fake.openings.shift()?.grant()
    await settled()
    expect(local.sent().shown).toMatchObject({ camera: false, microphone: true })
  })
})

describe('the last press wins', () => {
  test('over a camera that is still opening', async () => {
    const { fake, local } = await inCall()
    void local.toggleCamera()
    void local.toggleCamera()
    expect(local.state().camera.on).toBe(true)
    void local.toggleCamera()
    expect(local.state().camera.on).toBe(false)
    fake.openings.shift()?.grant()
    await settled()
    expect(fake.live()).toEqual(['audio'])
    expect(local.sent().shown.camera).toBe(false)
  })

  test('over the question that the browser asks when a call begins', async () => {
    const { fake, local } = openLocal()
    void local.open('video')
    void local.toggleCamera()
    void local.toggleMicrophone()
    fake.openings.shift()?.grant()
    await settled()
    expect(fake.live()).toEqual(['audio'])
    expect(local.sent()).toMatchObject({
      audio: { enabled: false },
      shown: { microphone: false, camera: false },
    })
  })

  test('and no second picker is opened while one is', async () => {
    const { fake, local } = await inCall()
    void local.toggleSharing()
    void local.toggleSharing()
    void local.toggleSharing()
    expect(fake.openings).toHaveLength(1)
    fake.openings.shift()?.grant()
    await settled()
    expect(local.sent().shown.sharing).toBe(true)
    expect(fake.live()).toEqual(['audio', 'video', 'screen video'])
  })

  test('also of two choices of a device', async () => {
    const { fake, local } = await inCall()
    void local.changeDevice('audio')
    void local.changeDevice('audio')
    fake.openings.shift()?.grant()
    await settled()
    // The first choice is let go of; the second is asked for.
    expect(fake.openings).toHaveLength(1)
    fake.openings.shift()?.grant()
    await settled()
    expect(fake.live().sort()).toEqual(['audio', 'video'])
  })

  const acts = ['toggleMicrophone', 'toggleCamera', 'toggleSharing'] as const
  const press = fc.oneof(
    fc.constantFrom(...acts),
    fc.constantFrom('changeAudio', 'changeVideo', 'plug', 'nextCall', 'release'),
    fc.record({ answer: fc.nat(3), how: fc.constantFrom('grant', 'NotAllowedError') }),
    fc.record({ unplug: fc.constantFrom('audio', 'video', 'screen video') }),
  )

  test('whatever is pressed, granted, refused and unplugged in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(press, { maxLength: 25 }), fc.boolean(), async (events, inTime) => {
        const { fake, local } = openLocal()
        void local.open('video')
        let released = false
        for (const event of events) {
          if (typeof event === 'string') {
            if (event === 'changeAudio') void local.changeDevice('audio')
            else if (event === 'changeVideo') void local.changeDevice('video')
            else if (event === 'plug') fake.dispatchEvent(new Event('devicechange'))
            else if (event === 'nextCall') void local.open('video')
            else if (event === 'release') local.release()
            else {
              const device = { toggleMicrophone: 'microphone', toggleCamera: 'camera' } as const
              const key = event === 'toggleSharing' ? 'screen' : device[event]
              const before = local.state()[key].on
              if (!released) {
                void local[event]()
                expect(local.state()[key].on).toBe(!before)
              }
            }
            released = event === 'release' || (released && event !== 'nextCall')
          } else if ('unplug' in event) {
            if (fake.tracks.length > 0) trackOf(fake, event.unplug)?.unplug()
          } else {
            const [opening] = fake.openings.splice(event.answer % (fake.openings.length || 1), 1)
            if (event.how === 'grant') opening?.grant()
            else opening?.refuse(event.how)
          }
          if (inTime) await settled()
        }
        // Everything that was asked for is granted in the end.
        await settled()
        const last = local.state()
        // Or unplugged before it was there, which is as much as no.
        const refused = events.some(
          (event) =>
            typeof event === 'object' && ('how' in event ? event.how !== 'grant' : !inTime),
        )
        while (fake.openings.length > 0) {
          fake.openings.shift()?.grant()
          await settled()
        }
        const { shown } = local.sent()
        const now = local.state()
        const seen = [now.microphone.on, now.camera.on, now.screen.on]
        expect([shown.microphone, shown.camera, shown.sharing]).toEqual(seen)
        // Only a refusal stands above the last press.
        if (!refused) expect(seen).toEqual([last.microphone.on, last.camera.on, last.screen.on])
        expect(new Set(fake.live()).size).toBe(fake.live().length)
        expect(fake.live().includes('video')).toBe(shown.camera)
        expect(fake.live().includes('screen video')).toBe(shown.sharing)
        if (shown.microphone) expect(fake.live()).toContain('audio')
        local.release()
        await settled()
        expect(fake.live()).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})

describe('a device that goes', () => {
  test('is replaced by another of its kind, as muted as it was, and the person is told', async () => {
    const { fake, local } = await inCall()
    void local.toggleMicrophone()
    trackOf(fake, 'audio').unplug()
    expect(local.sent().audio).toBeUndefined()
    fake.openings.shift()?.grant()
    await settled()
    expect(local.sent().audio?.enabled).toBe(false)
    expect(local.state().microphone).toMatchObject({ problem: undefined, replacedBy: 'audio' })
    void local.toggleMicrophone()
    expect(local.sent()).toMatchObject({ audio: { enabled: true }, shown: { microphone: true } })
  })

  test('without another is missed, and taken again when it is plugged in', async () => {
    const { fake, local } = await inCall()
    trackOf(fake, 'video').unplug()
    fake.openings.shift()?.refuse('NotFoundError')
    await settled()
    expect(local.state().camera).toMatchObject({ on: false, problem: 'unplugged' })
    expect(local.sent()).toMatchObject({ video: undefined, shown: { camera: false } })
    fake.dispatchEvent(new Event('devicechange'))
    // The microphone is there, and is left alone.
    expect(fake.openings.map(({ kinds }) => kinds)).toEqual([['video']])
    fake.openings.shift()?.grant()
    await settled()
    expect(local.sent().shown.camera).toBe(true)
  })

  test('is not taken again by a person who has switched it off', async () => {
    const { fake, local } = await inCall()
    trackOf(fake, 'video').unplug()
    fake.openings.shift()?.refuse('NotFoundError')
    await settled()
    void local.toggleCamera()
    void local.toggleCamera()
    fake.openings.shift()?.refuse('NotFoundError')
    await settled()
    fake.dispatchEvent(new Event('devicechange'))
    expect(fake.openings).toEqual([])
  })

  test('since it is no longer allowed, is not asked for again', async () => {
    const { fake, local } = await inCall()
    trackOf(fake, 'audio').unplug()
    fake.openings.shift()?.refuse('NotAllowedError')
    await settled()
    expect(local.state().microphone).toMatchObject({ on: false, problem: 'denied' })
    fake.dispatchEvent(new Event('devicechange'))
    expect(fake.openings).toEqual([])
  })

  test('as a screen does by the browser’s own button, is off', async () => {
    const { fake, local } = await inCall()
    void local.toggleSharing()
    fake.openings.shift()?.grant()
    await settled()
    trackOf(fake, 'screen video').unplug()
    expect(local.state().screen).toMatchObject({ on: false, problem: undefined })
    expect(fake.openings).toEqual([])
  })
})

test('what the system silences is shown at both ends, until it gives sound again', async () => {
  const { fake, local } = await inCall()
  trackOf(fake, 'audio').dispatchEvent(new Event('mute'))
  expect(local.state().microphone.silenced).toBe(true)
  expect(local.sent().shown.microphone).toBe(false)
  trackOf(fake, 'audio').dispatchEvent(new Event('unmute'))
  expect(local.state().microphone.silenced).toBe(false)
  expect(local.sent().shown.microphone).toBe(true)
})

test('a choice that does not open leaves the one before in use, and says so', async () => {
  const { fake, local } = await inCall()
  void local.changeDevice('audio')
  fake.openings.shift()?.refuse('NotReadableError')
  await settled()
  expect(local.state().microphone).toMatchObject({ on: true, problem: 'not-changed' })
  expect(fake.live()).toEqual(['audio', 'video'])
})

describe('the other camera', () => {
  const facing = (fake: FakeDevices) => fake.openings[0]?.wishes.video

  test('is opened once the one in use is closed, since a phone opens one at a time', async () => {
    const { fake, local } = await inCall()
    void local.turnCamera({ facingMode: 'environment' })
    expect(fake.live()).toEqual(['audio'])
    expect(facing(fake)).toMatchObject({ facingMode: { exact: 'environment' } })
    fake.openings.shift()?.grant()
    await settled()
    expect(fake.live()).toEqual(['audio', 'video'])
    expect(local.state().camera).toMatchObject({ on: true, problem: undefined })
    // Also where it was off in between.
    void local.toggleCamera()
    void local.toggleCamera()
    expect(facing(fake)).toMatchObject({ facingMode: { exact: 'environment' } })
  })

  test('that does not open leaves the one before in use, and says so', async () => {
    const { fake, local } = await inCall()
    void local.turnCamera({ facingMode: 'environment' })
    fake.openings.shift()?.refuse('NotReadableError')
    await settled()
    expect(facing(fake)).not.toHaveProperty('facingMode')
    fake.openings.shift()?.grant()
    await settled()
    expect(fake.live()).toEqual(['audio', 'video'])
    expect(local.state().camera).toMatchObject({ on: true, problem: 'not-changed' })
  })

  test('is of one call, and of no other', async () => {
    const { fake, local } = await inCall()
    void local.turnCamera({ facingMode: 'environment' })
    fake.openings.shift()?.grant()
    await settled()
    local.release()
    void local.open('video')
    expect(facing(fake)).not.toHaveProperty('facingMode')
  })

  test('is not opened for a person who has switched the camera off in the meantime', async () => {
    const { fake, local } = await inCall()
    void local.turnCamera({ facingMode: 'environment' })
    void local.toggleCamera()
    fake.openings.shift()?.grant()
    await settled()
    expect(fake.live()).toEqual(['audio'])
    expect(local.state().camera.on).toBe(false)
  })
})
