import { describe, expect, test } from 'bun:test'
import { eventually } from '../../support/eventually.ts'
import type { Visitor } from '../../support/visitor.ts'
import { startTestWeb, type TestWeb } from '../../support/web.ts'

/** Peers that registered over TCP, as anybody with `nc` would; all are on the pages already. */
async function populate(
  site: TestWeb,
  names: readonly string[],
  asker: Visitor,
  firstPort = 6000,
): Promise<void> {
  for (const [index, name] of names.entries()) {
    const peer = await site.tcp.connect()
    await peer.ask(`register,${name},${firstPort + index}`)
  }
  const total = `${site.tcp.directory.size} pessoas`
  await eventually(total, async () => (await asker.get('/people')).html.includes(total))
}

async function register(site: TestWeb, name: string): Promise<Visitor> {
  const visitor = site.visitor()
  await visitor.register(name, 5001)
  return visitor
}

const namesIn = (html: string) =>
  [...html.matchAll(/<li id="p\w+".*?<\/li>/g)].map(([row]) =>
    new URLSearchParams(row.match(/\?([^"]*)/)?.[1]?.replaceAll('&amp;', '&')).get('name'),
  )

describe('the list', () => {
  test('is for those who are registered', async () => {
    await using site = await startTestWeb()
    const answer = await site.visitor().get('/people')
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/'])
  })

  test('shows everybody by name, and marks the one who looks', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    await populate(site, ['Zeca', 'Élio', 'bia'], ana)
    const { html } = await ana.get('/people')
    expect(namesIn(html)).toEqual(['Ana', 'bia', 'Élio', 'Zeca'])
    expect(html.match(/person--mine/g)).toHaveLength(1)
  })

  test('has the one who looks above it, whatever page or filter is shown', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    await populate(site, ['Zeca'], ana)
    for (const path of ['/people', '/people?filter=zeca', '/people?page=7']) {
      const { html } = await ana.get(path)
      const [above = ''] = html.split('<ol ')
      expect(above).toMatch(/<div id="own"[^>]*><a [^>]*>Ana<\/a><span class="tag">você/)
    }
  })

  test('has those who can be called first, and says of the others that they are programs', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    await populate(site, ['Bia', 'Caio', 'Zeca'], ana)
    using zeca = await site.tcp.connect({ name: 'Xica' })
    await zeca.ask('register,Xica,7000')
    await zeca.ask('ready')
    const html = await eventually('she is first', async () => {
      const page = await ana.get('/people')
      return namesIn(page.html)[0] === 'Xica' && page.html
    })
    expect(namesIn(html)).toEqual(['Xica', 'Ana', 'Bia', 'Caio', 'Zeca'])
    const [, list = ''] = html.split('<ol ')
    const [first = '', , second = ''] = list.split('<li ').slice(1)
    expect(first).toContain('data-call-name="Xica"')
    expect(first).not.toContain('tag--program')
    expect(second).toContain('>programa</span>')
  })

  test('shows the newest first where that is asked for', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    await populate(site, ['Zeca', 'Bia'], ana)
    expect(namesIn((await ana.get('/people?order=newest')).html)).toEqual(['Bia', 'Zeca', 'Ana'])
  })

  test.each([
    { filter: 'elio', found: ['Élio'] },
    { filter: 'ÉLIO', found: ['Élio'] },
    { filter: '127.0', found: ['Ana', 'Élio', 'Zeca'] },
    { filter: ' zec ', found: ['Zeca'] },
    { filter: 'nobody', found: [] },
  ])('finds $found by "$filter"', async ({ filter, found }) => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    await populate(site, ['Zeca', 'Élio'], ana)
    const { html } = await ana.get(`/people?${new URLSearchParams({ filter })}`)
    expect(namesIn(html)).toEqual([...found])
    expect(html).toContain(`${found.length} de 3 pessoas`)
  })

  test('finds the very name before others that hold it, also where it comes later', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Zoé')
    await populate(site, ['Adriana', 'Mariana'], ana)
    const found = async () => namesIn((await ana.get('/people?filter=ana')).html)
    expect(await found()).toEqual(['Adriana', 'Mariana'])
    await populate(site, ['Ana'], ana, 7000)
    expect(await found()).toEqual(['Ana', 'Adriana', 'Mariana'])
  })

  test('comes in pages of fifty, with a link to the next', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    const names = Array.from({ length: 60 }, (_, index) => `Bia ${index + 1}`)
    await populate(site, names, ana)
    const first = (await ana.get('/people')).html
    expect(namesIn(first)).toEqual(['Ana', ...names.slice(0, 49)])
    expect(first).toContain('href="/people?page=2"')
    const second = (await ana.get('/people?page=2')).html
    expect(namesIn(second)).toEqual(names.slice(49))
    expect(second).not.toContain('page=3')
  })

  test.each(['0', '-1', 'x', '1e3', '99999999999'])('takes page %s for the first', async (page) => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    expect(namesIn((await ana.get(`/people?page=${page}`)).html)).toEqual(['Ana'])
  })

  test('tells a person who is alone how to bring somebody', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    const [, list = ''] = (await ana.get('/people')).html.split('<ol ')
    expect(list).toContain('Por enquanto só você está aqui.')
    expect(list).toContain('href="/invite"')
  })
})

describe('details', () => {
  test('are a page of their own, with the address that the registry gives', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    await populate(site, ['Bia'], ana)
    const { status, html } = await ana.get('/person?name=Bia&ip=127.0.0.1')
    expect(status).toBe(200)
    expect(html).toStartWith('<!doctype html>')
    expect(html).toContain('data-copy="127.0.0.1:6000"')
  })

  test('are a fragment for htmx', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    await populate(site, ['Bia'], ana)
    const answer = await ana.get('/person?name=Bia&ip=127.0.0.1', { 'HX-Request': 'true' })
    expect(answer.html).toStartWith('<article')
    expect(answer.headers.get('Vary')).toContain('HX-Request')
  })

  test.each(['..', 'a/b', '?', '#', '%2F', 'Zé & Bia', '<b>', '👩‍💻', '"'])(
    'are found of somebody called %s, by the link in the list',
    async (name) => {
      await using site = await startTestWeb()
      const ana = await register(site, 'Ana')
      await populate(site, [name], ana)
      const { html } = await ana.get('/people?order=newest')
      const [, list = ''] = html.split('<ol ')
      const href = list.match(/href="(\/person[^"]*)"/)?.[1]?.replaceAll('&amp;', '&') ?? ''
      const person = await ana.get(href)
      expect(person.status).toBe(200)
      expect(person.html).toContain('127.0.0.1:6000')
    },
  )

  test.each([
    { query: 'name=Zeca&ip=127.0.0.1', why: 'somebody who is not here' },
    { query: 'name=Ana&ip=10.0.0.1', why: 'an address that is another’s' },
    { query: 'name=Ana,127.0.0.1&ip=', why: 'a comma in the name' },
    { query: 'name=Ana%0Aquit&ip=127.0.0.1', why: 'a line break in the name' },
    { query: '', why: 'nobody at all' },
  ])('are not found of $why, and the session goes on', async ({ query }) => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    const { status, html } = await ana.get(`/person?${query}`)
    expect(status).toBe(404)
    expect(html).toContain('Ninguém com esse nome')
    expect((await ana.get('/people')).status).toBe(200)
  })
})
