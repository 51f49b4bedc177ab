import { describe, expect, test } from 'bun:test'
import { newCertificate, newDirectory } from '../../support/certificates.ts'
import { anybodysWord, spawnMain, startProcess } from '../../support/process.ts'
import { askRaw } from '../../support/raw-http.ts'
import { startTestWeb, type TestWebOverrides } from '../../support/web.ts'

const publicHosts = ['encontro.example']

async function startSite(overrides: TestWebOverrides = {}) {
  const certificate = await newCertificate()
  const site = await startTestWeb({ certificate, redirectPort: 0, publicHosts, ...overrides })
  const { port = 0 } = site.web.redirectEndpoint ?? {}
  return Object.assign(site, { plain: `http://127.0.0.1:${port}` })
}

const ask = (url: string, init: RequestInit = {}) => fetch(url, { redirect: 'manual', ...init })

describe('who asks without TLS', () => {
  test('is shown the way to the same page, and gets there', async () => {
    await using site = await startSite()
    const answer = await ask(`${site.plain}/people?filter=Ana%26b`)
    expect(answer.status).toBe(308)
    expect(answer.headers.get('Location')).toBe(`${site.url}/people?filter=Ana%26b`)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect((await fetch(site.plain, anybodysWord)).url).toBe(`${site.url}/`)
  })

  test.each([
    { host: 'encontro.example', to: 'encontro.example' },
    { host: 'ENCONTRO.example:80', to: 'encontro.example' },
    { host: 'localhost', to: 'localhost' },
    { host: '192.0.2.7:8080', to: '192.0.2.7' },
    { host: '[2001:db8::7]', to: '[2001:db8::7]' },
  ])('for $host comes to https://$to', async ({ host, to }) => {
    await using site = await startSite()
    const { status, headers } = await ask(site.plain, { headers: { Host: host } })
    expect(status).toBe(308)
    expect(headers.get('Location')).toBe(`https://${to}:${site.web.endpoint.port}/`)
  })

  test.each([
    'evil.example',
    'encontro.example.evil.example',
    'evil.example:443',
    'encontro.example@evil.example',
    'evil.example\\@encontro.example',
    '',
  ])('for %j is sent nowhere', async (host) => {
    await using site = await startSite()
    const answer = await askRaw(
      site.plain,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(answer).toMatch(/^Cache-Control: no-store\r$/im)
    expect(answer).not.toMatch(/^Location:/im)
  })

  test.each([
    '//evil.example/',
    '/\\evil.example',
    'http://evil.example/',
    '/%0d%0aX:1',
    '/..//evil.example',
  ])('for the path %j stays with us', async (path) => {
    await using site = await startSite()
    const { host } = new URL(site.plain)
    const answer = await askRaw(
      site.plain,
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    const [, location] = /^Location: (.*)\r$/im.exec(answer) ?? []
    if (location) expect(new URL(location).origin).toBe(site.url)
    else expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(answer).not.toMatch(/^X:/m)
  })

  test('and sends a form has it neither read nor kept', async () => {
    await using site = await startSite()
    const body = new URLSearchParams({ name: 'Ana', callPort: '5001' })
    const answer = await ask(`${site.plain}/register`, { method: 'POST', body })
    expect(answer.status).toBe(308)
    expect(site.tcp.directory.size).toBe(0)
  })

  test('is limited as everybody is', async () => {
    await using site = await startSite({
      isTrusted: () => false,
      limits: { requestsPerSecond: 1, requestBurst: 3 },
    })
    const answers: Response[] = []
    for (let each = 0; each < 5; each += 1) answers.push(await ask(site.plain))
    expect(answers.map(({ status }) => status)).toEqual([308, 308, 308, 429, 429])
    for (const { headers } of answers) expect(headers.get('Cache-Control')).toBe('no-store')
    expect(site.web.refused.requests).toBe(2)
  })
})

test('without such a port nobody listens there', async () => {
  await using site = await startTestWeb({ certificate: await newCertificate() })
  expect(site.web.redirectEndpoint).toBeUndefined()
})

describe('the process', () => {
  test('says where it shows the way, and does not take calls there', async () => {
    await using house = await startProcess({ HTTPS: 'auto', HTTP_REDIRECT_PORT: '0' })
    const [, port = ''] = /Quem pede http:\/\/127\.0\.0\.1:(\d+)\//.exec(house.output()) ?? []
    const { status, headers } = await ask(`http://127.0.0.1:${port}/people`)
    expect([status, headers.get('Location')]).toEqual([308, `${house.url}/people`])
    using peer = await house.connect()
    expect(await peer.ask(`register,Ana,${port}`)).toEndWith(',server-port')
    house.signal('SIGTERM')
    expect(await house.exited).toBe(0)
    await expect(ask(`http://127.0.0.1:${port}/`)).rejects.toThrow()
  })

  test.each([
    { what: 'without TLS', env: { HTTP_REDIRECT_PORT: '8080' }, says: 'must be off where' },
    { what: 'that is none', env: { HTTP_REDIRECT_PORT: 'http', HTTPS: 'auto' }, says: 'must be a' },
  ])('is refused a port $what', async ({ env, says }) => {
    const { errors, status } = await run({ ...env })
    expect(errors).toMatch(/^HTTP_REDIRECT_PORT="\w+": [^\n]+\n$/)
    expect(errors).toContain(says)
    expect(status).toBe(1)
  })

  test('names the port where another program listens', async () => {
    using other = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    const { errors, status } = await run({ HTTPS: 'auto', HTTP_REDIRECT_PORT: `${other.port}` })
    expect(errors).toBe(`HTTP_REDIRECT_PORT=${other.port}: another program listens there already\n`)
    expect(status).toBe(1)
  })

  async function run(env: Record<string, string>) {
    using directory = newDirectory()
    const child = spawnMain({ STATE_DIRECTORY: directory.path, ...env })
    const errors = await new Response(child.stderr).text()
    return { errors, status: await child.exited }
  }
})
