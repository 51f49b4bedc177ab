import { describe, expect, test } from 'bun:test'
import { readConfig } from '../../src/config/config.ts'
import { askedOrigin, clientAddress } from '../../src/web/http/forwarded.ts'
import { openTab } from '../support/tab.ts'
import { Visitor } from '../support/visitor.ts'
import { startTestWeb, type TestWeb } from '../support/web.ts'

const { isTrustedProxy } = readConfig({ TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8,fd00::/8' }).web

describe('the client’s address', () => {
  test.each([
    // Nobody's word counts where the connection is not a proxy's.
    { connection: '192.0.2.7', said: undefined, is: '192.0.2.7' },
    { connection: '192.0.2.7', said: '203.0.113.9', is: '192.0.2.7' },
    { connection: '192.0.2.7', said: '127.0.0.1', is: '192.0.2.7' },
    { connection: '2001:db8::7', said: '203.0.113.9, 10.0.0.1', is: '2001:db8::7' },
    // The last hop that no proxy of ours vouches for.
    { connection: '127.0.0.1', said: '203.0.113.9', is: '203.0.113.9' },
    { connection: '127.0.0.1', said: '198.51.100.1, 203.0.113.9', is: '203.0.113.9' },
    { connection: '127.0.0.1', said: '198.51.100.1,203.0.113.9,10.1.2.3', is: '203.0.113.9' },
    { connection: '127.0.0.1', said: '127.0.0.1, 203.0.113.9', is: '203.0.113.9' },
    { connection: '127.0.0.1', said: '10.0.0.9, 10.0.0.8', is: '10.0.0.9' },
    { connection: 'fd00::1', said: '2001:DB8:0::9', is: '2001:db8::9' },
    { connection: '127.0.0.1', said: '::ffff:203.0.113.9', is: '203.0.113.9' },
    { connection: '127.0.0.1', said: '203.0.113.9:4711', is: '203.0.113.9' },
    { connection: '127.0.0.1', said: '[2001:db8::9]:4711', is: '2001:db8::9' },
    { connection: '127.0.0.1', said: '[2001:db8::9]', is: '2001:db8::9' },
    // A proxy that does not say: it is the client.
    { connection: '127.0.0.1', said: undefined, is: '127.0.0.1' },
    { connection: '127.0.0.1', said: '', is: '127.0.0.1' },
    { connection: '127.0.0.1', said: '203.0.113.9, unknown', is: '127.0.0.1' },
    { connection: '127.0.0.1', said: '203.0.113.9, ', is: '127.0.0.1' },
    { connection: '127.0.0.1', said: '203.0.113.9, <script>', is: '127.0.0.1' },
    { connection: '127.0.0.1', said: '203.0.113.9, 10.0.0.1\u0000', is: '127.0.0.1' },
    { connection: '127.0.0.1', said: '203.0.113.9, fe80::1%eth0', is: '127.0.0.1' },
    { connection: '127.0.0.1', said: ','.repeat(5_000), is: '127.0.0.1' },
    { connection: '', said: '203.0.113.9', is: '' },
  ])('of $connection, which says “$said”, is $is', ({ connection, said, is }) => {
    expect(clientAddress(connection, said, isTrustedProxy)).toBe(is)
  })

  test('is the connection’s where no proxy is configured', () => {
    const { isTrustedProxy: none } = readConfig({}).web
    expect(clientAddress('127.0.0.1', '203.0.113.9', none)).toBe('127.0.0.1')
  })
})

describe('the origin that the browser asked', () => {
  const heard = new URL('http://127.0.0.1:3000/people?filter=a')
  test.each([
    { proto: undefined, host: undefined, is: 'http://127.0.0.1:3000' },
    { proto: 'https', host: 'encontro.example', is: 'https://encontro.example' },
    { proto: 'HTTPS', host: 'Encontro.example:8443', is: 'https://encontro.example:8443' },
    { proto: 'https', host: undefined, is: 'https://127.0.0.1:3000' },
    { proto: 'http', host: '[2001:db8::7]:80', is: 'http://[2001:db8::7]' },
    {
      proto: 'http, https',
      host: 'evil.example, encontro.example',
      is: 'https://encontro.example',
    },
    { proto: 'javascript', host: 'encontro.example', is: 'http://encontro.example' },
    { proto: 'https', host: 'encontro.example/path', is: 'http://127.0.0.1:3000' },
    { proto: 'https', host: 'evil@encontro.example', is: 'http://127.0.0.1:3000' },
    { proto: 'https', host: 'encontro.example?x', is: 'http://127.0.0.1:3000' },
    { proto: 'https', host: 'a b', is: 'http://127.0.0.1:3000' },
    { proto: '', host: '', is: 'http://127.0.0.1:3000' },
  ])('is $is of $proto and $host', ({ proto, host, is }) => {
    expect(askedOrigin(heard, { proto, host }).origin).toBe(is)
  })
})

/** What a proxy adds for a browser at that address, which asked for https://encontro.example. */
const proxied = (ip = '203.0.113.9') => ({
  'X-Forwarded-For': ip,
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'encontro.example',
})

const behindProxy = () => startTestWeb({ isTrustedProxy, publicHosts: ['encontro.example'] })

/** A browser over real sockets, with what the proxy adds. */
const visitorOf = (site: TestWeb, added: Record<string, string>) =>
  new Visitor((path, init) =>
    fetch(site.url + path, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), ...added },
    }),
  )

describe('behind a proxy of ours', () => {
  test('a browser registers with its own address, and its cookie stays with TLS', async () => {
    await using site = await behindProxy()
    const ana = visitorOf(site, proxied())
    const answer = await ana.register('Ana', 5001)
    expect(answer.headers.get('Location')).toBe('/people')
    expect(site.tcp.directory.find('Ana', '203.0.113.9')).toBeDefined()
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-encontro-443=.*; Secure/)
    expect(answer.headers.get('Strict-Transport-Security')).toBeNull()
    expect((await ana.get('/people')).html).toContain('203.0.113.9')
  })

  test('our own page opens a socket, and another’s does not', async () => {
    await using site = await behindProxy()
    const ana = visitorOf(site, proxied())
    await ana.register('Ana', 5001)
    const own = { ...proxied(), Origin: 'https://encontro.example' }
    const tab = await openTab(site, ana, undefined, own)
    await tab.saw('>Ana<')
    tab.close()
    for (const Origin of ['http://encontro.example', 'https://evil.example', site.url, 'null']) {
      const other = await openTab(site, ana, null, { ...proxied(), Origin })
      expect({ Origin, isOpen: other.closed() === undefined }).toEqual({ Origin, isOpen: false })
    }
    expect(site.web.tabs).toBeLessThanOrEqual(1)
  })

  test('an old browser’s form is known by its origin', async () => {
    await using site = await behindProxy()
    for (const { origin, status } of [
      { origin: 'https://encontro.example', status: 303 },
      { origin: 'http://encontro.example', status: 403 },
      { origin: site.url, status: 403 },
    ]) {
      const answer = await fetch(`${site.url}/language`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ language: 'en' }),
        headers: { ...proxied(), Origin: origin },
      })
      expect({ origin, status: answer.status }).toEqual({ origin, status })
    }
  })

  test('only known hosts are answered, whether the proxy asks for them or the browser did', async () => {
    await using site = await behindProxy()
    for (const headers of [
      { ...proxied(), 'X-Forwarded-Host': 'evil.example' },
      { ...proxied(), Host: 'evil.example' },
    ]) {
      expect((await fetch(site.url, { headers })).status).toBe(421)
    }
    expect((await fetch(site.url, { headers: proxied() })).status).toBe(200)
  })
})

describe('what anybody else says is not believed', () => {
  const elsewhere = () =>
    startTestWeb({
      isTrustedProxy: readConfig({ TRUSTED_PROXIES: '10.0.0.0/8' }).web.isTrustedProxy,
      publicHosts: ['encontro.example'],
    })

  test('of the address', async () => {
    await using site = await elsewhere()
    const { headers } = await visitorOf(site, proxied()).register('Ana', 5001)
    expect(headers.get('Location')).toBe('/people')
    expect(site.tcp.directory.find('Ana')).toMatchObject({ ip: '127.0.0.1' })
    expect(headers.getSetCookie()[0]).toStartWith(`encontro-${site.web.endpoint.port}=`)
    expect(headers.getSetCookie()[0]).not.toContain('Secure')
  })

  test('of the host, for which a page elsewhere would pass as ours', async () => {
    await using site = await elsewhere()
    const answer = await fetch(`${site.url}/language`, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...proxied(), Origin: 'https://encontro.example' },
    })
    expect(answer.status).toBe(403)
    const rebound = await fetch(site.url, { headers: { ...proxied(), Host: 'evil.example' } })
    expect(rebound.status).toBe(421)
  })
})

test('a proxy that speaks TLS but is not configured still lets pages be live', async () => {
  await using site = await startTestWeb({ publicHosts: ['encontro.example'] })
  const asked = { Host: 'encontro.example' }
  const ana = visitorOf(site, asked)
  await ana.register('Ana', 5001)
  const own = { ...asked, Origin: 'https://encontro.example' }
  const tab = await openTab(site, ana, undefined, own)
  await tab.saw('>Ana<')
  tab.close()
})
