import { describe, expect, test } from 'bun:test'
import { boundMs, fairWaits, timeAnswers } from '../support/neighbour.ts'
import type { Peer } from '../support/peer.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'

/** Everybody but the neighbour is a stranger. */
const isTrusted = (ip: string) => ip === '127.0.0.99'

const neighbourOf = (registry: TestRegistry) =>
  registry.connect({ name: 'neighbour', from: '127.0.0.99' })

/** In a process of its own, or it would flood us. Resolves with the bytes it could send. */
async function flood(
  { endpoint }: TestRegistry,
  { connections, seconds, text }: { connections: number; seconds: number; text: string },
): Promise<number> {
  const script = new URL('../support/flooder.ts', import.meta.url).pathname
  const child = Bun.spawn(
    [process.execPath, script, String(endpoint.port), String(connections), String(seconds), text],
    { stdout: 'pipe' },
  )
  return Number(await new Response(child.stdout).text())
}

describe('while somebody floods, neighbours are served', () => {
  test('with requests that are refused, from a hundred connections', async () => {
    await using registry = startTestRegistry({ isTrusted })
    using neighbour = await neighbourOf(registry)
    const waits = await fairWaits('requests too fast', async () => {
      const flooding = flood(registry, { connections: 100, seconds: 3, text: 'list' })
      const waits = await timeAnswers(neighbour, flooding)
      expect(await flooding).toBeGreaterThan(1024 * 1024)
      return waits
    })
    expect(registry.closed.tooFast).toBeGreaterThan(10_000)
    expect(waits.p99).toBeLessThan(boundMs)
  }, 30_000)

  test('with requests of somebody who is trusted and may', async () => {
    await using registry = startTestRegistry()
    using neighbour = await neighbourOf(registry)
    const waits = await fairWaits('requests that are answered', () =>
      timeAnswers(neighbour, flood(registry, { connections: 10, seconds: 3, text: 'ping' })),
    )
    expect(waits.p99).toBeLessThan(boundMs)
  }, 30_000)

  test('with connections that are refused: none is held for long', async () => {
    await using registry = startTestRegistry({
      isTrusted,
      limits: { connectionsPerSecond: 0, connectionBurst: 10, maxRefusedConnections: 20 },
    })
    using neighbour = await neighbourOf(registry)
    let most = 0
    const held: Peer[] = []
    let dialled = 0
    const dial = async () => {
      for (let each = 0; each < 100; each += 1) {
        // They stay, as who wants to use up descriptors would.
        held.push(await registry.connect({ from: '127.0.0.66' }))
        dialled += 1
        most = Math.max(most, registry.connections)
      }
    }
    const waits = await fairWaits('connections too fast', () =>
      timeAnswers(neighbour, Promise.all(Array.from({ length: 20 }, dial))),
    )
    expect(most).toBeLessThanOrEqual(1 + 10 + 20)
    expect(registry.closed.addressFast).toBe(dialled - 10)
    expect(registry.closed.unsaid).toBeGreaterThan(0)
    expect(waits.p99).toBeLessThan(boundMs)
    for (const peer of held) peer.reset()
  }, 20_000)
})

describe('places that are refused', () => {
  test('are not taken: with the registry full, nobody who is refused keeps anybody out', async () => {
    await using registry = startTestRegistry({ limits: { maxConnections: 3 } })
    using first = await registry.connect()
    using second = await registry.connect()
    using third = await registry.connect()
    for (const peer of [first, second, third]) expect(await peer.ask('ping')).toBe('pong')
    const refused = await Promise.all(Array.from({ length: 20 }, () => registry.connect()))
    for (const peer of refused) expect(await peer.line()).toEndWith(',too-many-connections')
    third.close()
    await registry.until('a place is free', () => registry.connections < 23)
    using fourth = await registry.connect()
    expect(await fourth.ask('ping')).toBe('pong')
    expect(registry.closed.full).toBe(20)
    for (const peer of refused) peer.reset()
  })
})
