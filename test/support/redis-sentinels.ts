import { eventually } from './eventually.ts'
import { type Redis, startRedis } from './redis.ts'

/** How a Redis is run where it must not be missing: three nodes and the three that watch them. */
export type WatchedRedis = AsyncDisposable & {
  readonly url: string
  readonly nodes: readonly Redis[]
  readonly sentinels: readonly Redis[]
  readonly password: string
  /** The node that the Sentinels call the master. */
  master(): Promise<Redis>
}

/** A Sentinel writes it into its file without quotes. */
const password = 'a-word-for-all'

/** The first node is the master. One that says nothing for `downAfterMs` is replaced. */
export async function startWatchedRedis({ downAfterMs = 1000 } = {}): Promise<WatchedRedis> {
  const stack = new AsyncDisposableStack()
  const word = JSON.stringify(password)
  const nodes: Redis[] = []
  for (let at = 0; at < 3; at += 1) {
    const settings = {
      requirepass: word,
      masterauth: word,
      // Whom no Sentinel knows.
      'user ana': `on >${password} ~* &* +@all`,
      'repl-diskless-sync-delay': '0',
      'min-replicas-to-write': '1',
      'min-replicas-max-lag': '2',
      'repl-ping-replica-period': '1',
      ...(nodes[0] ? { replicaof: `127.0.0.1 ${nodes[0].port}` } : {}),
    }
    nodes.push(stack.use(await startRedis({ port: 0, settings })))
  }
  const sentinels: Redis[] = []
  for (let at = 0; at < 3; at += 1) {
    const settings = {
      'sentinel monitor': `m 127.0.0.1 ${nodes[0]?.port} 2`,
      'sentinel auth-pass': `m ${word}`,
      'sentinel down-after-milliseconds': `m ${downAfterMs}`,
      'sentinel failover-timeout': 'm 1000',
    }
    sentinels.push(stack.use(await startRedis({ port: 0, sentinel: true, settings })))
  }
  await eventually('all know each other', () => areReady(nodes, sentinels), 15_000)
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')
  return {
    url: `sentinel://:${encodeURIComponent(password)}@${hosts}/m`,
    nodes,
    sentinels,
    password,
    async master() {
      const port = await masterPort(sentinels)
      const found = nodes.find((node) => String(node.port) === port)
      if (!found) throw new Error(`no node has port ${port}`)
      return found
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** A Sentinel that knows no other, and calls that port the master. */
export const startLoneSentinel = (port: number): Promise<Redis> =>
  startRedis({
    port: 0,
    sentinel: true,
    settings: {
      'sentinel monitor': `m 127.0.0.1 ${port} 2`,
      'sentinel down-after-milliseconds': 'm 100',
    },
  })

async function masterPort(sentinels: readonly Redis[]): Promise<string> {
  const answers = await Promise.all(
    sentinels.map((sentinel) => sentinel.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'm')),
  )
  return answers[0]?.split('\n')[1] ?? ''
}

async function areReady(nodes: readonly Redis[], sentinels: readonly Redis[]): Promise<boolean> {
  const info = await nodes[0]?.cli('-a', password, 'INFO', 'replication')
  if (!info?.includes('connected_slaves:2') || info.match(/state=online/g)?.length !== 2)
    return false
  const views = await Promise.all(sentinels.map((each) => each.cli('SENTINEL', 'MASTER', 'm')))
  return views.every((view) => /num-slaves\n2\nnum-other-sentinels\n2\n/.test(view))
}
