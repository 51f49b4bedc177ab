import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { startTestNode, type TestNode } from '../support/node.ts'
import { hasRedis, type Redis, startRedis } from '../support/redis.ts'

describe.skipIf(!hasRedis)('two nodes and one engine', () => {
  let redis: Redis
  let here: TestNode
  let there: TestNode
  beforeAll(async () => {
    redis = await startRedis()
    here = await startTestNode(redis.url, { times: { recoverMs: 50 } })
    there = await startTestNode(redis.url, { times: { recoverMs: 50 } })
  })
  afterAll(async () => {
    await there?.[Symbol.asyncDispose]()
    await here?.[Symbol.asyncDispose]()
    await redis?.[Symbol.asyncDispose]()
  })

  test('who registers at one is seen at the other, and has the name at both', async () => {
    const ana = await here.connect()
    expect(await ana.ask('ana,10.0.0.1,4000,5000')).toBe('success,Registrado com sucesso')
    expect(await ana.ask('list')).toBe('ana')
    await eventually('ana is seen', () => there.directory.size === 1)
    const bia = await there.connect()
    expect(await bia.ask('ana,10.0.0.1,4001,5001')).toBe(
      'error,Usuário já registrado,already-registered',
    )
    expect(await bia.ask('bia,10.0.0.1,4001,5001')).toBe('success,Registrado com sucesso')
    expect(await bia.ask('list')).toBe('ana,bia')
    await ana.ask('quit')
    await eventually('ana has left', () => there.directory.names === 'bia')
    await bia.ask('quit')
  })

  test('who asks before the address is blocked, and is decided after it, is not registered', async () => {
    const operator = await here.connect()
    expect(await operator.ask(`auth,${here.key}`)).toStartWith('success,')
    const eva = await here.connect()
    // Both wait for the engine: neither knows of the other.
    redis.signal('SIGSTOP')
    const blocked = operator.ask('block,10.0.0.9,60')
    await eventually('it is asked', () => here.engine.idle === false)
    const registered = eva.ask('eva,10.0.0.9,4002,5002')
    await Bun.sleep(50)
    redis.signal('SIGCONT')
    expect(await blocked).toStartWith('success,10.0.0.9')
    expect(await registered).toEndWith(',address-blocked')
    await eventually('nobody is there', () => here.engine.idle && here.directory.size === 0)
    await eventually('nor at the other', () => there.directory.size === 0)
    await operator.ask('unblock,10.0.0.9')
    await operator.ask('quit')
  })
})
