import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test'
import type { EngineParts } from '../../../src/browser/call/connection/engine.ts'
import { createController } from '../../../src/browser/call/controller.ts'
import { createLocalMedia } from '../../../src/browser/call/devices/local-media.ts'
import type { CallWish } from '../../../src/page-protocol.ts'
import { FakeDevices } from '../../support/fake-devices.ts'
import { type Engines, FakeEngine } from '../../support/fake-engine.ts'
import { settled, VirtualTime } from '../../support/virtual-time.ts'

const ana = { name: 'Ana', ip: '10.0.0.1' }
/** By then a connection no longer waits for a person who is asked for the microphone. */
const patienceMs = 4_000

/** A page that Ana calls, with devices that open when the test says so. */
function openPage(time: VirtualTime) {
  const devices = new FakeDevices()
  const engines: Engines = []
  const started: EngineParts[] = []
  const wishes: CallWish[] = []
  const page = { online: true, refuses: false, allowed: false }
  const ignore = () => {}
  const local = createLocalMedia({
    devices: devices as unknown as MediaDevices,
    chosen: () => ({}),
    onChange: () => controller.localChanged(),
  })
  const controller = createController({
    send(wish) {
      if (page.online) wishes.push(wish)
      return page.online
    },
    startEngine(parts) {
      if (page.refuses) throw new RangeError('no more connections')
      started.push(parts)
      return new FakeEngine(parts, engines)
    },
    local,
    needsNoDevices: async () => page.allowed,
    isRelayedOnly: () => false,
    shows: () => ({
      remote: ignore,
      shown: ignore,
      chat: ignore,
      channel: ignore,
      files: ignore,
      safety: ignore,
      quality: ignore,
      speaking: ignore,
    }),
    onState: ignore,
  })
  const { happen, news } = controller
  return {
    page,
    devices,
    engines,
    started,
    wishes,
    state: controller.state,
    happen,
    news,
    signal: (id: string, payload: string) => news({ kind: 'signal', id, payload }),
    /** Ana calls, and this person accepts: the devices are asked for. */
    accept(id: string) {
      news({ kind: 'ringing', id, direction: 'in', ...ana, ringsForMs: 30_000 })
      happen({ from: 'person', does: 'accept', sending: 'video' })
    },
    accepted: (id: string) =>
      news({ kind: 'accepted', id, ...ana, polite: true, iceServers: [{ urls: ['stun:h'] }] }),
    hangUp: () => happen({ from: 'person', does: 'hang-up' }),
    async grant(opening: number) {
      devices.openings[opening]?.grant()
      await settled()
    },
    async wait(milliseconds: number) {
      const until = time.now + milliseconds
      while (time.step(until)) await settled()
      await settled()
    },
  }
}

let time: VirtualTime
beforeEach(() => {
  time = new VirtualTime()
})
afterEach(() => time[Symbol.dispose]())

describe('a call whose microphone and camera are still asked for', () => {
  test('connects without them after a while, and sends them once they are there', async () => {
    const { devices, engines, accept, accepted, grant, wait } = openPage(time)
    accept('A')
    accepted('A')
    await wait(patienceMs - 1)
    expect(engines).toHaveLength(0)
    await wait(1)
    expect(engines).toHaveLength(1)
    expect(engines[0]?.sent?.shown).toMatchObject({ microphone: false, camera: false })
    await grant(0)
    expect(engines[0]?.sent?.shown).toMatchObject({ microphone: true, camera: true })
    expect(devices.live()).toEqual(['audio', 'video'])
  })

  test('connects at once where they will open without a question, and says nothing of them before they have', async () => {
    const { page, devices, engines, accept, accepted, grant } = openPage(time)
    page.allowed = true
    accept('A')
    accepted('A')
    await settled()
    expect(engines).toHaveLength(1)
    // Not that the camera is off, which the other end would show for a moment.
    expect(engines[0]?.sent).toBeUndefined()
    await grant(0)
    expect(engines[0]?.sent?.shown).toMatchObject({ microphone: true, camera: true })
    expect(devices.live()).toEqual(['audio', 'video'])
  })

  test('says after a while that they are not there, where they do not open after all', async () => {
    const { page, engines, accept, accepted, wait } = openPage(time)
    page.allowed = true
    accept('A')
    accepted('A')
    await wait(patienceMs)
    expect(engines).toHaveLength(1)
    expect(engines[0]?.sent?.shown).toMatchObject({ microphone: false, camera: false })
  })

  test('connects at once when they are allowed', async () => {
    const { engines, accept, accepted, grant } = openPage(time)
    accept('A')
    accepted('A')
    await grant(0)
    expect(engines[0]?.sent?.shown).toMatchObject({ microphone: true, camera: true })
  })

  test('may end meanwhile: nothing is connected, and what is allowed later is let go of', async () => {
    const { devices, engines, accept, accepted, hangUp, grant, wait } = openPage(time)
    accept('A')
    accepted('A')
    hangUp()
    await grant(0)
    expect(devices.tracks).toHaveLength(2)
    expect(devices.live()).toEqual([])
    await wait(patienceMs)
    expect(engines).toHaveLength(0)
  })

  test('may end after they are allowed: they are let go of', async () => {
    const { devices, engines, accept, accepted, hangUp, grant, wait } = openPage(time)
    accept('A')
    await grant(0)
    expect(devices.live()).toEqual(['audio', 'video'])
    accepted('A')
    hangUp()
    await wait(patienceMs)
    expect(devices.live()).toEqual([])
    expect(engines).toHaveLength(0)
  })

  test('gives nothing to the next call: neither its devices nor its connection', async () => {
    const { devices, engines, accept, accepted, hangUp, grant, wait } = openPage(time)
    accept('A')
    accepted('A')
    hangUp()
    await wait(1)
    accept('B')
    accepted('B')
    await grant(0)
    expect(devices.live()).toEqual([])
    await wait(patienceMs - 1)
    expect(engines).toHaveLength(0)
    await wait(1)
    expect(engines).toHaveLength(1)
    expect(engines[0]?.sent?.audio).toBeUndefined()
    await grant(1)
    expect(devices.live()).toEqual(['audio', 'video'])
    expect(engines[0]?.sent?.shown).toMatchObject({ microphone: true, camera: true })
  })
})

describe('signals that come before there is a connection', () => {
  test('wait for it, and are received in their order before all others', async () => {
    const { engines, accept, accepted, signal, grant } = openPage(time)
    accept('A')
    accepted('A')
    for (const payload of ['one', 'two', 'three']) signal('A', payload)
    await grant(0)
    signal('A', 'four')
    expect(engines[0]?.received).toEqual(['one', 'two', 'three', 'four'])
  })

  test('are not received by the next call', async () => {
    const { engines, accept, accepted, hangUp, signal, grant } = openPage(time)
    accept('A')
    accepted('A')
    signal('A', 'of A')
    hangUp()
    accept('B')
    signal('A', 'of A, and late')
    accepted('B')
    signal('B', 'of B')
    await grant(1)
    expect(engines[0]?.received).toEqual(['of B'])
  })
})

describe('a server that was away while devices were opened', () => {
  test('resumes the call that waits: one connection, with all signals', async () => {
    const { engines, accept, accepted, signal, news, happen, grant, state, wishes } = openPage(time)
    accept('A')
    accepted('A')
    signal('A', 'one')
    happen({ from: 'server', link: 'away' })
    happen({ from: 'server', link: 'here' })
    expect(wishes.at(-1)).toEqual({ kind: 'resume', id: 'A', ...ana })
    news({ kind: 'resumed', id: 'A', ...ana, iceServers: [{ urls: ['stun:other'] }] })
    expect(state().at).toBe('connecting')
    accepted('A')
    signal('A', 'two')
    await grant(0)
    expect(engines).toHaveLength(1)
    expect(engines[0]?.received).toEqual(['one', 'two'])
    expect(wishes.filter(({ kind }) => kind === 'hangup')).toEqual([])
  })

  test('resumes the call whose answer was missed: it connects', async () => {
    const { engines, started, accept, news, happen, grant, state } = openPage(time)
    accept('A')
    happen({ from: 'server', link: 'away' })
    happen({ from: 'server', link: 'here' })
    const iceServers = [{ urls: ['stun:other'] }]
    news({ kind: 'resumed', id: 'A', ...ana, iceServers })
    expect(state().at).toBe('connecting')
    await grant(0)
    expect(engines).toHaveLength(1)
    expect(started[0]).toMatchObject({ polite: true, iceServers })
  })
})

test('what the connection of an ended call still says is not heard in the next one', async () => {
  const { started, engines, accept, accepted, hangUp, grant, state } = openPage(time)
  accept('A')
  accepted('A')
  await grant(0)
  hangUp()
  expect(engines[0]?.closed).toBe(true)
  accept('B')
  accepted('B')
  started[0]?.on.link('connected')
  started[0]?.on.failed(new Error('late'))
  expect(state()).toMatchObject({ at: 'connecting', id: 'B' })
  await grant(1)
  started[1]?.on.link('connected')
  expect(state()).toMatchObject({ at: 'talking', id: 'B' })
})

test('a browser that refuses a connection ends the call at once, and says why', async () => {
  const complaint = spyOn(console, 'error').mockImplementation(() => {})
  const { page, devices, accept, accepted, grant, state } = openPage(time)
  page.refuses = true
  accept('A')
  accepted('A')
  await grant(0)
  expect(state()).toMatchObject({ at: 'over', outcome: { kind: 'not-set-up', why: 'RangeError' } })
  expect(devices.live()).toEqual([])
  expect(complaint).toHaveBeenCalledTimes(1)
  complaint.mockRestore()
})

test('a call that cannot be asked for is over at once', async () => {
  const { page, devices, happen, grant, state } = openPage(time)
  page.online = false
  happen({ from: 'person', does: 'call', person: ana, sending: 'audio', tag: '1' })
  await settled()
  expect(state()).toMatchObject({ at: 'over', outcome: { kind: 'server-away' } })
  await grant(0)
  expect(devices.live()).toEqual([])
})
