import { describe, expect, test } from 'bun:test'
import { Guesses } from '../../../src/limits/guesses.ts'
import { eventually } from '../../support/eventually.ts'
import { startTestWeb, type TestWeb } from '../../support/web.ts'

const operatorKey = 'chave do operador, longa'
const json = { Accept: 'application/json' }
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` })

/** Ana in a browser; Bia, who takes calls, and 119 others by programs. */
async function crowd(site: TestWeb) {
  const ana = site.visitor()
  await ana.register('Ana', 5001)
  const peers = await Promise.all(
    Array.from({ length: 120 }, async (_, at) => {
      const peer = await site.tcp.connect()
      await peer.ask(`register,${at === 0 ? 'Bia' : `Zé ${at}`},${6000 + at}`)
      if (at === 0) await peer.ask('ready')
      return peer
    }),
  )
  return {
    ana,
    [Symbol.dispose]() {
      for (const peer of peers) peer.close()
    },
  }
}

describe('the list as JSON', () => {
  test('is for a registered browser that prefers it, with the page’s filter', async () => {
    await using site = await startTestWeb()
    using there = await crowd(site)
    const page = await eventually('it is told that Bia takes calls', async () => {
      const asked = await there.ana.get('/people?filter=bia', json)
      return asked.html.includes('"ready":true') && asked
    })
    expect(page.status).toBe(200)
    expect(page.headers.get('Content-Type')).toBe('application/json')
    expect(page.headers.get('Cache-Control')).toBe('no-store')
    const since = site.tcp.directory.find('Bia')?.since
    expect(JSON.parse(page.html)).toEqual({
      people: [{ name: 'Bia', ip: '127.0.0.1', callPort: 6000, since, ready: true, busy: false }],
      ...{ matching: 1, total: 121, page: 1, pages: 1, next: null },
    })
  })

  test('comes in the page’s pages and order', async () => {
    await using site = await startTestWeb({ operatorKey })
    using _there = await crowd(site)
    const ask = async (query: string) => {
      const answer = await fetch(`${site.url}/people?${query}`, { headers: bearer(operatorKey) })
      return (await answer.json()) as { people: { name: string }[]; next: number | null }
    }
    const names: string[] = []
    let page: number | null = 1
    while (page !== null) {
      const part: Awaited<ReturnType<typeof ask>> = await ask(`page=${page}`)
      names.push(...part.people.map(({ name }) => name))
      page = part.next
    }
    expect(names).toHaveLength(121)
    expect(new Set(names).size).toBe(121)
    expect(names[0]).toBe('Bia')
    expect((await ask('pages=3')).people.map(({ name }) => name)).toEqual(names)
    expect((await ask('pages=3')).next).toBeNull()
    const [first, second] = (await ask('order=newest')).people
    expect(first?.name).toBe('Bia')
    expect(second?.name).toMatch(/^Zé /)
  })

  test.each([
    { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', type: 'text/html; charset=UTF-8' },
    { accept: '*/*', type: 'text/html; charset=UTF-8' },
    { accept: 'application/json', type: 'application/json' },
    { accept: 'application/json, text/html;q=0.5', type: 'application/json' },
    { accept: 'text/html, application/json;q=0.9', type: 'text/html; charset=UTF-8' },
  ])('who accepts “$accept” gets $type', async ({ accept, type }) => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const { headers } = await ana.get('/people', { Accept: accept })
    expect(headers.get('Content-Type')).toBe(type)
    expect(headers.get('Vary')).toContain('Accept, Authorization')
  })

  test('is not for a stranger, nor for whoever says a wrong key', async () => {
    await using site = await startTestWeb({ operatorKey })
    const eva = site.visitor()
    const refused = await eva.get('/people', json)
    expect([refused.status, refused.html]).toEqual([401, '{"error":"not-registered"}'])
    // Each 401 says how one could be admitted (RFC 9110, section 15.5.2).
    expect(refused.headers.get('WWW-Authenticate')).toBe('Bearer realm="Encontro"')
    for (const key of ['', 'a guess', `${operatorKey}!`]) {
      const { status, headers, html } = await eva.get('/people', bearer(key))
      expect([status, html]).toEqual([401, '{"error":"bad-secret"}'])
      expect(headers.get('WWW-Authenticate')).toStartWith('Bearer ')
    }
    await using without = await startTestWeb()
    expect((await without.visitor().get('/people', bearer('anything'))).status).toBe(401)
  })

  test.each(['utf8', 'latin1'] as const)('takes a key with accents, in %s', async (encoding) => {
    const accented = 'chave de operação, longa'
    await using site = await startTestWeb({ operatorKey: accented })
    // A header's characters are the bytes that go over the wire.
    const headers = bearer(Buffer.from(accented, encoding).toString('latin1'))
    expect((await fetch(`${site.url}/people`, { headers })).status).toBe(200)
  })

  test('is no place to guess: wrong keys are counted with those elsewhere', async () => {
    await using site = await startTestWeb({
      operatorKey,
      guesses: new Guesses({ wrongPerMinute: 2 }, () => 0),
    })
    const eva = site.visitor({ ip: '203.0.113.9' })
    await eva.get('/people', bearer('one'))
    await eva.post('/operator/sign-in', { key: 'two' })
    const over = await eva.get('/people', bearer(operatorKey))
    expect([over.status, over.html]).toEqual([429, '{"error":"too-many-attempts"}'])
    expect(Number(over.headers.get('Retry-After'))).toBeGreaterThan(0)
  })

  test('says who talks with whom where the page does', async () => {
    await using site = await startTestWeb({ operatorKey, showsPartners: true })
    const [ana, bia] = [await site.tcp.connect(), await site.tcp.connect()]
    await ana.ask('register,Ana,5000')
    await bia.ask('register,Bia,5001')
    await bia.ask('ready')
    const [, id] = (await ana.ask('call,Bia')).split(',')
    await bia.line()
    await bia.ask(`accept,${id}`)
    const answer = await eventually('it is told that they talk', async () => {
      const asked = await site.visitor().get('/people?filter=ana', bearer(operatorKey))
      return asked.html.includes('partners') && asked
    })
    const { people } = JSON.parse(answer.html) as { people: object[] }
    expect(people).toMatchObject([{ name: 'Ana', busy: true, partners: ['Bia'], morePartners: 0 }])
    for (const peer of [ana, bia]) peer.close()
  })

  test('counts as rows that the browser is shown', async () => {
    await using site = await startTestWeb({ limits: { rowsPerSecond: 10, rowBurst: 10 } })
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const statuses: number[] = []
    for (let time = 0; time < 3; time += 1) {
      statuses.push((await ana.get('/people?pages=40', json)).status)
    }
    expect(statuses).toEqual([200, 429, 429])
  })
})
