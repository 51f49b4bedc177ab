import { expect, test } from 'bun:test'
import { startTestNode } from '../support/node.ts'
import { hasRedis, startRedis } from '../support/redis.ts'

/** What SECURITY.md says that the user of the engine needs. */
async function documented(): Promise<{ commands: string[]; keys: string }> {
  const text = await Bun.file('SECURITY.md').text()
  const [, direct = '', inScripts = '', keys = ''] =
    /needs the commands `([^`]+)`, and in the scripts `([^`]+)`, on the keys `([^`]+)`/.exec(
      text,
    ) ?? []
  return { commands: `${direct} ${inScripts}`.toLowerCase().split(/\s+/), keys }
}

test.skipIf(!hasRedis)(
  'a user with the commands of SECURITY.md, and no others, is enough',
  async () => {
    const { commands, keys } = await documented()
    expect(commands.length).toBeGreaterThan(20)
    await using redis = await startRedis({ port: 0 })
    const may = [`~${keys}`, '-@all', ...commands.map((command) => `+${command}`)]
    expect(await redis.cli('ACL', 'SETUSER', 'encontro', 'on', '>a-password', ...may)).toContain(
      'OK',
    )
    const url = redis.url.replace('//', '//encontro:a-password@')
    const times = { recoverMs: 0, beatMs: 50, leaseMs: 200 }
    await using first = await startTestNode(url, { times })
    const second = await startTestNode(url, { times })
    const [ana, bia] = [await first.connect(), await second.connect()]
    await ana.ask('register,Ana,5001')
    await bia.ask('register,Bia,5002')
    await first.until('both are there', () => first.directory.size === 2)
    // Each script, the one that finds a node dead included, and the stream of each node.
    await second.engine.stop()
    await second.stop()
    await first.until('it has left', () => first.engine.nodes === 1)
    await Bun.sleep(3 * times.beatMs)
    expect(first.engine.ready).toBe(true)
    expect(await redis.cli('ACL', 'LOG')).not.toContain('reason')
  },
  20_000,
)

test.skipIf(!hasRedis)(
  'a right that is taken away is in the log: nothing else would say why nobody registers',
  async () => {
    await using redis = await startRedis({ port: 0 })
    await redis.cli('ACL', 'SETUSER', 'encontro', 'on', '>a-password', '~*', '+@all')
    const url = redis.url.replace('//', '//encontro:a-password@')
    await using node = await startTestNode(url, { times: { recoverMs: 0 }, bugs: 'expected' })
    await redis.cli('ACL', 'SETUSER', 'encontro', '-xadd')
    const ana = await node.connect()
    expect(await ana.ask('register,Ana,5001')).toContain(',unavailable')
    const bugs = node.told.filter(({ event }) => event === 'bug')
    expect(bugs.map((bug) => String('error' in bug && bug.error))).toContainEqual(
      expect.stringMatching(/can't run this command|permission/i),
    )
    await redis.cli('ACL', 'SETUSER', 'encontro', '+xadd')
    expect(await ana.ask('register,Ana,5001')).toBe('success,Registrado com sucesso')
  },
  20_000,
)
