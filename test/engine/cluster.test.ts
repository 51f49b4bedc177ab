import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Cables, hasCables, layCables } from '../support/cluster/cables.ts'
import { Cluster } from '../support/cluster/cluster.ts'
import { type Fault, Nemesis } from '../support/cluster/nemesis.ts'
import { startNodes } from '../support/cluster/nodes.ts'
import { freePort, hasRedis, startRedis } from '../support/redis.ts'

const seed = 16
const people = 18
const nodeCount = 3

describe.skipIf(!hasRedis)(
  'three processes and one engine, whatever happens to one of them',
  () => {
    const all = new AsyncDisposableStack()
    let cluster: Cluster
    let nemesis: Nemesis
    let cables: Cables | undefined
    beforeAll(async () => {
      cables = hasCables ? all.use(await layCables(nodeCount)) : undefined
      const port = freePort()
      const settings = { 'enable-debug-command': 'yes', bind: '0.0.0.0', 'protected-mode': 'no' }
      const redis = all.use(
        await startRedis({ port, settings, ...(cables ? { on: cables.on } : {}) }),
      )
      const urlOf = (index: number) => `redis://${cables?.address(index) ?? '127.0.0.1'}:${port}`
      const { nodes } = all.use(await startNodes(nodeCount, urlOf))
      cluster = new Cluster(nodes, seed, people)
      nemesis = new Nemesis({ cluster, redis, cables })
    }, 60_000)
    afterAll(async () => {
      await cluster?.stop()
      if (cluster) console.log(cluster.history.summary())
      await all.disposeAsync()
    }, 60_000)

    /** Each of them while people come, call and go. Then all know the same, and nothing was told that was not so. */
    async function survives(...faults: Fault[]): Promise<void> {
      await Bun.sleep(700)
      await Promise.all(faults.map(({ run }) => run()))
      await cluster.settle()
      expect(cluster.history.violations.splice(0)).toEqual([])
    }

    test('a node is killed', () => survives(nemesis.killNode(0)), 60_000)
    test('the engine is killed, and back empty', () => survives(nemesis.killEngine(0)), 60_000)
    test('a node stands still for 3 s', () => survives(nemesis.pauseNode(1, 3)), 60_000)
    test('the engine is away for 5 s', () => survives(nemesis.killEngine(5)), 60_000)
    test('the engine forgets everything', () => survives(nemesis.flush()), 60_000)
    test('the log loses what a node has not read', () => survives(nemesis.trim(2)), 60_000)
    test('the log has a gap', () => survives(nemesis.tear()), 60_000)
    test('the engine stands still for 6 s', () => survives(nemesis.pauseEngine(6)), 60_000)
    test(
      'a node stands still for 6 s, and the engine is busy',
      () => survives(nemesis.pauseNode(0, 6), nemesis.sleepEngine(4)),
      60_000,
    )
    test('a node is stopped in good order', () => survives(nemesis.restartNode(1)), 60_000)
    test.skipIf(!hasCables)(
      'two nodes are cut off, one of which is only not heard',
      () => survives(nemesis.cutNode(0, 6), nemesis.deafenNode(1, 7)),
      60_000,
    )
  },
)
