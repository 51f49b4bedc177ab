import { describe, expect, test } from 'bun:test'
import { RegistryLost } from '../../src/client/registry-client.ts'
import type { LogEntry } from '../../src/log/log.ts'
import { startTestWeb, type TestWeb } from '../support/web.ts'

/** A request over a real socket, as whatever host it says. */
const ask = (site: TestWeb, path: string, init: RequestInit = {}) =>
  fetch(site.url + path, { redirect: 'manual', ...init })

test('a page without TLS shows the way to the name that the operator gave, for who came without', async () => {
  await using site = await startTestWeb({ publicHosts: ['encontro.example.org'] })
  const { html } = await site.visitor().get('/')
  expect(html).toContain(
    '<a href="https://encontro.example.org/">https://encontro.example.org/</a>',
  )
  await using nameless = await startTestWeb()
  expect((await nameless.visitor().get('/')).html).toContain('Peça o endereço https://.')
})

describe('a request for a host', () => {
  test.each([
    { host: 'evil.example', status: 421 },
    { host: 'evil.example:80', status: 421 },
    { host: 'localhost.evil.example', status: 421 },
    { host: '127.0.0.1.evil.example', status: 421 },
    { host: 'localhost:1234', status: 200 },
    { host: '127.0.0.1', status: 200 },
    { host: '192.0.2.7:3000', status: 200 },
    { host: '[::1]:3000', status: 200 },
    { host: '[2001:db8::7]', status: 200 },
    { host: 'encontro.example', status: 200 },
    { host: 'ENCONTRO.example:8080', status: 200 },
  ])('of the name $host is answered with $status', async ({ host, status }) => {
    await using site = await startTestWeb({ publicHosts: ['encontro.example'] })
    for (const path of ['/', '/assets/htmx.js']) {
      const answer = await ask(site, path, { headers: { Host: host } })
      expect(answer.status).toBe(status)
      if (status === 421) expect(answer.headers.getSetCookie()).toEqual([])
    }
  })

  test('that we are not opens no socket and registers nobody', async () => {
    await using site = await startTestWeb()
    const headers = { Host: 'evil.example', Origin: 'http://evil.example' }
    const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' }
    const key = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }
    const live = await ask(site, '/live', { headers: { ...headers, ...upgrade, ...key } })
    expect(live.status).toBe(421)
    const body = new URLSearchParams({ name: 'Ana', callPort: '5001' })
    expect((await ask(site, '/register', { method: 'POST', body, headers })).status).toBe(421)
    expect(site.tcp.directory.size).toBe(0)
  })
})

/** Every kind of page that there is. */
async function allPages(site: TestWeb) {
  const ana = site.visitor()
  const stranger = site.visitor({ language: 'en' })
  await ana.register('"><b onclick=alert(1)>&', 5001)
  await site.tcp.until('all is known', () => site.tcp.directory.size === 1)
  const name = encodeURIComponent('"><b onclick=alert(1)>&')
  const htmx = { 'HX-Request': 'true' }
  const person = `/person?name=${name}&ip=127.0.0.1`
  return Promise.all([
    stranger.get('/'),
    stranger.get('/?notice=left'),
    stranger.get('/?notice=lost'),
    stranger.get('/?refused=call-port-taken'),
    stranger.get('/no-such-page'),
    stranger.post('/register', { name: '"><i onload=x>', callPort: '" style="' }),
    stranger.post('/register', { name: 'list', callPort: '5001' }, htmx),
    stranger.post('/leave', {}, { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }),
    ana.get('/people'),
    ana.get('/people?filter=%22%3E%3Cscript%3E&order=newest'),
    ana.get('/people?page=7'),
    ana.get(person),
    ana.get(person, htmx),
    ana.get('/person?name=Nobody&ip=127.0.0.1'),
    ana.get('/person?name=Nobody&ip=127.0.0.1', htmx),
  ])
}

describe('every page', () => {
  test('has the headers that keep it to itself', async () => {
    await using site = await startTestWeb()
    for (const { headers } of await allPages(site)) {
      const policy = headers.get('Content-Security-Policy') ?? ''
      expect(policy).toContain("default-src 'self'")
      for (const part of ["object-src 'none'", "base-uri 'none'", "form-action 'self'"]) {
        expect(policy).toContain(part)
      }
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
      expect(policy).not.toContain('*')
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
      expect(headers.get('Referrer-Policy')).toBe('same-origin')
      expect(headers.get('Content-Type')).toBe('text/html; charset=UTF-8')
    }
  })

  test('has nothing inline that the policy would refuse, whatever people are called', async () => {
    await using site = await startTestWeb()
    for (const { html } of await allPages(site)) {
      const tags = [...html.matchAll(/<[a-z][^\s>/]*(?:\s+[^\s=>]+(?:="[^"]*")?)*\s*\/?>/gi)]
      // The scan sees every tag: nothing that looks like one is left over.
      const rest = tags.reduce((left, [tag]) => left.replace(tag, ''), html)
      expect(rest.replaceAll(/<\/[a-z0-9-]+>|<!doctype html>/gi, '')).not.toMatch(/</)
      const attributes = tags.flatMap(([tag]) => [...tag.matchAll(/\s([^\s="]+)(?:="([^"]*)")?/g)])
      const names = attributes.map(([, name = '']) => name.toLowerCase())
      expect(names.filter((name) => /^(on|hx-on|style$|srcdoc$)/.test(name))).toEqual([])
      expect(html).not.toMatch(/<(style|iframe|object|embed|base|b|i)\b/i)
      for (const [script] of html.matchAll(/<script\b.*?<\/script>/gis)) {
        expect(script).toMatch(/^<script src="\/assets\/[^"]+" defer(="")?><\/script>$/)
      }
      const links = attributes.filter(([, name = '']) => /^(href|src|action|hx-\w+)$/.test(name))
      for (const [, name, value = ''] of links) {
        if (name === 'href' || name === 'src' || name === 'action') {
          expect(value).toMatch(/^(\/(?!\/)|#)/)
        }
      }
    }
  })

  test('is not kept by caches', async () => {
    await using site = await startTestWeb()
    for (const { headers, html } of await allPages(site)) {
      if (!html.startsWith('<!doctype html>')) continue
      expect(headers.get('Cache-Control')).toBe('no-store')
      expect(headers.get('Vary')).toContain('HX-Request')
    }
  })
})

describe('an asset', () => {
  const urlsIn = (html: string) =>
    [...html.matchAll(/(?:src|href|data-htmx)="(\/assets\/[^"]+)"/g)].map(([, url = '']) => url)

  test('that a page refers to is kept for ever; without its version it is asked for again', async () => {
    await using site = await startTestWeb()
    const urls = urlsIn((await site.visitor().get('/')).html)
    expect(new Set(urls).size).toBeGreaterThanOrEqual(4)
    for (const url of urls) {
      const answer = await ask(site, url)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
      expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff')
      expect(answer.headers.get('Content-Type')).toMatch(
        /^(text\/(css|javascript); charset=utf-8|image\/(svg\+xml|png)|application\/manifest\+json)$/,
      )
      expect((await answer.text()).length).toBeGreaterThan(20)
      const [path = ''] = url.split('?')
      for (const other of [path, `${path}?v=`, `${path}?v=other`]) {
        expect((await ask(site, other)).headers.get('Cache-Control')).toBe('no-cache')
      }
    }
  })

  test('of htmx is its own, from our own origin', async () => {
    await using site = await startTestWeb()
    const served = await (await ask(site, '/assets/htmx.js')).text()
    // htmx and its extension in one file: none of a page's scripts can find the other missing.
    for (const file of ['htmx.min.js', 'ext/hx-ws.min.js']) {
      const own = Bun.file(`${import.meta.dir}/../../node_modules/htmx.org/dist/${file}`)
      expect(served).toContain(await own.text())
    }
  })

  test.each([
    '/assets/nothing.js',
    '/assets/',
    '/assets',
    '/assets/..',
    '/assets/../package.json',
    '/assets/..%2fpackage.json',
    '/assets/..%2f..%2f..%2fetc%2fpasswd',
    '/assets/%2e%2e%2fpackage.json',
    '/assets/%2fetc%2fpasswd',
    '/assets/constructor',
    '/assets/__proto__',
    '/assets/htmx.js%00',
    '/assets/%',
    '/public/encontro.css',
    '/package.json',
    '/.env',
  ])('that is none is not found: %s', async (path) => {
    await using site = await startTestWeb()
    const answer = await ask(site, path)
    // The parent of the assets is the front page.
    expect(answer.status).toBe(path === '/assets/..' ? 200 : 404)
    expect(await answer.text()).toStartWith('<!doctype html>')
  })
})

describe('a page that is not there', () => {
  test('says so, and shows the way home', async () => {
    await using site = await startTestWeb()
    const { status, html } = await site.visitor().get('/nothing')
    expect(status).toBe(404)
    expect(html).toContain('Esta página não existe')
    expect(html).toContain('href="/"')
  })

  test.each([
    { method: 'POST', path: '/' },
    { method: 'PUT', path: '/register' },
    { method: 'DELETE', path: '/register' },
  ])('is also what $method $path is', async ({ method, path }) => {
    await using site = await startTestWeb()
    const headers = { 'Sec-Fetch-Site': 'same-origin' }
    expect((await ask(site, path, { method, headers })).status).toBe(404)
  })
})

test('an address longer than any of ours is refused before it is taken apart', async () => {
  await using site = await startTestWeb()
  const ana = site.visitor()
  await ana.register('Ana', 5001)
  for (const path of ['/people', '/person', '/', '/live']) {
    expect((await ana.get(`${path}?${'a=%&'.repeat(1_100)}`)).status).toBe(414)
  }
  // The longest that a page makes, and a little more.
  const longest = encodeURIComponent('\u{1f600}'.repeat(64))
  expect((await ana.get(`/people?filter=${longest}&order=newest&page=1000000`)).status).toBe(200)
  expect((await ana.get(`/person?name=${longest}&ip=127.0.0.1`)).status).toBe(404)
})

test('whatever takes a form leads home when it is reloaded or come back to', async () => {
  await using site = await startTestWeb()
  const forms = site.web.app.routes.filter(({ method }) => method === 'POST')
  expect(forms.map(({ path }) => path)).toContain('/register')
  for (const { path } of forms) {
    const answer = await ask(site, path)
    expect({ path, status: answer.status }).toEqual({ path, status: 303 })
    expect(answer.headers.get('Location')).toBe('/')
  }
})

describe('an error', () => {
  test('tells the visitor nothing of itself, and the log all', async () => {
    const logged: LogEntry[] = []
    await using site = await startTestWeb({ log: (entry) => logged.push(entry) })
    site.web.app.get('/broken', () => {
      throw new Error('the secret of /etc/passwd')
    })
    for (const headers of [{}, { 'HX-Request': 'true' }]) {
      const { status, html } = await site.visitor().get('/broken?x=1', headers)
      expect(status).toBe(500)
      expect(html).toContain('O servidor encontrou um erro')
      expect(html).not.toMatch(/secret|passwd|\.tsx?|at </)
    }
    expect(logged).toHaveLength(2)
    expect(logged[0]).toMatchObject({
      event: 'bug',
      where: 'GET /broken',
      error: { message: 'the secret of /etc/passwd' },
    })
  })

  test('of a registry that is lost in the midst of a request is no bug', async () => {
    const logged: LogEntry[] = []
    await using site = await startTestWeb({ log: (entry) => logged.push(entry) })
    site.web.app.get('/lost', () => {
      throw new RegistryLost('gone')
    })
    const { status, html } = await site.visitor().get('/lost')
    expect(status).toBe(503)
    expect(html).toContain('O servidor não responde agora')
    expect(logged).toEqual([])
  })
})

test('the app answers a request that looks at nothing but the headers', async () => {
  await using site = await startTestWeb()
  const answer = await ask(site, '/', { method: 'HEAD' })
  expect(answer.status).toBe(200)
  expect(await answer.text()).toBe('')
})
