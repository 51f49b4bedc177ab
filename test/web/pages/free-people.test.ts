import { describe, expect, test } from 'bun:test'
import { eventually } from '../../support/eventually.ts'
import type { Peer } from '../../support/peer.ts'
import { openTab } from '../../support/tab.ts'
import type { Visitor } from '../../support/visitor.ts'
import { startTestWeb, type TestWeb } from '../../support/web.ts'

const asFragment = { 'HX-Request': 'true' }

async function register(site: TestWeb, name = 'Ana', callPort = 5001): Promise<Visitor> {
  const visitor = site.visitor()
  await visitor.register(name, callPort)
  return visitor
}

/** A program that takes calls. */
async function ready(site: TestWeb, name: string, callPort: number): Promise<Peer> {
  const peer = await site.tcp.connect({ name })
  await peer.ask(`register,${name},${callPort}`)
  await peer.ask('ready')
  return peer
}

const find = async (visitor: Visitor, q = '') =>
  (await visitor.get(`/call/people?${new URLSearchParams({ q })}`, asFragment)).html

const namesIn = (html: string) =>
  [...html.matchAll(/data-add-name="([^"]*)"/g)].map(([, name]) => name)

const found = async (visitor: Visitor, q = '') => namesIn(await find(visitor, q))

/** The pages follow the registry a moment later. */
const until = (visitor: Visitor, names: readonly string[], q = '') =>
  eventually(`${names}`, async () => Bun.deepEquals(await found(visitor, q), [...names]))

describe('the people that can be brought into a call', () => {
  test('are those that take calls and are in none, without the one who asks', async () => {
    await using site = await startTestWeb()
    const ana = await register(site)
    const program = await site.tcp.connect()
    await program.ask('register,Davi,7000')
    const bia = await ready(site, 'Bia', 7001)
    await ready(site, 'Cris', 7002)
    // Her own page takes calls, too.
    const tab = await openTab(site, ana)
    const eva = await register(site, 'Eva', 5002)
    await until(eva, ['Ana', 'Bia', 'Cris'])
    expect(await found(ana)).toEqual(['Bia', 'Cris'])

    const [, id] = (await bia.ask('call,Cris')).split(',')
    await until(ana, [])
    expect(await find(ana)).toContain('Ninguém mais está aqui e livre.')
    await bia.ask(`hangup,${id}`)
    await until(ana, ['Bia', 'Cris'])
    tab.close()
  })

  test('are found by a part of the name without its accents, the very name first', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Zoé')
    for (const [at, name] of ['Adriana', 'Mariana', 'Ana', 'Élio'].entries()) {
      await ready(site, name, 7000 + at)
    }
    await until(ana, ['Adriana', 'Ana', 'Élio', 'Mariana'])
    expect(await found(ana, 'ANA')).toEqual(['Ana', 'Adriana', 'Mariana'])
    expect(await found(ana, ' elio ')).toEqual(['Élio'])
    expect(await find(ana, 'nobody')).toContain('Ninguém livre com esse nome.')
  })

  test('are twenty at once; of the others the number is told', async () => {
    await using site = await startTestWeb()
    const ana = await register(site)
    for (let at = 0; at < 25; at++) await ready(site, `Bia ${at}`, 7000 + at)
    const html = await eventually('all of them', async () => {
      const now = await find(ana)
      return now.includes('data-count="25"') && now
    })
    expect(namesIn(html)).toEqual(Array.from({ length: 20 }, (_, at) => `Bia ${at}`))
    expect(html).toContain('Há mais 5 pessoas')
    expect(await found(ana, 'bia 24')).toEqual(['Bia 24'])
  })

  test('have names that are nothing but text', async () => {
    await using site = await startTestWeb()
    const ana = await register(site)
    await ready(site, '"><b>Bia</b>', 7001)
    const html = await eventually('Bia', async () => {
      const now = await find(ana)
      return now.includes('Bia') && now
    })
    expect(html).not.toContain('<b>')
  })

  test('are told to the registered alone, and nobody is sent away from a call', async () => {
    await using site = await startTestWeb()
    await ready(site, 'Bia', 7001)
    const answer = await site.visitor().get('/call/people', asFragment)
    expect([answer.status, answer.headers.get('HX-Redirect')]).toEqual([403, null])
    expect(answer.html).not.toContain('Bia')
  })

  test('are told as often as the list of people may be shown', async () => {
    await using site = await startTestWeb({ limits: { rowsPerSecond: 1, rowBurst: 20 } })
    const ana = await register(site)
    const statuses: number[] = []
    for (let asked = 0; asked < 4; asked++) {
      statuses.push((await ana.get('/call/people', asFragment)).status)
    }
    expect(statuses[0]).toBe(200)
    expect(statuses.at(-1)).toBe(429)
  })

  test('are no page of their own', async () => {
    await using site = await startTestWeb()
    const answer = await (await register(site)).get('/call/people')
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/people'])
  })
})
