import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { StreamEntry } from '../../../src/engine/client/stream-reader.ts'
import { engineClient } from '../../support/engine-client.ts'
import { eventually } from '../../support/eventually.ts'
import { hasRedis, type Redis, startRedis } from '../../support/redis.ts'

describe.skipIf(!hasRedis)('streams are read', () => {
  let redis: Redis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis[Symbol.asyncDispose]())

  const collect = () => {
    const batches: [string, StreamEntry[]][] = []
    const onBatch = (stream: string, entries: StreamEntry[]) => {
      batches.push([stream, entries])
    }
    const idsOf = (wanted: string) =>
      batches.flatMap(([stream, entries]) => (stream === wanted ? entries.map(({ id }) => id) : []))
    return { batches, onBatch, idsOf }
  }

  test('from where one is, then as they grow, with all fields', async () => {
    using engine = await engineClient(redis.url)
    for (const id of ['1-0', '2-0'])
      await engine.client.command('XADD', 'a', id, 'word', `é${id}`, '__proto__', 'x')
    const { batches, onBatch } = collect()
    engine.client.read(new Map([['a', '1-0']]), onBatch)
    await eventually('the second', () => batches.length === 1)
    expect(batches[0]?.[1][0]).toEqual({ id: '2-0', fields: { word: 'é2-0', ['__proto__']: 'x' } })
    await engine.client.command('XADD', 'a', '3-0', 'word', 'c')
    await eventually('the third', () => batches.length === 2)
    expect(batches[1]).toEqual(['a', [{ id: '3-0', fields: { word: 'c' } }]])
  })

  test('thousands of them in order, none twice and none left out', async () => {
    using engine = await engineClient(redis.url)
    const ids = Array.from({ length: 5000 }, (_, at) => `${at + 1}-0`)
    const { batches, onBatch, idsOf } = collect()
    engine.client.read(
      new Map([
        ['many', '0'],
        ['other', '0'],
      ]),
      onBatch,
    )
    await Promise.all(
      ids.flatMap((id) =>
        ['many', 'other'].map((key) => engine.client.command('XADD', key, id, 'f', id)),
      ),
    )
    await eventually('all', () => idsOf('many').length + idsOf('other').length === 10_000)
    expect(idsOf('many')).toEqual(ids)
    expect(idsOf('other')).toEqual(ids)
    expect(Math.max(...batches.map(([, entries]) => entries.length))).toBeLessThanOrEqual(1000)
  })

  test('and others in their place at once, though nothing comes on the first', async () => {
    using engine = await engineClient(redis.url)
    await engine.client.command('XADD', 'new', '1-0', 'f', 'v')
    const first = collect()
    const second = collect()
    engine.client.read(new Map([['quiet', '$']]), first.onBatch)
    await Bun.sleep(50)
    const asked = performance.now()
    engine.client.read(new Map([['new', '0']]), second.onBatch)
    await eventually('the new one', () => second.batches.length === 1)
    expect(performance.now() - asked).toBeLessThan(500)
    await engine.client.command('XADD', 'quiet', '*', 'f', 'v')
    await engine.client.command('XADD', 'new', '2-0', 'f', 'v')
    await eventually('the next', () => second.batches.length === 2)
    expect(first.batches).toEqual([])
  })

  test('and whoever is told may ask for others then and there', async () => {
    using engine = await engineClient(redis.url)
    for (const key of ['p', 'q', 'r']) await engine.client.command('XADD', key, '1-0', 'f', key)
    const seen: string[] = []
    engine.client.read(
      new Map([
        ['p', '0'],
        ['q', '0'],
      ]),
      (stream) => {
        seen.push(stream)
        engine.client.read(new Map([['r', '0']]), (other) => seen.push(other))
      },
    )
    await eventually('both', () => seen.length === 2)
    await Bun.sleep(30)
    expect(seen).toEqual(['p', 'r'])
  })

  test('until the engine is lost, and again when it is asked for', async () => {
    using engine = await engineClient(redis.url)
    const { batches, onBatch } = collect()
    engine.client.read(new Map([['log', '$']]), onBatch)
    await redis.kill()
    await engine.isDown()
    engine.client.read(new Map([['log', '0']]), onBatch)
    await redis.start()
    await engine.isUp()
    await engine.client.command('XADD', 'log', '1-0', 'f', 'v')
    await Bun.sleep(100)
    expect(batches).toEqual([])
    engine.client.read(new Map([['log', '0']]), onBatch)
    await eventually('the entry', () => batches.length === 1)
  })

  test('where a key is no stream the connection begins anew', async () => {
    using engine = await engineClient(redis.url)
    await engine.client.command('SET', 'plain', 'x')
    engine.client.read(new Map([['plain', '0']]), () => {})
    await engine.isDown()
    await engine.isUp()
    expect(engine.told[0]).toContain('WRONGTYPE')
  })
})
