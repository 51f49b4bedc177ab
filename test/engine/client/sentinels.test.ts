import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { EngineClient } from '../../../src/engine/client/engine-client.ts'
import { EngineError, EngineUnavailable } from '../../../src/engine/client/engine-error.ts'
import { script } from '../../../src/engine/client/script.ts'
import { clientOptions, engineClient, faultOf } from '../../support/engine-client.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort, hasRedis, startRedis } from '../../support/redis.ts'
import {
  startLoneSentinel,
  startWatchedRedis,
  type WatchedRedis,
} from '../../support/redis-sentinels.ts'

const count = script("return redis.call('INCR', KEYS[1])")
const scripts = [count]

describe.skipIf(!hasRedis)('a master that Sentinels watch', () => {
  let watched: WatchedRedis
  beforeAll(async () => {
    watched = await startWatchedRedis()
  }, 30_000)
  afterAll(() => watched[Symbol.asyncDispose]())

  /** Each Sentinel hears of a new master at a time of its own. */
  const isAtTheMaster = (client: EngineClient) =>
    eventually(
      'the client is at the master',
      async () => {
        const { port } = await watched.master()
        return client.server === `127.0.0.1:${port}`
      },
      10_000,
    )

  /** Before that it takes no writes. A Sentinel may need its next look for it, 10 s later. */
  const hasReplica = (client: EngineClient) =>
    eventually('it has a replica', () => client.run(count, ['n']).catch(() => false), 15_000)

  test('is found, also where one of them is away', async () => {
    const [first] = watched.nodes
    using engine = await engineClient(watched.url, { scripts })
    expect(engine.client.server).toBe(`127.0.0.1:${first?.port}`)
    await watched.sentinels[0]?.kill()
    using another = await engineClient(watched.url, { scripts })
    expect(another.client.server).toBe(`127.0.0.1:${first?.port}`)
    await watched.sentinels[0]?.start()
  })

  test('lets somebody in whom the Sentinels do not know', async () => {
    using engine = await engineClient(watched.url.replace('//:', '//ana:'))
    expect(await engine.client.command('ACL', 'WHOAMI')).toBe('ana')
  })

  test('has to have the name that they know', async () => {
    const url = watched.url.replace(/\/m$/, '/other')
    const fault = await faultOf(EngineClient.start(clientOptions(url)))
    expect(fault).toBeInstanceOf(EngineError)
    expect(fault.message).toContain('No such master')
  })

  test('is not found where none of them answers', async () => {
    const fault = await faultOf(EngineClient.start(clientOptions('sentinel://127.0.0.1:1/m')))
    expect(fault).toBeInstanceOf(EngineUnavailable)
    expect(fault.message).toContain('127.0.0.1:1: ')
  })

  test('is not where a Sentinel says that hears nothing from there', async () => {
    await using lone = await startLoneSentinel(freePort())
    await eventually('it counts as down', async () => {
      const said = await lone.cli('SENTINEL', 'MASTER', 'm')
      return said.includes('s_down')
    })
    using engine = await engineClient(watched.url.replace('@', `@127.0.0.1:${lone.port},`))
    expect(engine.client.server).toBe(`127.0.0.1:${watched.nodes[0]?.port}`)
  })

  test('is followed when it dies', async () => {
    using engine = await engineClient(watched.url, { scripts })
    const old = await watched.master()
    for (let n = 1; n <= 100; n += 1) expect(await engine.client.run(count, ['n'])).toBe(n)
    await Bun.sleep(50)
    await old.kill()
    await engine.isDown()
    await engine.isUp(12_000)
    await isAtTheMaster(engine.client)
    expect(engine.client.server).not.toBe(`127.0.0.1:${old.port}`)
    await hasReplica(engine.client)
    expect(Number(await engine.client.command('GET', 'n'))).toBeGreaterThan(100)
    // The one that comes back would take writes, until it is told that it is a replica now.
    await old.start()
    await Bun.sleep(500)
    await isAtTheMaster(engine.client)
    expect(engine.told).toHaveLength(2)
  }, 40_000)

  test('is not where a Sentinel says that knows of no failover', async () => {
    await using other = await startRedis({ port: 0 })
    await using lone = await startLoneSentinel(other.port)
    // It answers first, and as most of them.
    const most = Array.from({ length: 4 }, () => `127.0.0.1:${lone.port}`).join(',')
    const { port } = await watched.master()
    using engine = await engineClient(watched.url.replace('@', `@${most},`))
    expect(engine.client.server).toBe(`127.0.0.1:${port}`)
  })

  test('is followed when another is put in its place while it goes on', async () => {
    using engine = await engineClient(watched.url, { scripts })
    const old = await watched.master()
    await eventually(
      'a failover begins',
      async () => {
        const said = await watched.sentinels[1]?.cli('SENTINEL', 'FAILOVER', 'm')
        return said === 'OK'
      },
      10_000,
    )
    await engine.isDown(10_000)
    await engine.isUp(10_000)
    await isAtTheMaster(engine.client)
    expect(engine.client.server).not.toBe(`127.0.0.1:${old.port}`)
  }, 40_000)

  test('is left for the one that they name, though it answers us as before', async () => {
    using engine = await engineClient(watched.url, { scripts })
    const old = await watched.master()
    await hasReplica(engine.client)
    // It keeps those that it knows, such as us, and hears no Sentinel any more.
    await engine.client.command('CONFIG', 'SET', 'requirepass', 'another-word')
    const clients = String(await engine.client.command('CLIENT', 'LIST'))
    for (const [, id = ''] of clients.matchAll(/^id=(\d+) .*name=sentinel-/gm)) {
      await engine.client.command('CLIENT', 'KILL', 'ID', id)
    }
    await engine.isDown(10_000)
    expect(engine.told[0]).toContain('is the master now')
    await engine.isUp(5000)
    await isAtTheMaster(engine.client)
    expect(engine.client.server).not.toBe(`127.0.0.1:${old.port}`)
  }, 40_000)
})
