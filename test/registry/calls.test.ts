import { describe, expect, test } from 'bun:test'
import { idIn, type Peer } from '../support/peer.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'

const kibibyte = 1024

async function registered(registry: TestRegistry, name: string, callPort: number): Promise<Peer> {
  const peer = await registry.connect({ name })
  expect(await peer.ask(`register,${name},${callPort}`)).toStartWith('success,')
  return peer
}

/** Two who talk to each other, and the id of their call. */
async function talking(registry: TestRegistry) {
  const ana = await registered(registry, 'ana', 5000)
  const bia = await registered(registry, 'bia', 5001)
  await bia.ask('ready')
  const id = idIn(await ana.ask('call,bia'))
  expect(await bia.line()).toBe(`*call,${id},ana,127.0.0.1`)
  expect(await bia.ask(`accept,${id}`)).toBe(`success,${id}`)
  expect(await ana.line()).toBe(`*accepted,${id}`)
  return {
    ana,
    bia,
    id,
    [Symbol.dispose]() {
      ana.reset()
      bia.reset()
    },
  }
}

/** A payload that says which it is. */
const payload = (each: number, length: number) => String(each).padStart(length, 'x')

describe('signals', () => {
  test('that come in a burst reach a peer that reads, all of them and in order', async () => {
    await using registry = startTestRegistry()
    using call = await talking(registry)
    const { ana, bia, id } = call
    const lines = Array.from({ length: 50 }, (_, each) => `${id},${payload(each, 8 * kibibyte)}\n`)
    await ana.send(lines.map((line) => `signal,${line}`).join(''))
    for (const line of lines) expect(`${await bia.line()}\n` === `*signal,${line}`).toBeTrue()
    for (const _ of lines) expect(await ana.line()).toBe(`success,${id}`)
    expect(await bia.ask('ping')).toBe('pong')
  })

  test('that nobody reads are refused to their sender, and get nobody closed', async () => {
    const limits = { signalBurst: 10_000, maxWaitingPushBytes: 1024 }
    await using registry = startTestRegistry({ limits })
    using call = await talking(registry)
    const { ana, bia, id } = call
    bia.pause()
    let taken = 0
    while ((await ana.ask(`signal,${id},${payload(taken, 60 * kibibyte)}`)) === `success,${id}`) {
      taken += 1
      if (taken > 1_000) throw new Error('nothing is ever refused')
    }
    expect(await ana.ask(`signal,${id},${'x'.repeat(60 * kibibyte)}`)).toEndWith(',too-fast')
    expect(await ana.ask('ping')).toBe('pong')
    bia.resume()
    for (let each = 0; each < taken; each += 1) {
      const expected = `*signal,${id},${payload(each, 60 * kibibyte)}`
      expect((await bia.line()) === expected).toBeTrue()
    }
    expect(await bia.ask('ping')).toBe('pong')
    expect(await ana.ask(`signal,${id},b2k`)).toBe(`success,${id}`)
    expect(await bia.line()).toBe(`*signal,${id},b2k`)
    expect(registry.closed.slowWatcher).toBe(0)
  }, 20_000)

  test('wait for a peer only as long as replies do; then its call is over', async () => {
    const limits = { signalBurst: 10_000, stallTimeoutMs: 300 }
    await using registry = startTestRegistry({ limits })
    using call = await talking(registry)
    const { ana, bia, id } = call
    bia.pause()
    for (let full = false; !full; ) {
      const answer = await ana.ask(`signal,${id},${'x'.repeat(60 * kibibyte)}`)
      full = answer !== `success,${id}`
    }
    expect(await ana.line()).toBe(`*ended,${id},lost`)
    expect(registry.closed.stalled).toBe(1)
    await registry.until('it is closed', () => registry.connections === 1)
  }, 20_000)
})

describe('what an end is told', () => {
  test('comes after the answer that it is a consequence of, and after what was asked before', async () => {
    await using registry = startTestRegistry()
    using ana = await registered(registry, 'ana', 5000)
    using bia = await registered(registry, 'bia', 5001)
    const id = '0123456789abcdefABCDEF'
    expect(await ana.ask(`resume,${id},bia,127.0.0.1`)).toBe(`success,${id}`)
    await bia.send(`ping\nresume,${id},ana,127.0.0.1\nsignal,${id},b2k\nping\n`)
    const lines: string[] = []
    for (let each = 0; each < 5; each += 1) lines.push(await bia.line())
    const granted = `success,${id}`
    expect(lines).toEqual(['pong', granted, `*resumed,${id},ana,127.0.0.1`, granted, 'pong'])
    expect(await ana.line()).toBe(`*resumed,${id},bia,127.0.0.1`)
    expect(await ana.line()).toBe(`*signal,${id},b2k`)
  })
})

test('ids are 128 bits each time, and no two are alike', async () => {
  await using registry = startTestRegistry({
    limits: {
      callBurst: 1_000,
      ringBurst: 1_000,
      callsNotTakenByPerson: 1_000,
      callsNotTakenByAddress: 1_000,
    },
  })
  using ana = await registered(registry, 'ana', 5000)
  using bia = await registered(registry, 'bia', 5001)
  await bia.ask('ready')
  const ids = new Set<string>()
  for (let each = 0; each < 200; each += 1) {
    const id = idIn(await ana.ask('call,bia'))
    expect(Buffer.from(id, 'base64url')).toHaveLength(16)
    await ana.ask(`hangup,${id}`)
    ids.add(id)
  }
  expect(ids.size).toBe(200)
})
