import { heapStats } from 'bun:jsc'
import { describe, expect, test } from 'bun:test'
import type { Directory } from '../../src/registry/directory/directory.ts'
import { formatPush } from '../../src/wire/push.ts'
import type { Peer } from '../support/peer.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'

const person = (each: number) => ({
  name: `pessoa ${String(each).padStart(57, '0')}`,
  ip: `10.0.${(each >> 15) & 255}.1`,
  port: 4000,
  callPort: 1 + (each & 32_767),
})

async function watching(registry: TestRegistry, state: string): Promise<Peer> {
  const peer = await registry.connect()
  await peer.sendLine('watch')
  await expectNext(peer, state)
  return peer
}

async function expectNext(peer: Peer, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  const received = await peer.exactly(bytes.length)
  // Not `toEqual`, which would print megabytes.
  if (!received.equals(bytes)) expect(differenceOf(received, bytes)).toBeUndefined()
}

function differenceOf(received: Buffer, expected: Buffer): object {
  const at = received.findIndex((byte, index) => byte !== expected[index])
  const near = (bytes: Buffer) => bytes.subarray(Math.max(0, at - 80), at + 80).toString()
  return { at, received: near(received), expected: near(expected) }
}

/** Every change from now on, as it should be told; `take` gives what came since the last time. */
function changesOf(directory: Directory) {
  let lines = ''
  directory.subscribe(({ kind, registration }) => {
    lines += formatPush({ kind, ...registration })
  })
  return {
    take() {
      const taken = lines
      lines = ''
      return taken
    },
  }
}

function heldBytes(): number {
  Bun.gc(true)
  const { heapSize, extraMemorySize } = heapStats()
  return heapSize + extraMemorySize
}

const stateOf = (directory: Directory) =>
  [
    ...directory.all().map((registration) => formatPush({ kind: 'here', ...registration })),
    formatPush({ kind: 'synced', count: directory.size }),
  ].join('')

describe('watchers', () => {
  test('that are slow are closed; the others are told every change in the order it was made', async () => {
    const maxWaitingPushBytes = 64 * 1024
    await using registry = startTestRegistry({ limits: { maxWaitingPushBytes } })
    const { directory } = registry
    using slow = await registry.connect()
    await slow.ask('lenta,127.0.0.1,4000,5000')
    await slow.sendLine('watch')
    await expectNext(slow, stateOf(directory))
    using good = await watching(registry, stateOf(directory))
    const changes = changesOf(directory)

    slow.pause()
    for (let each = 0; directory.find('lenta'); each += 1) {
      const joined = directory.register(person(each))
      if (joined.ok && each % 3 > 0) directory.unregister(joined.value)
      if (each % 200 === 199) await expectNext(good, changes.take())
      if (each > 400_000) throw new Error('the slow watcher was never closed')
    }
    await expectNext(good, changes.take())
    const logged = await registry.logLineWith('acompanha devagar demais')
    expect(logged).toStartWith(`Conexão encerrada: 127.0.0.1:${slow.local.port} `)
    await registry.until('it is closed', () => registry.connections === 1)
    expect(await good.ask('ping')).toBe('pong')
  }, 20_000)

  test('take an opening state of any size at their own pace, then what changed meanwhile', async () => {
    await using registry = startTestRegistry({ limits: { maxWaitingPushBytes: 64 * 1024 } })
    const { directory } = registry
    // 16 MB of state: more than both kernel buffers hold.
    for (let each = 0; each < 150_000; each += 1) directory.register(person(each))
    using watcher = await registry.connect()
    watcher.pause()
    const state = stateOf(directory)
    const before = heldBytes()
    await watcher.sendLine('watch\nping')
    using neighbour = await registry.connect()
    expect(await neighbour.ask('ping')).toBe('pong')
    expect(heldBytes() - before).toBeLessThan(8 * 1024 * 1024)
    const changes = changesOf(directory)
    for (const gone of directory.all().slice(-100)) directory.unregister(gone)
    expect(await neighbour.ask('bia,127.0.0.1,4000,5000')).toStartWith('success,')
    watcher.resume()
    await expectNext(watcher, `${state}${changes.take()}pong\n`)
  }, 20_000)

  test('that half-close get the changes that wait for them, then the end', async () => {
    const maxWaitingPushBytes = 64 * 1024 * 1024
    await using registry = startTestRegistry({ limits: { maxWaitingPushBytes } })
    const { directory } = registry
    using watcher = await watching(registry, '*synced,0\n')
    using neighbour = await registry.connect()
    const changes = changesOf(directory)
    watcher.pause()
    for (let each = 0; each < 150_000; each += 1) {
      directory.register(person(each))
      if (each % 10_000 === 0) await new Promise(setImmediate)
    }
    expect(await neighbour.ask('ping')).toBe('pong')
    watcher.halfClose()
    for (let turn = 0; turn < 10; turn += 1) expect(await neighbour.ask('ping')).toBe('pong')
    watcher.resume()
    await expectNext(watcher, changes.take())
    expect(await watcher.rest()).toBe('')
    expect(watcher.ending).toBe('EOF')
  }, 20_000)

  test('that come and go cost the others nothing', async () => {
    await using registry = startTestRegistry()
    using good = await watching(registry, '*synced,0\n')
    for (let each = 0; each < 200; each += 1) {
      const other = await watching(registry, '*synced,0\n')
      if (each % 2 === 0) other.reset()
      else other.close()
    }
    await registry.until('they are missed', () => registry.connections === 1)
    using ana = await registry.connect()
    await ana.ask('ana,127.0.0.1,4000,5000')
    expect(await good.line()).toStartWith('*joined,ana,127.0.0.1,5000,')
    expect(await good.ask('ping')).toBe('pong')
  })

  test('hold the directory by applying the lines in order, whenever they begin to', async () => {
    await using registry = startTestRegistry()
    const { directory } = registry
    const watchers: Peer[] = []
    for (let each = 0; each < 300; each += 1) {
      if (each % 20 === 0) {
        const watcher = await registry.connect()
        watchers.push(watcher)
        await watcher.sendLine('watch')
      }
      const joined = directory.register(person(each))
      if (joined.ok && each % 3 === 0) directory.unregister(joined.value)
      const [oldest] = directory.all()
      if (oldest && each % 5 === 0) directory.unregister(oldest)
      if (each % 7 === 0) await new Promise(setImmediate)
    }
    await new Promise(setImmediate)
    for (const watcher of watchers) {
      await watcher.sendLine('ping')
      expect(await applied(watcher)).toEqual(directory.all().map(({ name }) => name))
      watcher.close()
    }
  })
})

/** The names that a watcher holds by the time of its `pong`; each change must make sense. */
async function applied(watcher: Peer): Promise<string[]> {
  const names = new Set<string>()
  for (;;) {
    const line = await watcher.line()
    if (line === 'pong') return [...names]
    const [kind, name = ''] = line.split(',')
    if (kind === '*synced') expect(name).toBe(String(names.size))
    else expect({ line, held: names.has(name) }).toEqual({ line, held: kind === '*left' })
    if (kind === '*left') names.delete(name)
    else if (kind !== '*synced') names.add(name)
  }
}
