import { afterAll, beforeAll, expect, test } from 'bun:test'
import { gunzipSync } from 'node:zlib'
import type { Visitor } from '../../support/visitor.ts'
import { startTestWeb, type TestWeb } from '../../support/web.ts'

let site: TestWeb
let ana: Visitor
beforeAll(async () => {
  site = await startTestWeb()
  ana = site.visitor()
  await ana.register('Ana', 5001)
})
afterAll(() => site[Symbol.asyncDispose]())

/** A page that is the same each time, of somebody who is registered. */
const ask = (headers: Record<string, string>, path = '/invite') =>
  fetch(site.url + path, {
    decompress: false,
    headers: { Cookie: ana.cookieHeader, ...headers },
  })

test.each(['gzip', 'br, gzip', 'gzip;q=0.1', '*'])(
  'a page is a fraction of itself for a browser that accepts %s, and the same once decoded',
  async (accepted) => {
    const plain = await (await ask({ 'Accept-Encoding': 'identity' })).bytes()
    const answer = await ask({ 'Accept-Encoding': accepted })
    expect(answer.headers.get('Content-Encoding')).toBe('gzip')
    const body = await answer.bytes()
    expect(body.length).toBeLessThan(plain.length / 3)
    expect(gunzipSync(body).equals(plain)).toBe(true)
  },
)

test.each(['identity', '', 'br', 'gzip;q=0', 'identity;q=0, br'])(
  'a page comes as it is for a client that accepts “%s”',
  async (accepted) => {
    const answer = await ask({ 'Accept-Encoding': accepted })
    expect(answer.headers.get('Content-Encoding')).toBeNull()
    expect(await answer.text()).toStartWith('<!doctype html>')
  },
)

test('every page says what it depends on, once each, whatever was asked', async () => {
  for (const path of ['/people', '/nothing', '/wire', '/invite']) {
    for (const headers of [{}, { 'Accept-Encoding': 'gzip' }, { 'HX-Request': 'true' }] as const) {
      const vary = ((await ask(headers, path)).headers.get('Vary') ?? '').split(', ')
      // The list is JSON, too.
      const json = path === '/people' ? ['Accept', 'Authorization'] : []
      const expected = [...json, 'Accept-Encoding', 'Accept-Language', 'Cookie', 'HX-Request']
      expect([path, ...vary.toSorted()]).toEqual([path, ...expected.toSorted()])
    }
  }
})

test('what fits into a packet is not encoded', async () => {
  const answer = await ask({ 'Accept-Encoding': 'gzip', 'HX-Request': 'true' }, '/nothing')
  expect(answer.headers.get('Content-Encoding')).toBeNull()
  expect((await answer.text()).length).toBeLessThan(1_200)
})

test('the headers are the same where they alone are asked for', async () => {
  const url = `${site.url}/invite`
  const headers = { Cookie: ana.cookieHeader, 'Accept-Encoding': 'gzip' }
  const answer = await fetch(url, { method: 'HEAD', decompress: false, headers })
  expect([answer.headers.get('Content-Encoding'), await answer.text()]).toEqual(['gzip', ''])
})

test('the secret of a form is another one in each answer: its length tells nothing of it', async () => {
  const secretOf = async () =>
    /name="formId" value="([^"]+)"/.exec((await site.visitor().get('/')).html)?.[1]
  const secrets = await Promise.all(Array.from({ length: 5 }, secretOf))
  expect(secrets.every((secret) => secret !== undefined)).toBe(true)
  expect(new Set(secrets).size).toBe(5)
})
