import { describe, expect, test } from 'bun:test'
import type { LogEntry } from '../../src/log/log.ts'
import { eventually } from '../support/eventually.ts'
import { askRaw, connectRaw, type RawConnection, trickle } from '../support/raw-http.ts'
import { openTab } from '../support/tab.ts'
import { startTestWeb, type TestWeb } from '../support/web.ts'

/** Every route that there is, but those that ask for nothing more than GET, and one that is none. */
const unsafeRoutes = (site: TestWeb) => [
  ...new Set(site.web.app.routes.filter(({ method }) => method === 'POST').map(({ path }) => path)),
  '/live',
  '/assets/htmx.js',
  '/nothing',
]

const contents = [
  { type: 'application/x-www-form-urlencoded', body: 'language=en&name=Bia&callPort=5002' },
  { type: 'multipart/form-data; boundary=x', body: '--x--\r\n' },
  { type: 'text/plain', body: 'language=en' },
  { type: 'application/json', body: '{"name":"Bia","callPort":"5002"}' },
  { type: 'application/graphql-response+json; charset=utf-8', body: '{}' },
  { type: 'text/xml', body: '<a/>' },
  { type: undefined, body: '' },
]

const senders = [
  {
    what: 'another site',
    headers: { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
  },
  { what: 'an old browser at another site', headers: { Origin: 'https://evil.example' } },
  { what: 'a sandbox', headers: { Origin: 'null' } },
  {
    what: 'another port',
    headers: { Origin: 'http://127.0.0.1:1', 'Sec-Fetch-Site': 'same-site' },
  },
  { what: 'the address bar', headers: { 'Sec-Fetch-Site': 'none' } },
  { what: 'nobody', headers: {} },
  {
    what: 'a page without origin elsewhere',
    headers: { Referer: 'https://evil.example/127.0.0.1' },
  },
  { what: 'a sandbox elsewhere', headers: { Origin: 'null', Referer: 'https://evil.example/' } },
  { what: 'a name like ours', headers: { Origin: 'http://127.0.0.1.evil.example' } },
  { what: 'nonsense', headers: { Origin: '::', 'Sec-Fetch-Site': 'same-origin, cross-site' } },
]

describe.each(senders)('a request that may change something, from $what', ({ headers }) => {
  test('is refused on every route, by every method, whatever it carries', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    for (const path of unsafeRoutes(site)) {
      for (const { type, body } of contents) {
        for (const htmx of [{}, { 'HX-Request': 'true' }]) {
          const answer = await fetch(site.url + path, {
            method: 'POST',
            redirect: 'manual',
            body: Buffer.from(body),
            headers: {
              Cookie: ana.cookieHeader,
              ...(type ? { 'Content-Type': type } : {}),
              ...htmx,
              ...(headers as Record<string, string>),
            },
          })
          expect({ path, type, status: answer.status }).toEqual({ path, type, status: 403 })
          expect(answer.headers.getSetCookie()).toEqual([])
        }
      }
      for (const method of ['PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
        const asked = { method, headers: headers as Record<string, string> }
        expect((await fetch(site.url + path, asked)).status).toBe(403)
      }
    }
    expect(site.tcp.directory.names).toBe('Ana')
  })
})

test('a request of our own page is served with JSON too, and is no bug', async () => {
  const logged: LogEntry[] = []
  await using site = await startTestWeb({ log: (entry) => logged.push(entry) })
  for (const { type, body } of contents) {
    const answer = await fetch(`${site.url}/register`, {
      method: 'POST',
      body: Buffer.from(body),
      redirect: 'manual',
      headers: { 'Sec-Fetch-Site': 'same-origin', ...(type ? { 'Content-Type': type } : {}) },
    })
    expect(answer.status).not.toBe(403)
    expect(answer.status).toBeLessThan(500)
  }
  expect(logged).toEqual([])
})

test.concurrent.each([
  'https://evil.example',
  'null',
  'http://127.0.0.1:1',
  'file://',
  '',
  undefined,
])('a page of %p opens no socket', async (origin) => {
  await using site = await startTestWeb()
  const ana = site.visitor()
  await ana.register('Ana', 5001)
  const request = [
    'GET /live HTTP/1.1',
    `Host: ${new URL(site.url).host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Cookie: ${ana.cookieHeader}`,
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
  ]
  const answer = await askRaw(site.url, `${request.join('\r\n')}\r\n\r\n`)
  expect(answer).toStartWith('HTTP/1.1 403')
  expect(site.web.tabs).toBe(0)
})

describe('a body without end', () => {
  test.each([
    { what: 'announced', head: 'Content-Length: 1000000000' },
    { what: 'announced beyond all numbers', head: `Content-Length: ${'9'.repeat(40)}` },
    { what: 'in chunks', head: 'Transfer-Encoding: chunked' },
  ])('$what is not waited for', async ({ head }) => {
    await using site = await startTestWeb()
    const raw = await connectRaw(site.url)
    const { host } = new URL(site.url)
    const type = 'Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin'
    raw.socket.write(`POST /register HTTP/1.1\r\nHost: ${host}\r\n${type}\r\n${head}\r\n\r\n`)
    let sent = 0
    const more = setInterval(() => {
      raw.socket.write(`${(8192).toString(16)}\r\n${'x'.repeat(8192)}\r\n`)
      sent += 8192
    }, 1)
    await eventually('an answer', () => raw.isClosed() || /^HTTP\/1\.1 4\d\d/.test(raw.received()))
    clearInterval(more)
    raw.socket.destroy()
    expect(sent).toBeLessThan(2 * 1024 * 1024)
    expect((await fetch(site.url)).status).toBe(200)
    expect(site.tcp.directory.size).toBe(0)
  })
})

describe('a request line', () => {
  test.each([
    '/assets/../../../../etc/passwd',
    '/assets/..%2f..%2f..%2fetc%2fpasswd',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/assets/....//....//etc/passwd',
    '/assets/..\\..\\etc\\passwd',
    '/..%5c..%5cetc%5cpasswd',
    '/assets//etc/passwd',
    '/assets/%00',
    '/../.encontro/session-secret',
    '/.encontro/session-secret',
    '/%2e%2e%2f.encontro/self-signed.pem',
    '//evil.example/assets/htmx.js',
    'http://evil.example/',
    '*',
    '/\u0001',
    '/%zz',
  ])('of %j finds nothing of the machine, and nothing elsewhere', async (path) => {
    const logged: LogEntry[] = []
    await using site = await startTestWeb({ log: (entry) => logged.push(entry) })
    const { host } = new URL(site.url)
    const answer = await askRaw(
      site.url,
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).not.toMatch(/root:|PRIVATE KEY|evil\.example[^"]*"?\r\n/)
    expect(answer).not.toMatch(/^Location: (\/\/|http)/im)
    expect(answer).toMatch(/^(HTTP\/1\.1 (400|404|421|505|200) |$)/)
    if (/^HTTP\/1\.1 200/.test(answer)) expect(answer).toContain('<form')
    expect(logged).toEqual([])
    expect((await fetch(site.url)).status).toBe(200)
  })

  test.each([
    { what: 'two lengths', head: 'Content-Length: 5\r\nContent-Length: 50' },
    { what: 'a length and chunks', head: 'Content-Length: 5\r\nTransfer-Encoding: chunked' },
    { what: 'a length that is none', head: 'Content-Length: -1' },
    { what: 'an unknown coding', head: 'Transfer-Encoding: chunked, rubbish' },
    { what: 'a space before the colon', head: 'Transfer-Encoding : chunked' },
    { what: 'a header without end', head: `X: ${'x'.repeat(100_000)}` },
    { what: 'a header of control characters', head: 'X: \u0001\u0002' },
    { what: 'two hosts', head: 'Host: evil.example' },
  ])('with $what smuggles in no second request', async ({ head }) => {
    await using site = await startTestWeb()
    const { host } = new URL(site.url)
    const smuggled = `POST /language HTTP/1.1\r\nHost: ${host}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 0\r\n\r\n`
    const answer = await askRaw(
      site.url,
      `POST /nothing HTTP/1.1\r\nHost: ${host}\r\n${head}\r\n\r\n0\r\n\r\n${smuggled}`,
    )
    // 303 would be the answer to the second.
    expect(answer).not.toContain('HTTP/1.1 303')
    expect((await fetch(site.url)).status).toBe(200)
  })
})

describe('those who take their time', () => {
  test('with headers, with a body, or with nothing at all hold up nobody, and are sent away', async () => {
    await using site = await startTestWeb()
    const { host } = new URL(site.url)
    const idle: RawConnection[] = []
    // No more at once than the kernel keeps for a server that is to accept them.
    while (idle.length < 3_000) {
      idle.push(...(await Promise.all(Array.from({ length: 100 }, () => connectRaw(site.url)))))
    }
    const slow = await Promise.all(Array.from({ length: 40 }, () => connectRaw(site.url)))
    for (const [index, raw] of slow.entries()) {
      const method = index % 2 ? 'GET / HTTP/1.1' : 'POST /register HTTP/1.1'
      const rest =
        index % 2 ? 'X-Slow: ' : 'Content-Length: 9000\r\nSec-Fetch-Site: same-origin\r\n\r\n'
      raw.socket.write(`${method}\r\nHost: ${host}\r\n${rest}`)
      trickle(raw, 'x')
    }
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const tab = await openTab(site, ana)
    await tab.saw('>Ana<')
    const waits: number[] = []
    for (let asked = 0; asked < 50; asked += 1) {
      const start = performance.now()
      expect((await fetch(site.url, { keepalive: false })).status).toBe(200)
      waits.push(performance.now() - start)
    }
    expect(waits.sort((a, b) => a - b)[25]).toBeLessThan(200)
    // Bun gives up on a request that is not whole, and a connection without any, after some 12 s.
    const all = [...idle, ...slow]
    await Promise.race([Promise.all(all.map(({ closed }) => closed)), Bun.sleep(25_000)])
    expect(all.filter(({ isClosed }) => !isClosed())).toHaveLength(0)
    expect(tab.closed()).toBeUndefined()
    tab.close()
  }, 60_000)
})

describe('a name', () => {
  const names = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    '</li><hx-partial hx-target="body">owned</hx-partial>',
    '{"go":"/leave"}',
    '{"content":"<b>x</b>"}',
    '#{7*7}{{7*7}}',
    '&lt;b&gt;&amp;',
    'javascript:alert(1)',
    '../../etc/passwd',
    'ثريا',
  ]

  test.each(names)('of %j is text, in pages, in what follows, and in calls', async (name) => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const tab = await openTab(site, ana)
    await tab.saw('>Ana<')
    using peer = await site.tcp.connect()
    expect(await peer.ask(`register,${name},6000`)).toStartWith('success,')
    const escaped = Bun.escapeHTML(name).replaceAll('&#x27;', '&#39;')
    const news = await tab.saw(`>${escaped}<`)
    expect(await peer.ask('call,Ana')).toStartWith('success,')
    const ringing = await tab.saw('"ringing"')
    expect(JSON.parse(ringing).call.name).toBe(name)
    const person = `/person?name=${encodeURIComponent(name)}&ip=127.0.0.1`
    const pages = [
      news,
      tab.html(),
      (await ana.get('/people')).html,
      (await ana.get(person)).html,
      (await ana.get(person, { 'HX-Request': 'true' })).html,
    ]
    for (const html of pages) {
      expect(html).toContain(escaped)
      if (/[<>"]/.test(name)) expect(html).not.toContain(name)
      expect(html).not.toMatch(/<script>|<img src=x|hx-target="body"/)
    }
    // Messages that are JSON are ours, and tell htmx nothing to swap.
    for (const message of tab.messages.filter((text) => text.startsWith('{'))) {
      expect(Object.keys(JSON.parse(message))).toBeOneOf([['call'], ['beat']])
    }
    tab.close()
  })

  test.each([
    { what: 'an escape sequence', name: 'Ana\u001b[2J' },
    { what: 'a change of reading direction', name: 'Ana\u202egnp.exe' },
    { what: 'an isolate', name: 'Ana\u2066' },
    { what: 'something invisible', name: 'Ana\u200b' },
    { what: 'a line break', name: 'Ana\r\nquit' },
    { what: 'a null', name: 'Ana\u0000' },
    { what: 'a second field', name: 'Ana,10.0.0.7' },
  ])('with $what is refused, and comes back harmless', async ({ name }) => {
    await using site = await startTestWeb()
    const answer = await site.visitor().register(name, 5001)
    expect(answer.status).toBe(422)
    expect(site.tcp.directory.size).toBe(0)
    expect(site.tcp.lines.join('\n')).not.toContain('\u001b')
    const view = await site.visitor().get(`/?refused=${encodeURIComponent(name)}`)
    expect(view.status).toBe(200)
    expect(view.html).not.toContain(name)
  })
})
