import { expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { startTestNode } from '../support/node.ts'
import { idIn } from '../support/peer.ts'
import { hasRedis, startRedis } from '../support/redis.ts'

const unavailable =
  'error,O serviço não pode decidir isso agora: tente de novo em instantes,unavailable'

test.skipIf(!hasRedis)(
  'what was given up, and is decided all the same, is taken back',
  async () => {
    await using redis = await startRedis({ settings: { 'enable-debug-command': 'yes' } })
    await using node = await startTestNode(redis.url, { times: { recoverMs: 0 } })
    using ana = await node.connect()
    using bia = await node.connect()
    await ana.ask('register,ana,5001')
    await bia.ask('register,bia,5002')
    await bia.ask('ready')
    const id = idIn(await ana.ask('call,bia'))
    expect(await bia.line()).toBe(`*call,${id},ana,127.0.0.1`)
    // Longer than anybody waits, and not so long that the connection counts as lost.
    const slept = redis.cli('DEBUG', 'SLEEP', '1.8')
    await Bun.sleep(100)
    using cris = await node.connect()
    const [registered, accepted] = await Promise.all([
      cris.ask('register,cris,5003'),
      bia.ask(`accept,${id}`),
    ])
    expect([registered, accepted]).toEqual([unavailable, unavailable])
    await slept
    // Each knows in the end that there is no call.
    expect(await bia.line()).toBe(`*ended,${id},left`)
    expect(await ana.line()).toBe(`*accepted,${id}`)
    expect(await ana.line()).toBe(`*ended,${id},hangup`)
    await eventually('nobody has that name', () => node.directory.names === 'ana,bia')
    expect(await cris.ask('register,cris,5003')).toBe('success,Registrado com sucesso')
    expect(await cris.ask('list')).toBe('ana,bia,cris')
  },
)
