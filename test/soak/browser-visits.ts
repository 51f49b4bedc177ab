import type { TestProcess } from '../support/process.ts'
import { openTab } from '../support/tab.ts'
import { Visitor } from '../support/visitor.ts'
import type { Draw } from './visits.ts'

type Site = Pick<TestProcess, 'url'>

/** A browser whose connections end with each answer, so that what is left is the server's own. */
const newVisitor = ({ url }: Site) =>
  new Visitor((path, init) => fetch(url + path, { ...init, redirect: 'manual', keepalive: false }))

async function register(site: Site, draw: Draw): Promise<Visitor | undefined> {
  const visitor = newVisitor(site)
  const { status } = await visitor.register(`pessoa ${draw(400)}`, 1 + draw(60_000))
  return status === 303 ? visitor : undefined
}

/** What browsers do. None leaves a session behind that only time ends. */
export const browserVisits: Record<string, (site: Site, draw: Draw) => Promise<void>> = {
  async browses(site, draw) {
    const visitor = await register(site, draw)
    if (!visitor) return
    const tab = await openTab(site, visitor)
    await Bun.sleep(draw(1_000))
    await visitor.get('/people?q=pessoa')
    tab.say({ filter: String(draw(10)), order: 'name', pages: '1' })
    await Bun.sleep(draw(1_000))
    await visitor.post('/leave')
    tab.close()
  },
  async closesItsTab(site, draw) {
    const visitor = await register(site, draw)
    if (!visitor) return
    const tabs = await Promise.all([openTab(site, visitor), openTab(site, visitor)])
    await Bun.sleep(draw(1_500))
    for (const tab of tabs) tab.close()
  },
  async saysNonsenseInATab(site, draw) {
    const visitor = await register(site, draw)
    if (!visitor) return
    const tab = await openTab(site, visitor)
    for (const text of ['', '{', '[]', '{"beat":"x"}', '"'.repeat(1 + draw(5_000))]) {
      if (tab.closed() === undefined) tab.sayText(text)
      await Bun.sleep(draw(100))
    }
    tab.close()
  },
  async breaksOffARequest(site, draw) {
    const { hostname, port } = new URL(site.url)
    const socket = await Bun.connect({ hostname, port: Number(port), socket: { data() {} } })
    socket.write(
      `POST /register HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 999\r\n\r\nname=`,
    )
    await Bun.sleep(draw(500))
    socket.terminate()
  },
}
