import { describe, expect, test } from 'bun:test'
import type { LogEntry } from '../../src/log/log.ts'
import { startTestWeb, type TestWeb } from '../support/web.ts'

describe('the language switch', () => {
  test.each([
    { accepted: 'pt-BR', said: 'Chamadas de vídeo com quem está aqui' },
    { accepted: 'en-US,en;q=0.9', said: 'Video calls with whoever is here' },
    { accepted: 'fr', said: 'Chamadas de vídeo com quem está aqui' },
    { accepted: 'fr;q=0.9, en;q=0.8, pt;q=0.1', said: 'Video calls with whoever is here' },
    { accepted: '"', said: 'Chamadas de vídeo com quem está aqui' },
  ])('is not needed by who asks for $accepted', async ({ accepted, said }) => {
    await using site = await startTestWeb()
    const { html } = await site.visitor({ language: accepted }).get('/')
    expect(html).toContain(`<h1>${said}</h1>`)
    expect(html).toContain(`<html lang="${said.startsWith('Video') ? 'en' : 'pt-BR'}"`)
  })

  test('is remembered, and leads back to where it was used', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor({ language: 'pt' })
    await ana.register('Ana', 5001)
    const before = await ana.get('/people?filter=a+b&order=newest')
    const back = before.html.match(/name="back" value="([^"]*)"/)?.[1]?.replaceAll('&amp;', '&')
    expect(back).toBe('/people?filter=a+b&order=newest')
    const answer = await ana.post('/language', { language: 'en', back: back ?? '' })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, back as string])
    expect((await ana.get('/people')).html).toContain('Who is here')
    await ana.post('/language', { language: 'pt', back: '/' })
    expect((await ana.get('/people')).html).toContain('Quem está aqui')
  })

  test.each(['fr', '', 'constructor', '../en', 'en; Domain=evil.example'])(
    'takes “%s” for no language',
    async (language) => {
      await using site = await startTestWeb()
      const answer = await site.visitor().post('/language', { language, back: '/' })
      expect(answer.status).toBe(303)
      expect(answer.headers.getSetCookie().join()).not.toContain('language')
    },
  )

  const ways = [
    { back: '/people?filter=%2F%2Fevil', to: '/people?filter=%2F%2Fevil' },
    { back: '/person?name=..&ip=10.0.0.7', to: '/person?name=..&ip=10.0.0.7' },
    { back: 'people', to: '/people' },
    { back: '', to: '/' },
    { back: '/#x', to: '/' },
    { back: '//evil.example', to: '/' },
    { back: '///evil.example', to: '/' },
    { back: 'https://evil.example', to: '/' },
    { back: 'https:evil.example', to: '/' },
    { back: 'http:/evil.example', to: '/evil.example' },
    { back: '/\\evil.example', to: '/' },
    { back: '\\\\evil.example', to: '/' },
    { back: '/\t/evil.example', to: '/' },
    { back: '/\n/evil.example', to: '/' },
    { back: '/..//evil.example', to: '/evil.example' },
    { back: '/.//evil.example', to: '/evil.example' },
    { back: '/..//\\evil.example', to: '/evil.example' },
    { back: 'javascript:alert(1)', to: '/' },
    { back: 'data:text/html,x', to: '/' },
    { back: '/%0d%0aSet-Cookie:%20a=b', to: '/%0d%0aSet-Cookie:%20a=b' },
    { back: '/\r\nSet-Cookie: a=b', to: '/Set-Cookie:%20a=b' },
    { back: 'http://here.invalid@evil.example/', to: '/' },
    { back: '/%2f%2fevil.example', to: '/%2f%2fevil.example' },
    { back: '/é', to: '/%C3%A9' },
  ]
  test.each(ways.map((way) => ({ ...way, shown: JSON.stringify(way.back) })))(
    'leads from $shown to $to, never to another site',
    async ({ back, to }) => {
      await using site = await startTestWeb()
      const answer = await site.visitor().post('/language', { language: 'en', back })
      const location = answer.headers.get('Location') ?? ''
      expect(location).toBe(to)
      // As a browser reads it.
      expect(new URL(location, 'http://localhost/').origin).toBe('http://localhost')
      expect(answer.headers.getSetCookie()).toHaveLength(1)
    },
  )

  test('leads home where it does not say from where it was used', async () => {
    await using site = await startTestWeb()
    const answer = await site.visitor().post('/language', { language: 'en' })
    expect(answer.headers.get('Location')).toBe('/')
  })
})

const postRoutes = (site: TestWeb) => [
  ...new Set(site.web.app.routes.filter(({ method }) => method === 'POST').map(({ path }) => path)),
]

describe('a form that another site sends', () => {
  test.each([
    { what: 'as a form', type: 'application/x-www-form-urlencoded' },
    { what: 'as a form with files', type: 'multipart/form-data; boundary=x' },
    { what: 'as text', type: 'text/plain' },
    { what: 'in capitals', type: 'APPLICATION/X-WWW-FORM-URLENCODED' },
    { what: 'without saying what it is', type: undefined },
  ])('$what is refused by every route that changes something', async ({ type }) => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const routes = postRoutes(site)
    expect(routes).toEqual(expect.arrayContaining(['/register', '/leave', '/language']))
    for (const path of routes) {
      for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
        const answer = await fetch(site.url + path, {
          method: 'POST',
          redirect: 'manual',
          body: Buffer.from('language=en&name=Bia&callPort=5002'),
          headers: {
            Origin: origin,
            'Sec-Fetch-Site': 'cross-site',
            Cookie: ana.cookieHeader,
            ...(type ? { 'Content-Type': type } : {}),
          },
        })
        expect({ path, origin, status: answer.status }).toEqual({ path, origin, status: 403 })
        expect(answer.headers.getSetCookie()).toEqual([])
      }
    }
    expect(site.tcp.directory.names).toBe('Ana')
  })

  test('from the same machine but another port is refused as well', async () => {
    await using site = await startTestWeb()
    const answer = await site
      .visitor()
      .post(
        '/language',
        { language: 'en' },
        { Origin: 'http://localhost:1', 'Sec-Fetch-Site': 'same-site' },
      )
    expect(answer.status).toBe(403)
  })

  test.each([
    { what: 'the origin, where the browser says no more', headers: { Origin: 'HERE' } },
    {
      what: 'the page, where it is too old for that',
      headers: { Referer: 'HERE/people?filter=a' },
    },
    {
      what: 'the page, where something hides the origin',
      headers: { Origin: 'null', Referer: 'HERE/' },
    },
  ])('is told from our own by $what', async ({ headers }) => {
    await using site = await startTestWeb()
    const own = Object.entries(headers).map(([name, value]) => [
      name,
      value.replace('HERE', site.url),
    ])
    const answer = await fetch(`${site.url}/language`, {
      method: 'POST',
      body: new URLSearchParams({ language: 'en', back: '/' }),
      redirect: 'manual',
      headers: Object.fromEntries(own),
    })
    expect(answer.status).toBe(303)
  })
})

describe('a body', () => {
  test.each([
    { what: 'as announced', body: () => 'x'.repeat(64 * 1024) },
    {
      what: 'in pieces',
      body: () =>
        new ReadableStream({
          async pull(controller) {
            controller.enqueue(Buffer.alloc(8 * 1024, 'x'))
            await Bun.sleep(1)
            this.sent = (this.sent ?? 0) + 1
            if (this.sent === 8) controller.close()
          },
        } as UnderlyingDefaultSource & { sent?: number }),
    },
  ])('that is too large is refused, $what, and the site goes on', async ({ body }) => {
    const logged: LogEntry[] = []
    await using site = await startTestWeb({ log: (entry) => logged.push(entry) })
    const answer = await fetch(`${site.url}/register`, {
      method: 'POST',
      body: body(),
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Origin: site.url,
      },
    })
    expect(answer.status).toBe(413)
    expect((await fetch(site.url)).status).toBe(200)
    expect(logged).toEqual([])
  })

  test.each([
    { what: 'JSON', type: 'application/json', body: '{"name":"Ana","callPort":"5001"}' },
    { what: 'nothing', type: 'application/x-www-form-urlencoded', body: '' },
    {
      what: 'bad percents',
      type: 'application/x-www-form-urlencoded',
      body: 'name=%&callPort=%zz',
    },
    { what: 'two of each', type: 'application/x-www-form-urlencoded', body: 'name[]=a&name[]=b' },
    {
      what: 'a file for a name',
      type: 'multipart/form-data; boundary=x',
      body: '--x\r\nContent-Disposition: form-data; name="name"; filename="f"\r\n\r\nAna,\r\n--x--\r\n',
    },
  ])('of $what registers nobody: the form comes back', async ({ type, body }) => {
    const logged: LogEntry[] = []
    await using site = await startTestWeb({ log: (entry) => logged.push(entry) })
    const headers = { 'Content-Type': type, Origin: site.url }
    const answer = await fetch(`${site.url}/register`, { method: 'POST', body, headers })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('id="sign-in"')
    expect(site.tcp.directory.size).toBe(0)
    expect(logged).toEqual([])
  })

  test.each(['a&', '&', 'a=%&', 'name=Ana&'])(
    'of nothing but “%s” is refused before it is taken apart',
    async (field) => {
      await using site = await startTestWeb()
      const type = 'application/x-www-form-urlencoded; charset=UTF-8'
      const headers = { 'Content-Type': type, Origin: site.url }
      for (const path of postRoutes(site)) {
        const body = field.repeat(1_500)
        const answer = await fetch(site.url + path, {
          method: 'POST',
          redirect: 'manual',
          body,
          headers,
        })
        // Nobody can leave with more fields than with none: leaving reads none. Nor does the console of
        // a person that is not registered.
        expect({ path, status: answer.status }).toEqual({
          path,
          status: path === '/leave' || path === '/console' ? 303 : 400,
        })
      }
      expect(site.tcp.directory.size).toBe(0)
    },
  )

  test.each([
    { what: 'no boundary', type: 'multipart/form-data' },
    { what: 'no parts', type: 'multipart/form-data; boundary=x' },
  ])('of several parts with $what is the sender’s fault, not a bug of ours', async ({ type }) => {
    const logged: LogEntry[] = []
    await using site = await startTestWeb({ log: (entry) => logged.push(entry) })
    for (const path of postRoutes(site)) {
      const answer = await fetch(site.url + path, {
        method: 'POST',
        body: 'name=Ana',
        redirect: 'manual',
        headers: { 'Content-Type': type, Origin: site.url },
      })
      expect(answer.status).toBeLessThan(500)
    }
    expect(logged).toEqual([])
  })
})
