import { heapStats } from 'bun:jsc'
import { describe, expect, test } from 'bun:test'
import type { Peer } from '../support/peer.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'

const mebibyte = 1024 * 1024

function heldBytes(): number {
  Bun.gc(true)
  const { heapSize, extraMemorySize } = heapStats()
  return heapSize + extraMemorySize
}

async function registered(registry: TestRegistry, name: string, callPort: number): Promise<Peer> {
  const peer = await registry.connect({ name })
  expect(await peer.ask(`${name},127.0.0.1,4000,${callPort}`)).toStartWith('success,')
  return peer
}

const longName = (each: number) => `pessoa ${String(each).padStart(57, '0')}`

const person = (each: number) => ({
  name: longName(each),
  ip: `10.0.${each >> 15}.1`,
  port: 4000,
  callPort: 1 + (each & 32_767),
})

describe('a reader that takes its time', () => {
  test('gets every reply to a flood, in order, and costs bounded memory', async () => {
    await using registry = startTestRegistry()
    using peer = await registered(registry, 'ana', 5000)
    using neighbour = await registered(registry, 'bia', 5001)
    const asked = 'list\nping\nlist\n'
    const answered = 'ana,bia\npong\nana,bia\n'
    const times = Math.ceil((16 * mebibyte) / asked.length)
    const flood = Buffer.from(asked.repeat(times))
    const expected = Buffer.from(answered.repeat(times))
    const before = heldBytes()

    peer.pause()
    let allSent = false
    const sent = peer.send(flood).then(() => {
      peer.halfClose()
      allSent = true
    })
    // Until the registry takes no more: its own buffer and the kernel's are full.
    for (let turn = 0; turn < 200; turn += 1) expect(await neighbour.ask('ping')).toBe('pong')
    expect(allSent).toBeFalse()
    expect(heldBytes() - before).toBeLessThan(16 * mebibyte)

    for (let at = 0; at < expected.length; ) {
      peer.resume()
      const length = Math.min(256 * 1024, expected.length - at)
      const part = await peer.exactly(length)
      peer.pause()
      if (!part.equals(expected.subarray(at, at + length))) throw new Error(`differs after ${at}`)
      at += length
    }
    peer.resume()
    await sent
    expect(await peer.rest()).toBe('')
    expect(peer.ending).toBe('EOF')
    expect(await neighbour.ask('list')).toBe('bia')
  }, 30_000)

  test('is closed after a time without progress; its neighbours are served meanwhile', async () => {
    await using registry = startTestRegistry({ limits: { stallTimeoutMs: 400 } })
    for (let each = 0; each < 2_000; each += 1) registry.directory.register(person(each))
    using stalled = await registered(registry, 'ana', 5000)
    using neighbour = await registered(registry, 'bia', 5001)
    stalled.pause()
    // 25 MB of replies: more than both kernel buffers hold.
    await stalled.sendLine('list\n'.repeat(200))
    while (registry.closed.stalled === 0) {
      expect(await neighbour.ask('details,bia')).toBe('127.0.0.1,5001')
    }
    expect(await registry.logLineWith('não lê')).toBe(
      `Conexão encerrada: 127.0.0.1:${stalled.local.port} não lê há 0.4 s`,
    )
    expect(registry.directory.find('ana')).toBeUndefined()
    await registry.until('it is closed', () => registry.connections === 1)
    expect(await neighbour.ask('ping')).toBe('pong')
  }, 15_000)

  test('that goes without a word is missed at once', async () => {
    await using registry = startTestRegistry()
    for (let each = 0; each < 2_000; each += 1) registry.directory.register(person(each))
    using stalled = await registered(registry, 'ana', 5000)
    using neighbour = await registered(registry, 'bia', 5001)
    stalled.pause()
    await stalled.sendLine('list\n'.repeat(200))
    expect(await neighbour.ask('ping')).toBe('pong')
    stalled.reset()
    await registry.until('it is missed', () => registry.connections === 1)
    expect(registry.directory.find('ana')).toBeUndefined()
  })

  test('is not closed while it makes progress, however slow, with one long reply', async () => {
    await using registry = startTestRegistry({ limits: { stallTimeoutMs: 500 } })
    // 16 MB: more than both kernel buffers hold.
    for (let each = 0; each < 250_000; each += 1) registry.directory.register(person(each))
    using slow = await registered(registry, 'ana', 5000)
    const reply = Buffer.from(`${registry.directory.names}\n`)
    const pieceBytes = 512 * 1024
    slow.pause()
    await slow.sendLine('list')
    const begun = Date.now()
    for (let at = 0; at < reply.length; at += pieceBytes) {
      slow.resume()
      const expected = reply.subarray(at, at + pieceBytes)
      expect((await slow.exactly(expected.length)).equals(expected)).toBeTrue()
      slow.pause()
      if (Date.now() - begun < 1_500) await Bun.sleep(100)
    }
    slow.resume()
    expect(await slow.ask('ping')).toBe('pong')
    expect(registry.closed.stalled).toBe(0)
  }, 15_000)

  test('that has half-closed gets everything it asked for, then the end', async () => {
    await using registry = startTestRegistry()
    for (let each = 0; each < 2_000; each += 1) registry.directory.register(person(each))
    using slow = await registered(registry, 'ana', 5000)
    const reply = `${registry.directory.names}\n`
    slow.pause()
    await slow.sendLine('list\n'.repeat(200).slice(0, -1))
    slow.halfClose()
    using neighbour = await registry.connect()
    for (let turn = 0; turn < 20; turn += 1) expect(await neighbour.ask('ping')).toBe('pong')
    slow.resume()
    expect((await slow.rest()) === reply.repeat(200)).toBeTrue()
    expect(slow.ending).toBe('EOF')
  })

  test('is told goodbye after everything that waits', async () => {
    await using registry = startTestRegistry({ limits: { closeGraceMs: 3_000 } })
    for (let each = 0; each < 2_000; each += 1) registry.directory.register(person(each))
    using slow = await registered(registry, 'ana', 5000)
    const reply = `${registry.directory.names}\n`
    slow.pause()
    await slow.sendLine('list\n'.repeat(200))
    using neighbour = await registry.connect()
    expect(await neighbour.ask('ping')).toBe('pong')
    const stopped = registry.stop()
    slow.resume()
    const [, ...lines] = (await slow.rest()).split('\n').reverse()
    slow.close()
    neighbour.close()
    await stopped
    expect(lines.shift()).toBe('*bye,shutdown,Conexão encerrada')
    expect(lines.length).toBeWithin(1, 199)
    expect(lines.every((line) => `${line}\n` === reply)).toBeTrue()
    expect(slow.ending).toBe('EOF')
  }, 15_000)
})
