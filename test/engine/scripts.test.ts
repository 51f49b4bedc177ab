import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { EngineClient } from '../../src/engine/client/engine-client.ts'
import { keys, prefix } from '../../src/engine/keys.ts'
import { scripts } from '../../src/engine/scripts.ts'
import { clientOptions } from '../support/engine-client.ts'
import { hasRedis, type Redis, startRedis } from '../support/redis.ts'

/** Long for a test that does not wait for its end. */
const leaseMs = 5_000
const recoverMs = 20

let epochs = 0

describe.skipIf(!hasRedis)('in the engine', () => {
  let redis: Redis
  let client: EngineClient
  beforeAll(async () => {
    redis = await startRedis()
    client = await EngineClient.start(clientOptions(redis.url, { scripts: Object.values(scripts) }))
  })
  afterAll(async () => {
    client?.stop()
    await redis?.[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    await client.command('FLUSHALL')
  })

  const both = [keys.state, keys.nodes]

  async function hello(
    node: string,
    how: { before?: string; applied?: number; known?: string; rules?: string; lease?: number } = {},
  ) {
    const { before = '', applied = 0, known = '', rules = 'r', lease = leaseMs } = how
    epochs += 1
    const words = [prefix, node, before, applied, known, `e${epochs}`, 0, rules, recoverMs, lease]
    const join = '{"kind":"join","attempt":0}'
    const args = [...words, join, 60_000].map(String)
    const [said, epoch = '', from = '', whole] = (await client.run(
      scripts.hello,
      both,
      args,
    )) as string[]
    return { said, epoch, from: Number(from), whole: whole === '1' }
  }
  const beat = async (node: string, epoch: string, { lease = leaseMs, whole = true } = {}) => {
    const args = [prefix, epoch, node, lease, 60_000, whole ? 1 : 0].map(String)
    return ((await client.run(scripts.beat, both, args)) as string[])[0]
  }
  const append = async (node: string, epoch: string, ...commands: string[]) => {
    const words = commands.flatMap((command, index) => [String(index + 1), command])
    const args = [epoch, node, '1000', ...words]
    return ((await client.run(scripts.append, [...both, keys.log(epoch)], args)) as string[])[0]
  }
  const goodbye = async (node: string, epoch: string) =>
    ((await client.run(scripts.goodbye, both, [prefix, epoch, node])) as string[])[0]

  type Read = [id: string, fields: string[]][]
  /** Node and kind of each entry of the log. */
  async function logOf(epoch: string): Promise<string[]> {
    const all = (await client.command('XRANGE', keys.log(epoch), '-', '+')) as Read
    return all.map(([, fields]) => {
      const field = (name: string) =>
        fields.find((_, at) => at % 2 === 1 && fields[at - 1] === name) ?? ''
      const { kind, node } = JSON.parse(field('c'))
      return [field('n'), kind, ...(node ? [node] : [])].join(' ')
    })
  }
  async function idsOf(epoch: string): Promise<number[]> {
    const all = (await client.command('XRANGE', keys.log(epoch), '-', '+')) as Read
    return all.map(([id]) => Number.parseInt(id, 10))
  }
  const expires = '{"kind":"expire"}'

  /** A node that is there, when the time to recover is over. */
  async function first(): Promise<string> {
    const { epoch } = await hello('a')
    await Bun.sleep(recoverMs + 5)
    expect(await beat('a', epoch)).toBe('ok')
    return epoch
  }

  test('a node may write while it has its lease, and knows the epoch', async () => {
    const epoch = await first()
    expect(await append('a', epoch, expires, expires)).toBe('ok')
    expect(await append('a', 'another', expires)).toBe('epoch')
    expect(await append('stranger', epoch, expires)).toBe('fenced')
    expect(await logOf(epoch)).toEqual(['a join', 'a recovered', 'a expire', 'a expire'])
    const ids = await idsOf(epoch)
    expect(ids).toEqual(ids.map((_, at) => (ids[0] ?? 0) + at))
  })

  test('a node without a lease is late, and may go on if nobody has given it up', async () => {
    const { epoch } = await hello('a', { lease: 10 })
    await Bun.sleep(15)
    expect(await append('a', epoch, expires)).toBe('late')
    expect(await beat('a', epoch)).toBe('ok')
    expect(await append('a', epoch, expires)).toBe('ok')
  })

  test('a node that gave no sign of life is given up, with its inbox', async () => {
    const epoch = await first()
    await hello('b', { lease: 10 })
    expect(await client.command('EXISTS', keys.inbox('b'))).toBe(1)
    await Bun.sleep(15)
    expect(await beat('a', epoch)).toBe('ok')
    expect((await logOf(epoch)).at(-1)).toBe('a dead b')
    expect(await client.command('EXISTS', keys.inbox('b'))).toBe(0)
    expect(await beat('b', epoch)).toBe('fenced')
    expect(await append('b', epoch, expires)).toBe('fenced')
  })

  test('nobody is given up for a time in which the engine was away', async () => {
    const { epoch } = await hello('a', { lease: 100 })
    await hello('b', { lease: 100 })
    await Bun.sleep(110)
    expect(await beat('a', epoch, { lease: 100 })).toBe('ok')
    expect(await beat('b', epoch, { lease: 100 })).toBe('ok')
    expect(await logOf(epoch)).not.toContain('a dead b')
  })

  test('an engine that knows nothing gives nodes time to enter their own again', async () => {
    const { said, epoch, whole, from } = await hello('a', { applied: 7, known: 'lost' })
    expect([said, whole]).toEqual(['ok', true])
    // Above all numbers that were given before.
    expect(from).toBe(1_000_007)
    // Others read it from its beginning too.
    expect(await hello('b')).toEqual({ said: 'ok', epoch, from, whole: true })
    expect(await beat('a', epoch)).toBe('ok')
    expect(await logOf(epoch)).toEqual(['a join', 'b join'])
    await Bun.sleep(recoverMs + 5)
    expect(await beat('b', epoch)).toBe('ok')
    expect(await beat('a', epoch)).toBe('ok')
    expect(await logOf(epoch)).toEqual(['a join', 'b join', 'b recovered'])
    // Whoever comes now has to be told.
    expect(await hello('c')).toMatchObject({ epoch, from: from + 4, whole: false })
  })

  test('an epoch is over where the engine has lost some of it', async () => {
    const epoch = await first()
    expect((await hello('b', { known: epoch, applied: 1_000_003 })).epoch).not.toBe(epoch)
    expect(await append('a', epoch, expires)).toBe('epoch')
    expect(await beat('a', epoch)).toBe('epoch')
  })

  test('an epoch is over where another server has taken over', async () => {
    const epoch = await first()
    await client.command('HSET', keys.state, 'server', 'another')
    expect(await beat('a', epoch)).toBe('epoch')
    expect((await hello('b')).epoch).not.toBe(epoch)
    expect(await append('a', epoch, expires)).toBe('epoch')
  })

  test('a new epoch begins where nobody is left that could tell the state', async () => {
    const epoch = await first()
    const { whole } = await hello('b', { known: epoch })
    expect(whole).toBe(false)
    expect(await goodbye('a', epoch)).toBe('ok')
    const begun = await hello('c')
    expect(begun).toMatchObject({ whole: true })
    expect(begun.epoch).not.toBe(epoch)
  })

  test('where all have said goodbye there is nothing to wait for', async () => {
    const epoch = await first()
    expect(await goodbye('a', epoch)).toBe('ok')
    expect((await logOf(epoch)).at(-1)).toBe('a dead a')
    expect(await goodbye('a', epoch)).toBe('fenced')
    const { epoch: next, whole } = await hello('b')
    expect(whole).toBe(true)
    expect(await logOf(next)).toEqual(['b recovered', 'b join'])
    expect(await client.command('EXISTS', keys.log(epoch), keys.inbox('a'))).toBe(0)
  })

  test('a node that begins anew ends what it was', async () => {
    const epoch = await first()
    await hello('b')
    await hello('c', { before: 'b' })
    expect((await logOf(epoch)).slice(-3)).toEqual(['b join', 'c dead b', 'c join'])
    expect(await append('b', epoch, expires)).toBe('fenced')
  })

  test('nodes with other rules are not let in', async () => {
    const epoch = await first()
    expect((await hello('b', { rules: 'other' })).said).toBe('rules')
    expect(await logOf(epoch)).toEqual(['a join', 'a recovered'])
  })

  test('time does not go back where the clock does', async () => {
    const epoch = await first()
    const later = Date.now() + 60_000
    await client.command('HSET', keys.state, 'time', String(later))
    expect(await append('a', epoch, expires)).toBe('ok')
    const [[, fields] = ['', []]] = (await client.command(
      ...(['XREVRANGE', keys.log(epoch), '+', '-', 'COUNT', '1'] as const),
    )) as Read
    expect(fields).toContain(String(later))
  })
})
