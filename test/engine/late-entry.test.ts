import { expect, test } from 'bun:test'
import { keys } from '../../src/engine/keys.ts'
import { scripts } from '../../src/engine/scripts.ts'
import { eventually } from '../support/eventually.ts'
import { startTestNode } from '../support/node.ts'
import { hasRedis, startRedis } from '../support/redis.ts'

test.skipIf(!hasRedis)('who left before an entry of them came late leaves again', async () => {
  await using redis = await startRedis()
  await using node = await startTestNode(redis.url, { times: { recoverMs: 0 } })
  const seen: string[] = []
  node.directory.subscribe(({ kind, registration }) => seen.push(`${kind} ${registration.name}`))
  const { client } = node
  const [name = ''] = (await client.command('ZRANGE', keys.nodes, '0', '-1')) as string[]
  const epoch = String(await client.command('HGET', keys.state, 'epoch'))
  const held = {
    ...{ serial: 5, since: 0, name: 'ana', ip: '10.0.0.1', port: 4000, callPort: 5000 },
    ...{ proof: '', ready: 'no' },
  }
  // As a command does that was on its way through a network that was cut.
  const said = await client.run(
    scripts.append,
    [keys.state, keys.nodes, keys.log(epoch)],
    [epoch, name, '1000', '999', JSON.stringify({ kind: 'assert', held: [held] })],
  )
  expect(said).toEqual(['ok'])
  await eventually('she has come and left', () => seen.length === 2)
  expect(seen).toEqual(['joined ana', 'left ana'])
  expect(node.directory.size).toBe(0)
})
