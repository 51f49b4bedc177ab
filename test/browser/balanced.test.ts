import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import {
  type AnyBrowser,
  type AnyWindow,
  register,
  textOf,
  waitFor,
  waitForText,
} from '../support/any-browser.ts'
import { newCertificate } from '../support/certificates.ts'
import { hasChromium } from '../support/chromium.ts'
import { startAnyChromium } from '../support/chromium-window.ts'
import { deployed, freePort, type InFront } from '../support/deployed.ts'
import { eventually } from '../support/eventually.ts'
import { hasHaproxy, startHaproxy } from '../support/haproxy.ts'
import { hasNginx, startNginx } from '../support/nginx.ts'
import { connectPeer, type Peer } from '../support/peer.ts'
import { startProcess, type TestProcess } from '../support/process.ts'
import { hasRedis, type Redis, startRedis } from '../support/redis.ts'
import { visitorAt } from '../support/visitor-at.ts'

const testMs = 60_000
const hasAll = hasChromium && hasHaproxy && hasNginx && hasRedis

describe.skipIf(!hasAll)('two servers with one directory, behind HAProxy and nginx', () => {
  let redis: Redis
  let browser: AnyBrowser
  let servers: [TestProcess, TestProcess]
  let haproxy: InFront
  let nginx: InFront
  const ports = { http: freePort(), https: freePort(), registry: freePort(), nginx: freePort() }
  const byHaproxy = `https://localhost:${ports.https}`
  const byNginx = `https://localhost:${ports.nginx}`
  const registry = { ip: '127.0.0.1', port: ports.registry }

  const startServer = (
    NODE_NAME: string,
    more: Record<string, string> = {},
  ): Promise<TestProcess> =>
    startProcess({
      ...{ NODE_NAME, ENGINE_URL: redis.url, DRAIN_SECONDS: '4', ...more },
      SESSION_SECRET: 'a secret for tests with 37 characters',
      TRUSTED_PROXIES: '127.0.0.1',
      REGISTRY_PROXIES: '127.0.0.1',
    })
  const at = ({ url, registry }: TestProcess) => ({
    page: Number(new URL(url).port),
    registry: registry.port,
  })

  beforeAll(async () => {
    redis = await startRedis()
    ;[browser, ...servers] = await Promise.all([
      startAnyChromium(),
      startServer('one'),
      startServer('two'),
    ])
    const { cert, key } = await newCertificate()
    haproxy = await startHaproxy(ports, [at(servers[0]), at(servers[1])], cert + key)
    const site = deployed('nginx-several.conf', {
      'listen 443 ssl;': `listen 127.0.0.1:${ports.nginx} ssl;`,
      '/etc/ssl/encontro.pem': '{directory}/encontro.pem',
      '/etc/ssl/encontro.key': '{directory}/encontro.key',
      '10.83.7.11:3000': `127.0.0.1:${at(servers[0]).page}`,
      '10.83.7.12:3000': `127.0.0.1:${at(servers[1]).page}`,
    })
    nginx = await startNginx(site, ports.nginx, { 'encontro.pem': cert, 'encontro.key': key })
  }, testMs)
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]()
    await haproxy?.[Symbol.asyncDispose]()
    for (const server of servers ?? []) await server[Symbol.asyncDispose]()
    await browser?.close()
    await redis?.[Symbol.asyncDispose]()
  }, testMs)

  /** Which of them has that browser's registration: it is logged where it is made. */
  const serverOf = (name: string): TestProcess =>
    servers.find((server) => server.output().includes(`Novo cliente registrado: ${name} `)) ??
    servers[0]

  /** A browser that the proxy has led to that server, and its name. */
  async function windowAt(server: TestProcess, url: string): Promise<[AnyWindow, string]> {
    for (let tries = 0; tries < 12; tries += 1) {
      const window = await browser.newWindow()
      await register(window, url, `Bia ${tries}`, 5060 + tries)
      if (serverOf(`Bia ${tries}`) === server) return [window, `Bia ${tries}`]
      await window.close()
    }
    throw new Error('always led to the other server')
  }

  test('programs are spread over both, each with its own address', async () => {
    // On a busy machine a check of its can come too late, and for a second it leads to one of them alone.
    await eventually('HAProxy leads to both', async () => {
      using _ = await connectPeer(registry, { from: '127.0.0.50' })
      return servers.every((server) => server.output().includes('Nova conexão de 127.0.0.50:'))
    })
    const names = ['p1', 'p2', 'p3', 'p4']
    using stack = new DisposableStack()
    const peers = await Promise.all(
      names.map(async (name, index) => {
        const peer = stack.use(await connectPeer(registry, { from: `127.0.0.${10 + index}` }))
        expect(await peer.ask(`register,${name},500${index}`)).toStartWith('success,')
        return peer
      }),
    )
    const [first] = peers as [Peer]
    const listed = async () => (await first.ask('list')).split(',').sort().join()
    await eventually('all are known', async () => (await listed()) === names.join())
    for (const [index, name] of names.entries()) {
      expect(await first.ask(`details,${name}`)).toBe(`127.0.0.${10 + index},500${index}`)
    }
    expect(new Set(names.map(serverOf)).size).toBe(2)
    // A reply comes to the end also where a client says first that it has no more to say.
    const last = await connectPeer(registry)
    await last.send('register,p5,5005\nlist\n')
    last.halfClose()
    expect(await last.rest()).toMatch(/^success,[^\n]+\n(p\d,?){5}\n$/)
    stack.dispose()
    await eventually('all have left', () => whoIsThere(servers[0]).then((all) => all.length === 0))
  }, 20_000)

  test.each([
    ['HAProxy', byHaproxy],
    ['nginx', byNginx],
  ])('a browser behind %s has its own address, and goes to one server', async (name, url) => {
    const visitor = visitorAt(url, '127.0.0.21', { 'X-Forwarded-For': '192.0.2.66' })
    expect((await visitor.register(`V-${name}`, 5030)).headers.get('Location')).toBe('/people')
    expect(visitor.cookies.has('encontro-way')).toBe(true)
    const lists = await Promise.all(Array.from({ length: 6 }, () => visitor.get('/people')))
    expect(lists.map(({ status }) => status)).toEqual(Array(6).fill(200))
    const registered = servers
      .flatMap((server) => server.logged())
      .filter((line) => {
        return line.startsWith(`Novo cliente registrado: V-${name} (127.0.0.21:`)
      })
    expect(registered).toHaveLength(1)
    await visitor.post('/leave')
  })

  test(
    'where a server is killed, its browsers go on at the other, behind either',
    async () => {
      const ana = await browser.newWindow()
      await register(ana, byHaproxy, 'Ana', 5040)
      const killed = serverOf('Ana')
      const [other, biasName] = await windowAt(killed, byNginx)
      await waitForText(other, 'Ana')
      const killedAt = performance.now()
      killed.signal('SIGKILL')
      await killed.exited
      using peer = await connectPeer(registry, { from: '127.0.0.31' })
      expect(await peer.ask('register,Zeca,5050')).toStartWith('success,')
      for (const [window, me] of [
        [ana, 'Ana'],
        [other, biasName],
      ] as const) {
        await waitFor(window, 'the list is live', "document.body.innerText.includes('Zeca')")
        await waitFor(
          window,
          'all are there',
          `${names}.includes('Ana') && ${names}.includes(${JSON.stringify(biasName)})`,
        )
        expect(await textOf(window, '.top__me')).toBe(me)
        expect(await window.evaluate('location.pathname')).toBe('/people')
      }
      expect(performance.now() - killedAt).toBeLessThan(20_000)
      await ana.close()
      await other.close()
    },
    testMs,
  )

  test('a server that is back gets browsers again, and one that stops gets no new ones', async () => {
    const gone = servers.findIndex(({ pid }) => !existsSync(`/proc/${pid}/fd/0`))
    const { page, registry } = at(servers[gone] as TestProcess)
    const name = ['one', 'two'][gone] as string
    await using back = await startServer(name, {
      HTTP_PORT: String(page),
      REGISTRY_PORT: String(registry),
    })
    const ways = async () => {
      const visitors = Array.from({ length: 6 }, () => visitorAt(byHaproxy, '127.0.0.41'))
      await Promise.all(visitors.map((visitor) => visitor.get('/')))
      return new Set(visitors.map(({ cookies }) => cookies.get('encontro-way')))
    }
    await eventually('both get browsers', async () => (await ways()).size === 2)
    let ended = false
    back.exited.then(() => {
      ended = true
    })
    back.signal('SIGTERM')
    await eventually('it gets no new ones', async () => !(await ways()).has(name))
    expect(ended).toBe(false)
    expect(await back.exited).toBe(0)
  }, 30_000)
})

/** Whom the page lists. */
const names = "[...document.querySelectorAll('#own a, #people a')].map((a) => a.textContent.trim())"

async function whoIsThere({ connect }: TestProcess): Promise<string[]> {
  using peer = await connect()
  await peer.send('PROXY TCP4 127.0.0.1 127.0.0.1 4000 3001\r\nregister,watcher,5999\n')
  await peer.line()
  const names = (await peer.ask('list')).split(',')
  await peer.ask('quit')
  return names.filter((name) => name !== 'watcher')
}
