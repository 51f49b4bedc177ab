import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Certificate } from '../../src/tls/self-signed.ts'
import { newCertificate } from '../support/certificates.ts'
import { deployed, freePort, type InFront, startInFront } from '../support/deployed.ts'
import { hasNginx, startNginx } from '../support/nginx.ts'
import { startProcess, type TestProcess } from '../support/process.ts'
import { openTab } from '../support/tab.ts'
import { visitorAt } from '../support/visitor-at.ts'

const caddy = Bun.which('caddy')

/** A proxy in front of a server, as `deploy` says, at ports of loopback for http and https. */
type Start = (ports: { http: number; https: number; server: number }) => Promise<InFront>

let certificate: Certificate

const startedNginx: Start = ({ http, https, server }) => {
  const site = deployed('nginx.conf', {
    'listen 80;': `listen 127.0.0.1:${http};`,
    'listen 443 ssl;': `listen 127.0.0.1:${https} ssl;`,
    '/etc/ssl/encontro.pem': '{directory}/encontro.pem',
    '/etc/ssl/encontro.key': '{directory}/encontro.key',
    ':3000;': `:${server};`,
  })
  const { cert, key } = certificate
  return startNginx(site, https, { 'encontro.pem': cert, 'encontro.key': key })
}

const startedCaddy: Start = ({ http, https, server }) => {
  const site = deployed('Caddyfile', {
    // A certificate that nobody is asked for.
    'encontro.example {': 'https://localhost {\n\ttls encontro.pem encontro.key',
    ':3000': `:${server}`,
  })
  const global = `{\n\thttp_port ${http}\n\thttps_port ${https}\n\tadmin off\n\tdefault_bind 127.0.0.1\n}\n`
  const { cert, key } = certificate
  const files = { Caddyfile: global + site, 'encontro.pem': cert, 'encontro.key': key }
  return startInFront(https, files, () => [caddy ?? 'caddy', 'run'])
}

beforeAll(async () => {
  certificate = await newCertificate()
})

describe.each(
  [
    { name: 'nginx', skipped: !hasNginx, start: startedNginx },
    { name: 'Caddy', skipped: !caddy, start: startedCaddy },
  ].filter(({ skipped }) => !skipped),
)('behind $name', ({ start }) => {
  let server: TestProcess
  let front: InFront
  const ports = { http: freePort(), https: freePort() }
  const url = `https://localhost:${ports.https}`
  beforeAll(async () => {
    server = await startProcess({ TRUSTED_PROXIES: '127.0.0.1' })
    front = await start({ ...ports, server: Number(new URL(server.url).port) })
  }, 30_000)
  afterAll(async () => {
    await front?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  test('a browser registers with its own address, whatever it says of itself', async () => {
    const lies = { 'X-Forwarded-For': '192.0.2.66', 'X-Forwarded-Host': 'evil.example' }
    const ana = visitorAt(url, '127.0.0.5', lies)
    expect((await ana.register('Ana', 5001)).headers.get('Location')).toBe('/people')
    // Of https, and of this port.
    expect([...ana.cookies.keys()]).toContain(`__Host-encontro-${ports.https}`)
    using peer = await server.connect()
    await peer.ask('register,Lia,5009')
    expect(await peer.ask('details,Ana')).toStartWith('127.0.0.5,')
    await peer.ask('quit')
    await ana.post('/leave')
  })

  test('a page hears of a change by its WebSocket, and of nothing from another site', async () => {
    const bia = visitorAt(url, '127.0.0.6')
    await bia.register('Bia', 5002)
    const tab = await openTab({ url }, bia)
    await tab.saw('Bia')
    using peer = await server.connect()
    await peer.ask('register,Caio,5003')
    await tab.saw('Caio')
    const other = await openTab({ url }, bia, null, { Origin: 'https://evil.example' })
    expect(other.closed()).toBeDefined()
    tab.close()
  })

  test('plain http leads to https, and what is for the operator is for nobody else', async () => {
    const host = { headers: { Host: 'localhost' }, redirect: 'manual' } as const
    const answer = await fetch(`http://127.0.0.1:${ports.http}/people`, host)
    expect([301, 308]).toContain(answer.status)
    expect(answer.headers.get('Location')).toStartWith('https://localhost')
    const visitor = visitorAt(url, '127.0.0.7')
    // 127.0.0.7 is this very machine; a visitor from elsewhere would find nothing.
    expect((await visitor.get('/healthz')).status).toBe(200)
    await using elsewhere = await startProcess({
      TRUSTED_PROXIES: '127.0.0.1',
      TRUSTED_ADDRESSES: '127.0.0.1',
    })
    const own = { http: freePort(), https: freePort() }
    await using _ = await start({ ...own, server: Number(new URL(elsewhere.url).port) })
    const stranger = visitorAt(`https://localhost:${own.https}`, '127.0.0.7')
    expect((await stranger.get('/healthz')).status).toBe(404)
    expect((await stranger.get('/metrics')).status).toBe(404)
  }, 30_000)
})
