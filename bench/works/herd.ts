import { startRedis } from '../../test/support/redis.ts'
import type { Visitor } from '../../test/support/visitor.ts'
import { registeredBrowser } from '../browser.ts'
import { type Encontro, startEncontro } from '../encontro.ts'
import { inHands } from '../presence/audience.ts'
import { type Row, spread, type Work } from '../work.ts'

/** As pages dial again: from this on, doubled up to the most, and up to so much of it more or less. */
const redial = { firstMs: 300, mostMs: 1_500, jitter: 0.3 }

/** Browsers of one node that dies are to be in at another one within so long. */
const backWithinMs = 10_000

type Node = Encontro & { alive: boolean }

/** One browser with one open page, which a balancer leads to a node that lives. */
type Page = {
  visitor: Visitor
  backAt: number | undefined
  refused: string | undefined
  left: boolean
}

/**
 * Two nodes, and browsers with an open page at one of them. That node is killed: how long until all pages
 * show the list again at the other one, and whether any was told that its own name is taken.
 */
export const herd: Work = {
  name: 'herd',
  async measure({ size }) {
    // Each takes four descriptors of its server, of which a process may have 20,000 here.
    const count = size === 'full' ? 4_900 : 20
    await using stack = new AsyncDisposableStack()
    const redis = stack.use(await startRedis({ port: 0 }))
    const environment = { ENGINE_URL: redis.url, SESSION_SECRET: 'x'.repeat(32) }
    const nodes: Node[] = []
    for (const NODE_NAME of ['one', 'two']) {
      const node = await startEncontro({ ...environment, NODE_NAME })
      stack.defer(node.stop)
      nodes.push({ ...node, alive: true })
    }
    const [dies, lives] = nodes as [Node, Node]
    const pages: Page[] = []
    let killedAt = 0
    await inHands(count, async (number) => {
      const visitor = await registeredBrowser(dies.url, `Pessoa ${number}`, 20_000 + number)
      const page: Page = { visitor, backAt: undefined, refused: undefined, left: false }
      pages.push(page)
      await open(page, dies, () => lives)
    })
    killedAt = performance.now()
    dies.alive = false
    process.kill(dies.pid, 'SIGKILL')
    const deadline = killedAt + 4 * backWithinMs
    while (pages.some(({ backAt }) => backAt === undefined) && performance.now() < deadline) {
      await Bun.sleep(20)
    }
    for (const page of pages) page.left = true
    const times = pages.map(({ backAt = Number.POSITIVE_INFINITY }) => backAt - killedAt)
    const refused = pages.filter(({ refused }) => refused !== undefined)
    return [rowOf(times, refused.length)]
  },
}

function rowOf(times: number[], refused: number): Row {
  const sorted = times.toSorted((a, b) => a - b)
  return {
    work: `${times.length} open pages of a node that is killed, until they show the list at another`,
    unit: 'ms',
    samples: { median: [spread(times).median], last: [sorted.at(-1) ?? Number.NaN] },
    ratios: [],
    bounds: [{ of: 'last', target: { atMost: backWithinMs } }],
    notes: [`${refused} of them were told that they may not come in`],
  }
}

/** Resolves when the page shows the list the first time, and dials again whenever it is closed. */
function open(page: Page, first: Node, other: () => Node): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let failures = 0
  let shown = false
  const dial = () => {
    const node = first.alive ? first : other()
    const { port } = new URL(node.url)
    // A balancer has one name and one port, by which browsers keep the cookie.
    const cookie = page.visitor.cookieHeader.replace(/encontro-\d+/g, `encontro-${port}`)
    const options = { headers: { Cookie: cookie, Origin: node.url } }
    const socket = new WebSocket(
      `${node.url.replace('http', 'ws')}/live`,
      options as unknown as string[],
    )
    socket.onopen = () => socket.send('{"filter":"","order":"name","pages":"1"}')
    socket.onmessage = ({ data }) => {
      const text = String(data)
      if (text.includes('"go"')) page.refused = text
      if (!text.includes('"#count"')) return
      failures = 0
      if (shown && node !== first) page.backAt ??= performance.now()
      shown = true
      resolve()
    }
    socket.onclose = () => {
      if (page.left) return
      const wait = Math.min(redial.mostMs, redial.firstMs * 2 ** failures++)
      setTimeout(dial, wait * (1 + redial.jitter * (2 * Math.random() - 1)))
    }
  }
  dial()
  return promise
}
