import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { EngineError, EngineUnavailable } from '../../../src/engine/client/engine-error.ts'
import { script } from '../../../src/engine/client/script.ts'
import { engineClient, faultOf } from '../../support/engine-client.ts'
import { hasRedis, type Redis, startRedis } from '../../support/redis.ts'

const echo = script('return {KEYS[1], ARGV[1], #ARGV[1]}')
const add = script("return redis.call('RPUSH', KEYS[1], ARGV[1])")
const broken = script("redis.call('SET', KEYS[1], 'x') return redis.call('INCR', KEYS[1])")
const scripts = [echo, add, broken]

describe.skipIf(!hasRedis)('a client of a Redis that is there', () => {
  let redis: Redis
  beforeAll(async () => {
    redis = await startRedis({ port: 0 })
  })
  afterAll(() => redis[Symbol.asyncDispose]())

  test.each(['port', 'socket'])('runs scripts by the %s', async (way) => {
    const url = way === 'port' ? redis.url : `unix:${redis.path}`
    using engine = await engineClient(url, { scripts })
    expect(await engine.client.run(echo, ['k'], ['olá'])).toEqual(['k', 'olá', 4])
    expect(await engine.client.run(echo, ['k'], [new Uint8Array([0, 255])])).toEqual([
      'k',
      '\0�',
      2,
    ])
  })

  test('says what it is called, and uses the database that is named', async () => {
    using engine = await engineClient(`${redis.url}/3`, { nodeName: 'um' })
    const list = String(await engine.client.command('CLIENT', 'LIST'))
    expect(list.match(/name=encontro:um db=\d+|name=encontro:um .*? db=3/g)).toHaveLength(2)
  })

  test('keeps the order of many scripts under way, also after the server forgot them', async () => {
    using engine = await engineClient(redis.url, { scripts })
    const words = Array.from({ length: 200 }, (_, at) => String(at))
    const push = (key: string) =>
      Promise.all(words.map((word) => engine.client.run(add, [key], [word])))
    expect(await push('list')).toEqual(words.map((_, at) => at + 1))
    expect(await engine.client.command('LRANGE', 'list', '0', '-1')).toEqual(words)
    await engine.client.command('SCRIPT', 'FLUSH')
    await push('later')
    expect(await engine.client.command('LRANGE', 'later', '0', '-1')).toEqual(words)
  })

  test('tells an error of a script from an engine that is away', async () => {
    using engine = await engineClient(redis.url, { scripts })
    const fault = await faultOf(engine.client.run(broken, ['b']))
    expect(fault).toBeInstanceOf(EngineError)
    expect(fault).toMatchObject({ code: 'ERR', message: expect.stringContaining('not an integer') })
    const unknown = await faultOf(engine.client.command('NONSENSE'))
    expect(unknown).toBeInstanceOf(EngineError)
    expect(engine.client.up).toBe(true)
  })

  test('a server that takes no writes is not available', async () => {
    using engine = await engineClient(redis.url, { scripts })
    await redis.cli('CONFIG', 'SET', 'min-replicas-to-write', '1')
    const few = await faultOf(engine.client.run(add, ['k'], ['x']))
    await redis.cli('CONFIG', 'SET', 'min-replicas-to-write', '0')
    expect(few).toBeInstanceOf(EngineUnavailable)
    expect(few).toMatchObject({ code: 'NOREPLICAS', mayHaveRun: false })
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    const full = await faultOf(engine.client.run(add, ['k'], ['x']))
    await redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    expect(full).toMatchObject({ name: 'EngineUnavailable', code: 'OOM', mayHaveRun: false })
    expect(await engine.client.run(add, ['fresh'], ['x'])).toBe(1)
  })

  test('a stopped client asks and tells nothing', async () => {
    const engine = await engineClient(redis.url, { scripts })
    const under = faultOf(engine.client.command('BLPOP', 'never', '0'))
    engine.client.stop()
    expect(await under).toMatchObject({ name: 'EngineUnavailable', mayHaveRun: true })
    expect(await faultOf(engine.client.run(echo, ['k'], ['x']))).toMatchObject({
      name: 'EngineUnavailable',
      mayHaveRun: false,
    })
    expect(engine.told).toEqual([])
    expect(engine.client.up).toBe(false)
  })
})
