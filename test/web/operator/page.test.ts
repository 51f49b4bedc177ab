import { describe, expect, test } from 'bun:test'
import { connectRegistry } from '../../../src/client/registry-client.ts'
import { Guesses } from '../../../src/limits/guesses.ts'
import type { LogEntry } from '../../../src/log/log.ts'
import { eventually } from '../../support/eventually.ts'
import { anybodysWord } from '../../support/process.ts'
import type { Visitor } from '../../support/visitor.ts'
import { startTestWeb, type TestWeb, type TestWebOverrides } from '../../support/web.ts'

const operatorKey = 'chave do operador, longa'

const start = (overrides: TestWebOverrides = {}) =>
  startTestWeb({
    operatorKey,
    // The deeds are made on behalf of the operator's address.
    registryOverrides: { ownListener: { isOurs: () => true, takesDeeds: true } },
    ...overrides,
  })

/** A browser in which the key was said. */
async function signedIn(site: TestWeb, options: { ip?: string; language?: string } = {}) {
  const operator = site.visitor(options)
  const { status, headers } = await operator.post('/operator/sign-in', { key: operatorKey })
  expect([status, headers.get('Location')]).toEqual([303, '/operator'])
  return operator
}

/** The operator's cookie, as it was set. */
const cookieOf = ({ headers }: { headers: Headers }) =>
  headers.getSetCookie().find((cookie) => cookie.includes('encontro-operator'))

describe('without a key in the settings', () => {
  test('there is no such page', async () => {
    await using site = await startTestWeb()
    const eva = site.visitor()
    expect((await eva.get('/operator')).status).toBe(404)
    expect((await eva.post('/operator/sign-in', { key: '' })).status).toBe(404)
    expect((await eva.post('/operator/notice', { text: 'oi' })).status).toBe(404)
  })
})

describe('signing in', () => {
  test('takes the key, and gives a cookie of its own that ends', async () => {
    await using site = await start()
    const operator = site.visitor()
    expect((await operator.get('/operator')).html).toContain('type="password"')
    const answer = await operator.post('/operator/sign-in', { key: ` ${operatorKey} ` })
    expect(cookieOf(answer)).toMatch(/; Max-Age=28800; Path=\/; HttpOnly; SameSite=Strict$/)
    expect((await operator.get('/operator')).html).toContain('id="op-facts"')
    const out = await operator.post('/operator/sign-out')
    expect(cookieOf(out)).toContain('Max-Age=0;')
  })

  test('says that a key is wrong, and after some of them looks at none', async () => {
    const entries: LogEntry[] = []
    await using site = await start({
      guesses: new Guesses({ wrongPerMinute: 3 }, () => 0),
      log: (entry) => entries.push(entry),
    })
    const eva = site.visitor({ ip: '203.0.113.9' })
    for (let time = 0; time < 3; time += 1) {
      const answer = await eva.post('/operator/sign-in', { key: `guess ${time}` })
      expect([answer.status, cookieOf(answer)]).toEqual([403, undefined])
      expect(answer.html).toContain('A chave não está certa.')
    }
    const right = await eva.post('/operator/sign-in', { key: operatorKey })
    expect([right.status, cookieOf(right)]).toEqual([429, undefined])
    expect(Number(right.headers.get('Retry-After'))).toBeGreaterThan(0)
    // Nobody else is kept out.
    await signedIn(site, { ip: '198.51.100.1' })
    const told = entries.filter(({ event }) => event.startsWith('operator.'))
    expect(told).toEqual([
      ...Array(3).fill({ event: 'operator.refused', ip: '203.0.113.9' }),
      { event: 'operator.entered', ip: '198.51.100.1' },
    ])
  })

  test('gives whoever holds back the ends of many forms no more guesses', async () => {
    await using site = await start({ guesses: new Guesses({ wrongPerMinute: 3 }, () => 0) })
    const forms = Array.from({ length: 10 }, () => heldBackForm(site, { key: 'a guess' }))
    await Promise.all(forms.map(({ begun }) => begun))
    for (const { end } of forms) end()
    const answers = await Promise.all(forms.map(({ answer }) => answer))
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array(3).fill(403),
      ...Array(7).fill(429),
    ])
  })

  test('warns where others could read the key', async () => {
    await using site = await start({ publicHosts: ['encontro.example'] })
    const warned = async (Host: string) =>
      (await fetch(`${site.url}/operator`, { headers: { Host } })).text()
    expect(await warned('encontro.example')).toContain('outros na rede podem ler a chave')
    expect(await warned('localhost')).not.toContain('podem ler a chave')
  })

  test.each([
    { what: 'the browser’s own cookie', forge: (ana: Visitor) => ana.identity ?? '' },
    { what: 'a time without a signature', forge: () => `${Date.now() + 1e9}` },
    { what: 'a signature of something else', forge: () => `${Date.now() + 1e9}.c2lnbmVk` },
    { what: 'nothing', forge: () => '' },
  ])('is no matter of $what', async ({ forge }) => {
    await using site = await start()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const port = site.web.endpoint.port
    ana.cookies.set(`encontro-operator-${port}`, forge(ana))
    expect((await ana.get('/operator')).html).toContain('type="password"')
    expect((await ana.post('/operator/notice', { text: 'oi' })).headers.get('Location')).toBe(
      '/operator',
    )
    expect((await ana.get('/people')).html).not.toContain('oi</p>')
  })

  test('is worth nothing at another server, or after a change of the key', async () => {
    await using site = await start()
    const operator = await signedIn(site)
    const { port } = site.web.endpoint
    for (const other of [
      { operatorKey: 'another key, as long' },
      { sessionSecret: 's'.repeat(32) },
    ]) {
      await using elsewhere = await start(other)
      const thief = elsewhere.visitor()
      const cookie = operator.cookies.get(`encontro-operator-${port}`) ?? ''
      thief.cookies.set(`encontro-operator-${elsewhere.web.endpoint.port}`, cookie)
      expect((await thief.get('/operator')).html).toContain('type="password"')
    }
    // Without what the other one lacks it would be.
    await using same = await start()
    const copy = same.visitor()
    copy.cookies.set(
      `encontro-operator-${same.web.endpoint.port}`,
      operator.cookies.get(`encontro-operator-${port}`) ?? '',
    )
    expect((await copy.get('/operator')).html).toContain('id="op-facts"')
  })
})

describe('no other site', () => {
  test.each(['sign-in', 'sign-out', 'kick', 'block', 'unblock', 'notice'])(
    'can make the operator’s browser %s',
    async (what) => {
      await using site = await start()
      const operator = await signedIn(site)
      for (const headers of [
        { 'Sec-Fetch-Site': 'cross-site' },
        { 'Sec-Fetch-Site': 'same-site' },
        { Origin: 'https://evil.example', 'Sec-Fetch-Site': '' },
      ]) {
        const form = { key: operatorKey, text: 'oi', name: 'Ana', ip: '127.0.0.1', seconds: '60' }
        expect((await operator.post(`/operator/${what}`, form, headers)).status).toBe(403)
      }
    },
  )

  test('can frame the page, or open its socket', async () => {
    await using site = await start()
    const operator = await signedIn(site)
    const { headers } = await operator.get('/operator')
    expect(headers.get('X-Frame-Options')).toBe('DENY')
    expect(headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'")
    const opened = await openDesk(site, operator, { Origin: 'https://evil.example' })
    expect(await opened.closed).toBe(1006)
    const stranger = await openDesk(site, site.visitor())
    expect(await stranger.closed).toBe(1006)
  })
})

describe('signing out', () => {
  test('ends the other open pages of that browser, and of no other', async () => {
    await using site = await start()
    const operator = await signedIn(site)
    // By then the cookies end.
    await Bun.sleep(2)
    const another = await signedIn(site)
    const [desk, other] = [await openDesk(site, operator), await openDesk(site, another)]
    await desk.saw('#op-people')
    await other.saw('#op-people')
    await site.visitor().post('/operator/sign-out')
    await operator.post('/operator/sign-out')
    await desk.saw('{"go":"/operator"}')
    expect(await desk.closed).toBe(1000)
    const ana = await site.tcp.connect()
    await ana.ask('register,Ana,5000')
    await other.saw('Ana')
    other.close()
    ana.close()
  })
})

describe('the page shows', () => {
  test('who is registered, with all fields, and of calls their number alone', async () => {
    await using site = await start()
    const [ana, bia] = [await site.tcp.connect(), await site.tcp.connect()]
    await ana.ask('register,<Ana>,5000')
    await bia.ask('register,Bia,5001')
    await bia.ask('ready')
    const [, id = ''] = (await ana.ask('call,Bia')).split(',')
    const operator = await signedIn(site)
    const { html } = await operator.get('/operator')
    expect(html).toContain('&lt;Ana&gt;')
    for (const field of ['127.0.0.1', ana.local.port, 5000, bia.local.port, 5001, 'em chamada']) {
      expect(html).toContain(`>${field}</td>`)
    }
    expect(html).toMatch(/<dt>Tocando<\/dt><dd>1<\/dd>/)
    expect(html).not.toContain(id)
    const filtered = await operator.get('/operator?filter=bia')
    expect(filtered.html).not.toContain('&lt;Ana&gt;')
    expect(filtered.html).toContain('1 de 1')
    for (const peer of [ana, bia]) peer.close()
  })

  test('refusals by reason and by address', async () => {
    await using site = await start()
    const ana = await site.tcp.connect({ from: '127.0.0.5' })
    await ana.ask('list')
    await ana.ask('register,*,5000')
    await ana.ask('register,*,5000')
    const { html } = await (await signedIn(site, { language: 'en' })).get('/operator')
    expect(html).toMatch(/This name will not do[^<]*<\/th><td[^>]*>2</)
    expect(html).toMatch(/<th scope="row">127\.0\.0\.5<\/th><td[^>]*>3</)
    ana.close()
  })
})

describe('the operator can', () => {
  test('disconnect somebody, who reads why, and be logged with the address', async () => {
    await using site = await start()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const operator = await signedIn(site, { ip: '198.51.100.1' })
    const card = await operator.get('/operator/person?name=Ana&ip=127.0.0.1')
    expect(card.html).toContain('action="/operator/kick"')
    // As a phone's keyboard leaves it, and as macOS writes it.
    const form = { name: 'Ana', ip: '127.0.0.1', text: 'Até amanhã, Ana '.normalize('NFD') }
    const { headers } = await operator.post('/operator/kick', form)
    expect(headers.get('Location')).toBe('/operator?did=kick')
    expect((await operator.get('/operator?did=kick')).html).toContain('Desconectado.')
    await eventually('the session is over', () => site.web.sessions === 0)
    expect((await ana.get('/')).html).toContain('Até amanhã, Ana')
    const [told] = site.tcp.lines.filter((line) => line.startsWith('Operador em'))
    expect(told).toMatch(/^Operador em 198\.51\.100\.1:\d+: desconectou Ana \(127\.0\.0\.1\): Até/)
    const gone = await operator.get('/operator/person?name=Ana&ip=127.0.0.1')
    expect(gone.headers.get('Location')).toBe('/operator?refused=gone')
  })

  test('act whatever others do at the same address', async () => {
    const guesses = new Guesses({ wrongPerMinute: 3 }, () => 0)
    await using site = await start({
      guesses,
      registryOverrides: {
        ...{ guesses, isTrusted: () => false, isAccessCode: () => false },
        limits: { maxConnectionsPerAddress: 1 },
        ownListener: { isOurs: () => true, takesDeeds: true },
      },
    })
    const operator = await signedIn(site, { ip: '127.0.0.9' })
    // All connections and guesses of that address are taken.
    const eva = await site.tcp.connect({ from: '127.0.0.9' })
    for (let time = 0; time < 3; time += 1) await eva.ask('auth,guess')
    const { headers } = await operator.post('/operator/block', { ip: '127.0.0.8', seconds: '60' })
    expect(headers.get('Location')).toBe('/operator?did=block')
    // The console is as any client there.
    const console = await connectRegistry({
      ...{ hostname: '127.0.0.1', port: site.tcp.behalfEndpoint?.port ?? 0 },
      preamble: ({ port }) => `PROXY TCP4 127.0.0.9 127.0.0.1 ${port} 1\r\n`,
    })
    expect(await console.ask({ verb: 'ping' })).toMatchObject({ ok: false })
    console.close()
    eva.close()
  })

  test('block an address and let it in again', async () => {
    await using site = await start()
    const operator = await signedIn(site)
    const blocked = await operator.post('/operator/block', { ip: '203.0.113.7', seconds: '600' })
    expect(blocked.headers.get('Location')).toBe('/operator?did=block')
    expect(site.tcp.view.overview().blocked.map(({ address }) => address)).toEqual(['203.0.113.7'])
    expect((await operator.get('/operator')).html).toContain('Desbloquear 203.0.113.7')
    const undone = await operator.post('/operator/unblock', { ip: '203.0.113.7' })
    expect(undone.headers.get('Location')).toBe('/operator?did=unblock')
    expect(site.tcp.view.overview().blocked).toEqual([])
    await operator.post('/operator/block', { ip: '2001:db8::7', seconds: '600' })
    const [six] = site.tcp.view.overview().blocked
    const again = await operator.post('/operator/unblock', { ip: six?.address ?? '' })
    expect(again.headers.get('Location')).toBe('/operator?did=unblock')
  })

  test.each([
    { path: 'block', form: { ip: 'here', seconds: '60' }, code: 'malformed-request' },
    // A network of that length there is of IPv6 alone.
    { path: 'block', form: { ip: '203.0.113.7/64', seconds: '9' }, code: 'malformed-request' },
    { path: 'block', form: { ip: '203.0.113.7', seconds: '0' }, code: 'malformed-request' },
    { path: 'block', form: { ip: '203.0.113.7\nquit', seconds: '9' }, code: 'malformed-request' },
    { path: 'block', form: { ip: '127.0.0.1', seconds: '60' }, code: 'not-blockable' },
    { path: 'unblock', form: { ip: '203.0.113.7' }, code: 'not-blocked' },
    { path: 'kick', form: { name: 'Eva', ip: '127.0.0.1', text: 'oi' }, code: 'unknown-user' },
    { path: 'notice', form: { text: 'a\nb' }, code: 'malformed-request' },
    { path: 'notice', form: { text: 'x'.repeat(161) }, code: 'malformed-request' },
  ])('not $path with $form', async ({ path, form, code }) => {
    await using site = await start()
    const operator = await signedIn(site)
    const { headers } = await operator.post(`/operator/${path}`, form)
    expect(headers.get('Location')).toBe(`/operator?refused=${code}`)
    expect((await operator.get(`/operator?refused=${code}`)).html).toContain('role="alert"')
  })

  test('tell everybody something, and take it back', async () => {
    await using site = await start()
    const operator = await signedIn(site)
    const watcher = await site.tcp.connect()
    await watcher.ask('watch')
    await operator.post('/operator/notice', { text: 'Pausa, até as 14 h' })
    expect(await watcher.line()).toBe('*notice,Pausa, até as 14 h')
    expect((await site.visitor().get('/')).html).toContain('Pausa, até as 14 h')
    await operator.post('/operator/notice', { text: 'Pausa', clear: '1' })
    expect(await watcher.line()).toBe('*notice,')
    watcher.close()
  })
})

describe('an open page', () => {
  test('is sent what has changed, and nothing else', async () => {
    await using site = await start()
    const operator = await signedIn(site)
    const desk = await openDesk(site, operator)
    await desk.saw('#op-people')
    const from = desk.messages.length
    const ana = await site.tcp.connect()
    await ana.ask('register,Ana,5000')
    const update = await desk.saw('Ana', from)
    expect(update).toContain('hx-target="#op-facts"')
    expect(update).not.toContain('#op-blocked')
    desk.say({ filter: 'nobody of that name' })
    await desk.saw('Ninguém.', from)
    desk.close()
    ana.close()
  })

  test('hears nothing that is no filter', async () => {
    await using site = await start()
    const ana = await site.tcp.connect()
    await ana.ask('register,Ana,5000')
    const desk = await openDesk(site, await signedIn(site))
    await desk.saw('Ana')
    const from = desk.messages.length
    for (const said of [
      { filter: 1 },
      { call: { kind: 'call', name: 'Ana', ip: '127.0.0.1' } },
      [],
    ]) {
      desk.say(said)
    }
    // It reads one after the other.
    desk.say({ filter: 'nobody of that name' })
    await desk.saw('Ninguém.', from)
    const shown = desk.messages.slice(from).filter((message) => message.includes('#op-people'))
    expect([shown.length, site.web.sessions]).toEqual([1, 0])
    desk.close()
    ana.close()
  })
})

/** A form to sign in that has been sent but for its body, which comes at `end`. */
function heldBackForm(site: TestWeb, form: Record<string, string>) {
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const body = new ReadableStream(
    {
      async pull(controller) {
        begun.resolve()
        await ended.promise
        controller.enqueue(new TextEncoder().encode(new URLSearchParams(form).toString()))
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Sec-Fetch-Site': 'same-origin',
  }
  const url = `${site.url}/operator/sign-in`
  const request = new Request(url, { method: 'POST', headers, body })
  const server = { requestIP: () => ({ address: '203.0.113.9', family: 'IPv4', port: 40_000 }) }
  const answer = Promise.resolve(site.web.app.request(request, undefined, server))
  return { begun: begun.promise, answer, end: ended.resolve }
}

/** The page's WebSocket. */
async function openDesk(site: TestWeb, visitor: Visitor, headers: Record<string, string> = {}) {
  const messages: string[] = []
  const own = { Cookie: visitor.cookieHeader, Origin: site.url, ...headers }
  const options = { headers: own, ...anybodysWord } as unknown as string[]
  const socket = new WebSocket(`${site.url.replace('http', 'ws')}/operator/live`, options)
  const opened = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<number>()
  socket.onmessage = ({ data }) => messages.push(String(data))
  socket.onopen = () => opened.resolve()
  socket.onclose = ({ code }) => {
    closed.resolve(code)
    opened.resolve()
  }
  await opened.promise
  return {
    messages,
    closed: closed.promise,
    say: (said: unknown) => socket.send(JSON.stringify(said)),
    saw: (text: string, from = 0) =>
      eventually(`a message with ${text}`, () =>
        messages.slice(from).find((message) => message.includes(text)),
      ),
    close: () => socket.close(),
  }
}
