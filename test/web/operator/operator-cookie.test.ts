import { expect, test } from 'bun:test'
import { Hono } from 'hono'
import { digest } from '../../../src/secrets.ts'
import { findRequestOrigin } from '../../../src/web/http/request-origin.ts'
import { operatorCookie } from '../../../src/web/operator/operator-cookie.ts'

test('the operator’s cookie is good for eight hours, whatever the browser keeps', async () => {
  let now = 1_000
  const cookie = operatorCookie('s'.repeat(32), digest('key'), () => now)
  const app = new Hono()
    .use(findRequestOrigin('', () => false))
    .get('/write', (c) => {
      cookie.write(c)
      return c.body(null)
    })
    .get('/read', (c) => c.json(cookie.read(c) ?? null))
  const server = { requestIP: () => null }
  const ask = (path: string, headers = {}) =>
    app.request(`http://127.0.0.1:3000${path}`, { headers }, server)
  const [Cookie = ''] = ((await ask('/write')).headers.get('Set-Cookie') ?? '').split(';')
  const read = async (at: number) => {
    now = at
    return (await ask('/read', { Cookie })).json()
  }
  const until = 1_000 + 8 * 60 * 60 * 1000
  expect(await read(until - 1)).toBe(until)
  expect(await read(until)).toBeNull()
})
