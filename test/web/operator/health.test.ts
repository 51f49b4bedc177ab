import { describe, expect, test } from 'bun:test'
import { readConfig } from '../../../src/config/config.ts'
import { Health } from '../../../src/health.ts'
import { askRaw } from '../../support/raw-http.ts'
import { startTestWeb } from '../../support/web.ts'

const { isTrusted, web: defaults } = readConfig({})
const { isTrustedProxy } = readConfig({ TRUSTED_PROXIES: '10.0.0.1,127.0.0.1' }).web

const says = async (answer: Response) => [answer.status, await answer.text()]

test('health tells a stop before all else, and takes back what may pass', () => {
  const health = new Health()
  const met = [health.status]
  health.engineReachable(false)
  met.push(health.status)
  health.engineReachable(true)
  met.push(health.status)
  health.drain()
  met.push(health.status)
  health.engineReachable(false)
  met.push(health.status)
  expect(met).toEqual(['serving', 'engine-unreachable', 'serving', 'draining', 'draining'])
})

test('/healthz is 200 while it serves, and 503 with the reason otherwise', async () => {
  const health = new Health()
  await using site = await startTestWeb({ health })
  const ask = async () => says(await fetch(`${site.url}/healthz`))
  const serving = '{"status":"serving","why":"registers and answers"}\n'
  expect(await ask()).toEqual([200, serving])
  health.engineReachable(false)
  const engine = 'the engine that it shares with other nodes does not answer'
  expect(await ask()).toEqual([503, `{"status":"engine-unreachable","why":"${engine}"}\n`])
  health.engineReachable(true)
  expect(await ask()).toEqual([200, serving])
  health.drain()
  expect(await ask()).toEqual([503, '{"status":"draining","why":"is about to stop"}\n'])
})

test('is no page that may be kept, and answers HEAD', async () => {
  await using site = await startTestWeb()
  const answer = await fetch(`${site.url}/healthz`, { method: 'HEAD' })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
})

test.each([
  { what: 'without a host', request: 'GET /healthz HTTP/1.0\r\n\r\n' },
  { what: 'of another host', request: 'GET /healthz HTTP/1.1\r\nHost: node-2.internal\r\n\r\n' },
  { what: 'of an IP', request: 'GET /healthz HTTP/1.1\r\nHost: 192.0.2.7:3000\r\n\r\n' },
])('a balancer may ask $what', async ({ request }) => {
  await using site = await startTestWeb()
  expect(await askRaw(site.url, request)).toMatch(/^HTTP\/1\.\d 200 [\s\S]*"serving"/)
})

test('stands below the path of the page', async () => {
  await using site = await startTestWeb({ basePath: '/encontro' })
  expect((await fetch(`${site.url}/encontro/healthz`)).status).toBe(200)
  expect((await fetch(`${site.url}/healthz`)).status).toBe(404)
  expect((await fetch(`${site.url}/another1/healthz`)).status).toBe(404)
})

describe('is there for nobody else', () => {
  test('by default that is trusted addresses', () => {
    expect(defaults.metrics).toBe('local')
  })

  test.each([
    { metrics: 'off', ip: '127.0.0.1', headers: {}, is: 404 },
    { metrics: 'on', ip: '203.0.113.9', headers: {}, is: 200 },
    { metrics: 'local', ip: '127.0.0.1', headers: {}, is: 200 },
    { metrics: 'local', ip: '203.0.113.9', headers: {}, is: 404 },
    { metrics: 'local', ip: '203.0.113.9', headers: { 'X-Forwarded-For': '127.0.0.1' }, is: 404 },
    // A proxy that is believed hands it on for somebody.
    { metrics: 'local', ip: '127.0.0.1', headers: { 'X-Forwarded-For': '203.0.113.9' }, is: 404 },
    { metrics: 'local', ip: '10.0.0.1', headers: { 'X-Forwarded-For': '127.0.0.9' }, is: 200 },
    { metrics: 'local', ip: '127.0.0.1', headers: { 'X-Forwarded-For': 'nobody' }, is: 404 },
    // It asks for itself, as balancers do.
    { metrics: 'local', ip: '10.0.0.1', headers: {}, is: 200 },
    { metrics: 'local', ip: '10.0.0.1', headers: { 'X-Forwarded-For': 'nobody' }, is: 404 },
    { metrics: 'local', ip: '10.0.0.1', headers: { Via: '1.1 proxy' }, is: 404 },
    { metrics: 'local', ip: '10.0.0.1', headers: { 'X-Forwarded-Proto': 'https' }, is: 404 },
    { metrics: 'off', ip: '10.0.0.1', headers: {}, is: 404 },
    // One that is not known as a proxy.
    { metrics: 'local', ip: '127.0.0.2', headers: { 'X-Forwarded-For': '127.0.0.1' }, is: 404 },
    { metrics: 'local', ip: '127.0.0.2', headers: { Forwarded: 'for=127.0.0.1' }, is: 404 },
    { metrics: 'local', ip: '127.0.0.2', headers: { Via: '1.1 proxy' }, is: 404 },
    { metrics: 'local', ip: '127.0.0.2', headers: { 'X-Forwarded-Proto': 'https' }, is: 404 },
    { metrics: 'local', ip: '127.0.0.2', headers: { 'X-Forwarded-Port': '443' }, is: 404 },
    { metrics: 'local', ip: '127.0.0.2', headers: { 'X-Real-IP': '203.0.113.9' }, is: 404 },
    { metrics: 'local', ip: '127.0.0.2', headers: { 'CDN-Loop': 'a' }, is: 404 },
    { metrics: 'local', ip: '127.0.0.2', headers: { 'CF-Connecting-IP': '203.0.113.9' }, is: 404 },
    { metrics: 'local', ip: '127.0.0.2', headers: { 'X-Cluster-Client-IP': '::1' }, is: 404 },
    { metrics: 'local', ip: '127.0.0.2', headers: { 'X-Envoy-External-Address': '::1' }, is: 404 },
  ] as const)('METRICS=$metrics, from $ip with $headers: $is', async (row) => {
    const { metrics, ip, headers, is } = row
    await using site = await startTestWeb({ metrics, isTrusted, isTrustedProxy })
    const answer = await site.visitor({ ip }).get('/healthz', { ...headers })
    expect(answer.status).toBe(is)
  })
})
