import { afterEach, describe, expect, test } from 'bun:test'
import { EngineClient } from '../../../src/engine/client/engine-client.ts'
import { script } from '../../../src/engine/client/script.ts'
import { clientOptions, engineClient, faultOf } from '../../support/engine-client.ts'
import { eventually } from '../../support/eventually.ts'
import { hasRedis, type Redis, startRedis } from '../../support/redis.ts'

const count = script("return redis.call('INCR', KEYS[1])")
const scripts = [count]

/** A millisecond for each key. Meanwhile clients are heard after each few of them. */
const slowToLoad = { 'key-load-delay': '1000', 'loading-process-events-interval-bytes': '1024' }

describe.skipIf(!hasRedis)('a client whose Redis', () => {
  let redis: Redis
  afterEach(() => redis[Symbol.asyncDispose]())

  test('is killed and back at once goes on with it, scripts and all', async () => {
    redis = await startRedis()
    using engine = await engineClient(redis.url, { scripts })
    expect(await engine.client.run(count, ['n'])).toBe(1)
    const under = faultOf(engine.client.command('BLPOP', 'never', '0'))
    await redis.kill()
    expect(await under).toMatchObject({ name: 'EngineUnavailable', mayHaveRun: true })
    await engine.isDown()
    const late = await faultOf(engine.client.run(count, ['n']))
    expect(late).toMatchObject({ name: 'EngineUnavailable', mayHaveRun: false })
    await redis.start()
    await engine.isUp()
    expect(await engine.client.command('SCRIPT', 'EXISTS', count.sha)).toEqual([1])
    expect(await engine.client.run(count, ['n'])).toBe(1)
    expect(engine.told).toEqual([`down unix:${redis.path}: has closed the connection`, 'up'])
  })

  test('is away for long tries it again and again, and says why it cannot', async () => {
    redis = await startRedis({ port: 0 })
    const whys: string[] = []
    const onFailure = (why: Error) => whys.push(why.message)
    using engine = await engineClient(redis.url, { scripts, onFailure })
    await redis.kill()
    const away = performance.now()
    await eventually('four attempts', () => whys.length === 4, 10_000)
    // Doubled each time from 0.1 s, of which half to all is waited.
    expect(performance.now() - away).toBeGreaterThan(700)
    expect(whys[0]).toStartWith(`127.0.0.1:${redis.port}: `)
    expect(whys[0]).toContain('ECONNREFUSED')
    await redis.start()
    await engine.isUp(3000)
    expect(await engine.client.run(count, ['n'])).toBe(1)
  })

  test('says nothing any more is given up within 3 s of its last byte', async () => {
    redis = await startRedis()
    await using other = await startRedis()
    using quiet = await engineClient(other.url)
    using engine = await engineClient(redis.url, { scripts })
    engine.client.read(new Map([['s', '$']]), () => {})
    expect(await engine.client.run(count, ['n'])).toBe(1)
    redis.signal('SIGSTOP')
    const stopped = performance.now()
    const late = await faultOf(engine.client.run(count, ['n']))
    expect(late).toMatchObject({ name: 'EngineUnavailable', mayHaveRun: true, code: 'ETIMEDOUT' })
    expect(performance.now() - stopped).toBeWithin(900, 3000)
    await engine.isDown()
    expect(performance.now() - stopped).toBeWithin(2500, 4500)
    redis.signal('SIGCONT')
    await engine.isUp(5000)
    // One that nobody asks anything gives signs of life.
    expect(quiet.told).toEqual([])
    // What was sent is executed when the server goes on: this is why nobody knows.
    expect(await engine.client.run(count, ['n'])).toBe(3)
  })

  test('is slow for a while is not lost', async () => {
    redis = await startRedis({ settings: { 'enable-debug-command': 'yes' } })
    using engine = await engineClient(redis.url, { scripts, timeoutMs: 200 })
    const late = engine.client.command('DEBUG', 'SLEEP', '0.5')
    expect(await faultOf(late)).toMatchObject({ name: 'EngineUnavailable', mayHaveRun: true })
    await eventually('it answers', () => engine.client.run(count, ['n']).catch(() => undefined))
    expect(engine.told).toEqual([])
  })

  test('loads its data is not there yet', async () => {
    redis = await startRedis({ settings: slowToLoad })
    const lines = Array.from({ length: 400 }, (_, at) => `SET k${at} ${at}`)
    const cli = Bun.spawn(['redis-cli', '-s', redis.path], { stdin: 'pipe', stdout: 'ignore' })
    cli.stdin.write(`${lines.join('\n')}\nSAVE\n`)
    cli.stdin.end()
    await cli.exited
    const whys: string[] = []
    const onFailure = ({ code = '' }) => whys.push(code)
    using engine = await engineClient(redis.url, { scripts, onFailure })
    await redis.kill()
    await redis.start()
    await engine.isUp(5000)
    expect(whys).toContain('LOADING')
    expect(await engine.client.command('DBSIZE')).toBe(400)
  })

  test('was made a replica is given up at the first write that it refuses', async () => {
    redis = await startRedis()
    using engine = await engineClient(redis.url, { scripts })
    await redis.cli('REPLICAOF', '127.0.0.1', '1')
    expect(await faultOf(engine.client.run(count, ['n']))).toMatchObject({ code: 'READONLY' })
    await engine.isDown()
    const start = EngineClient.start(clientOptions(redis.url))
    expect(await faultOf(start)).toMatchObject({
      name: 'EngineUnavailable',
      message: `unix:${redis.path}: is a slave, not a master`,
    })
    await redis.cli('REPLICAOF', 'NO', 'ONE')
    await engine.isUp()
    expect(await engine.client.run(count, ['n'])).toBe(1)
  })
})
