import { expect, test } from 'bun:test'
import { startTestWeb } from '../support/web.ts'

const own = { 'Sec-Fetch-Site': 'same-origin' }

/** Every kind of answer; each route of the app has to be among them. */
const asked: { method: string; path: string; status: number; headers?: Record<string, string> }[] =
  [
    { method: 'GET', path: '/', status: 303 },
    { method: 'GET', path: '/people', status: 200 },
    { method: 'GET', path: '/person?name=Ana&ip=127.0.0.1', status: 200 },
    { method: 'GET', path: '/person?name=Ana', status: 404 },
    {
      method: 'GET',
      path: '/person?name=Ana&ip=127.0.0.1',
      status: 200,
      headers: { 'HX-Request': 'true' },
    },
    { method: 'GET', path: '/person?name=Eva', status: 404, headers: { 'HX-Request': 'true' } },
    { method: 'GET', path: '/', status: 204, headers: { 'HX-Request': 'true' } },
    { method: 'GET', path: '/call/people', status: 303 },
    { method: 'GET', path: '/call/people', status: 200, headers: { 'HX-Request': 'true' } },
    { method: 'GET', path: '/invite', status: 200 },
    { method: 'GET', path: '/invite', status: 200, headers: { 'HX-Request': 'true' } },
    { method: 'GET', path: '/wire', status: 200 },
    { method: 'GET', path: '/wire', status: 200, headers: { 'HX-Request': 'true' } },
    { method: 'GET', path: '/wire/call', status: 200 },
    { method: 'GET', path: '/console', status: 200 },
    { method: 'POST', path: '/console', status: 200, headers: own },
    { method: 'GET', path: '/live', status: 403 },
    { method: 'GET', path: '/healthz', status: 200 },
    { method: 'GET', path: '/metrics', status: 200 },
    { method: 'GET', path: '/operator', status: 200 },
    { method: 'GET', path: '/operator/live', status: 403 },
    { method: 'GET', path: '/operator/person?name=Ana&ip=127.0.0.1', status: 303 },
    { method: 'POST', path: '/operator/sign-in', status: 403, headers: own },
    { method: 'POST', path: '/operator/sign-out', status: 303, headers: own },
    { method: 'POST', path: '/operator/kick', status: 303, headers: own },
    { method: 'POST', path: '/operator/block', status: 303, headers: own },
    { method: 'POST', path: '/operator/unblock', status: 303, headers: own },
    { method: 'POST', path: '/operator/notice', status: 303, headers: own },
    { method: 'GET', path: '/nothing', status: 404 },
    { method: 'GET', path: '/assets/nothing', status: 404 },
    { method: 'GET', path: '/', status: 421, headers: { Host: 'evil.example' } },
    { method: 'GET', path: '/', status: 400, headers: { Host: 'a/b' } },
    { method: 'HEAD', path: '/people', status: 200 },
    { method: 'OPTIONS', path: '/people', status: 404 },
    { method: 'POST', path: '/register', status: 303, headers: own },
    { method: 'POST', path: '/register', status: 403 },
    { method: 'POST', path: '/language', status: 303, headers: own },
    { method: 'POST', path: '/leave', status: 303, headers: own },
  ]

test('no answer may be kept by anybody on the way, but the assets', async () => {
  await using site = await startTestWeb({ operatorKey: 'a key of the operator’s' })
  const ana = site.visitor()
  await ana.register('Ana', 5001)
  for (const { method, path, status, headers } of asked) {
    const answer = await fetch(site.url + path, {
      method,
      redirect: 'manual',
      headers: { Cookie: ana.cookieHeader, ...headers },
    })
    const met = { path, status: answer.status, kept: answer.headers.get('Cache-Control') }
    expect(met).toEqual({ path, status, kept: 'no-store' })
  }
  const paths = new Set(asked.map(({ path }) => path.split('?')[0]))
  const left = site.web.app.routes.filter(({ path }) => !/\*/.test(path) && !paths.has(path))
  expect(left.map(({ path }) => path)).toEqual(['/assets/:name'])
  const asset = await fetch(`${site.url}/assets/htmx.js`)
  expect(asset.headers.get('Cache-Control')).toBe('no-cache')
})

test.each([
  { what: 'a form that was refused', name: '', callPort: '5001', status: 422 },
  { what: 'a form that was refused for another', name: 'Bia', callPort: '5001', status: 409 },
])('nor $what', async ({ name, callPort, status }) => {
  await using site = await startTestWeb()
  await site.visitor().register('Ana', 5001)
  for (const fragment of [{}, { 'HX-Request': 'true' }]) {
    const answer = await site.visitor().post('/register', { name, callPort }, fragment)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  }
})

test('nor who asks too often, and who is told that the registry is away', async () => {
  await using site = await startTestWeb({
    isTrusted: () => false,
    limits: { requestsPerSecond: 1, requestBurst: 2 },
  })
  await site.tcp.stop()
  const answers = [await site.visitor().register('Ana', 5001), await site.visitor().get('/')]
  expect(answers.map(({ status }) => status)).toEqual([503, 429])
  for (const { headers } of answers) expect(headers.get('Cache-Control')).toBe('no-store')
})
