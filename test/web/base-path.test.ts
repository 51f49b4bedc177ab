import { describe, expect, test } from 'bun:test'
import { BadSetting, readConfig } from '../../src/config/config.ts'
import { openTab } from '../support/tab.ts'
import { formIdIn, Visitor } from '../support/visitor.ts'
import { startTestWeb, type TestWeb, type TestWebOverrides } from '../support/web.ts'

const base = '/tools/encontro'

/** Asks for exactly these paths. */
function browserAt(site: TestWeb, headers: Record<string, string> = {}): Visitor {
  return new Visitor((path, init) => {
    const all = { ...(init.headers as Record<string, string>), ...headers }
    return fetch(site.url + path, { ...init, headers: all, redirect: 'manual' })
  })
}

const start = (overrides: TestWebOverrides = {}) =>
  startTestWeb({ basePath: base, isTrustedProxy: () => true, ...overrides })

/** Sends the form as the page of that browser has it. */
async function register(visitor: Visitor, name: string) {
  const formId = formIdIn((await visitor.get(`${base}/`)).html)
  return visitor.post(`${base}/register`, { name, callPort: '5001', formId })
}

/** Everything that a page names: other pages, forms, files, its socket. */
const pathsIn = (html: string) =>
  [
    ...html.matchAll(
      / (?:href|src|action|data-calls|data-calls-style|data-htmx|hx-get|hx-post|hx-ws:connect)="(\/[^"]*)"/g,
    ),
  ].map(([, path = '']) => path)

describe('a page below a path', () => {
  test('names nothing that is not below it', async () => {
    await using site = await start()
    const ana = browserAt(site)
    const pages = [await ana.get(`${base}/`), await ana.post(`${base}/register`, { name: '' })]
    await register(ana, 'Ana')
    const person = `${base}/person?name=Ana&ip=127.0.0.1`
    for (const path of [`${base}/people`, `${base}/people?page=2`, person, `${base}/nothing`]) {
      pages.push(await ana.get(path))
    }
    for (const { html } of pages) {
      const paths = pathsIn(html)
      expect(paths.length).toBeGreaterThan(6)
      expect(paths.filter((path) => !path.startsWith(`${base}/`))).toEqual([])
    }
    for (const path of new Set(pages.flatMap(({ html }) => pathsIn(html)))) {
      if (path.includes('/assets/')) expect((await ana.get(path)).status).toBe(200)
    }
  })

  test('is entered, followed, changed in its language and left there', async () => {
    await using site = await start()
    const ana = browserAt(site)
    const registered = await register(ana, 'Ana')
    expect([registered.status, registered.headers.get('Location')]).toEqual([303, `${base}/people`])
    expect((await ana.get(`${base}/`)).headers.get('Location')).toBe(`${base}/people`)

    const there = { url: site.url + base }
    const tab = await openTab(there, ana, undefined, { Origin: site.url })
    expect(await tab.saw('>Ana<')).toContain(`href="${base}/person?`)

    const back = `${base}/person?name=Ana&ip=127.0.0.1`
    const english = await ana.post(`${base}/language`, { language: 'en', back })
    expect(english.headers.get('Location')).toBe(back)
    expect((await ana.get(`${base}/people`)).html).toContain('lang="en"')

    const left = await ana.post(`${base}/leave`)
    expect(left.headers.get('Location')).toBe(`${base}/?notice=left`)
    expect(await tab.saw('"go"')).toContain(`"go":"${base}/?notice=left"`)
    expect((await ana.get(`${base}/people`)).headers.get('Location')).toBe(`${base}/`)
    expect((await ana.get(`${base}/leave`)).headers.get('Location')).toBe(`${base}/`)
  })

  test.each([
    '/',
    '/people',
    '/live',
    '/tools',
    '/tools/',
    '/tools/encontro2/',
    '/Tools/encontro/',
    '/tools%2Fencontro/',
    '/x/tools/encontro/',
  ])('is not at %s, which shows the way to it', async (path) => {
    await using site = await start()
    const { status, html } = await browserAt(site).get(path)
    expect(status).toBe(404)
    expect(html).toContain(`href="${base}/"`)
  })

  test('is entered without the last slash, too', async () => {
    await using site = await start()
    const { status, headers } = await browserAt(site).get(`${base}?notice=left`)
    expect([status, headers.get('Location')]).toEqual([308, `${base}/?notice=left`])
  })

  test.each(['/elsewhere', '//evil.example', '/tools/encontro2/x', 'https://evil.example/', ''])(
    'does not lead back to %j',
    async (back) => {
      await using site = await start()
      const answer = await browserAt(site).post(`${base}/language`, { language: 'en', back })
      expect(answer.headers.get('Location')).toBe(`${base}/`)
    },
  )

  test('keeps its cookie to itself, and to TLS where there is TLS', async () => {
    await using site = await start()
    const port = new URL(site.url).port
    const plain = (await browserAt(site).get(`${base}/`)).headers.get('Set-Cookie') ?? ''
    expect(plain).toStartWith(`encontro-${port}.tools.encontro=`)
    expect(plain).toContain(`Path=${base};`)
    const forwarded = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'example.org' }
    await using secure = await startTestWeb({
      basePath: base,
      isTrustedProxy: () => true,
      publicHosts: ['example.org'],
    })
    await using _ = secure
    const cookie = (await browserAt(secure, forwarded).get(`${base}/`)).headers.get('Set-Cookie')
    expect(cookie).toStartWith('__Secure-encontro-443.tools.encontro=')
    expect(cookie).toContain(`Path=${base};`)
    expect(cookie).toContain('Secure')
  })
})

describe('BASE_PATH', () => {
  test.each([
    ['', ''],
    ['/', ''],
    ['/encontro', '/encontro'],
    ['/encontro/', '/encontro'],
    ['/a-b/C_9/', '/a-b/C_9'],
  ])('%j is %j', (BASE_PATH, path) => {
    expect(readConfig({ BASE_PATH }).web.basePath).toBe(path)
  })

  test.each([
    'encontro',
    '//',
    '/a//b',
    '/a b',
    '/..',
    '/a/../b',
    '/a?b',
    '/a#b',
    '/%61',
    '/é',
    '/a;b',
  ])('%j is refused', (BASE_PATH) => {
    expect(() => readConfig({ BASE_PATH })).toThrow(BadSetting)
  })
})
