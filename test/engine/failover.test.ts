import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Cluster } from '../support/cluster/cluster.ts'
import { startNodes } from '../support/cluster/nodes.ts'
import { hasRedis } from '../support/redis.ts'
import { startWatchedRedis, type WatchedRedis } from '../support/redis-sentinels.ts'

const people = 16

describe.skipIf(!hasRedis)('two processes, and an engine of three with Sentinels', () => {
  const all = new AsyncDisposableStack()
  let engine: WatchedRedis
  let cluster: Cluster
  beforeAll(async () => {
    engine = all.use(await startWatchedRedis())
    const { nodes } = all.use(await startNodes(2, () => engine.url))
    cluster = new Cluster(nodes, 7, people)
  }, 60_000)
  afterAll(async () => {
    await cluster?.stop()
    if (cluster) console.log(cluster.history.summary())
    await all.disposeAsync()
  }, 60_000)

  async function survives(what: string, fault: () => Promise<void>): Promise<void> {
    await Bun.sleep(700)
    await cluster.suffer(what, fault)
    // A replica that another has just replaced is found again only at Sentinel's next look, each 10 s.
    await cluster.settle(30_000)
    expect(cluster.history.violations.splice(0)).toEqual([])
  }

  const anotherMaster = async (pid: number): Promise<void> => {
    while ((await engine.master()).pid === pid) await Bun.sleep(100)
  }

  test('a master that stands still is replaced, and comes back as a replica', async () => {
    const master = await engine.master()
    await survives('the master stands still', async () => {
      master.signal('SIGSTOP')
      await anotherMaster(master.pid)
      await Bun.sleep(1_000)
      master.signal('SIGCONT')
    })
  }, 60_000)

  test('a master that is killed is replaced', async () => {
    await survives('the master is killed', async () => {
      const master = await engine.master()
      const { pid } = master
      await master.kill()
      await anotherMaster(pid)
    })
  }, 60_000)
})
