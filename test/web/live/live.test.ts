import { describe, expect, test } from 'bun:test'
import { eventually } from '../../support/eventually.ts'
import { openTab } from '../../support/tab.ts'
import type { Visitor } from '../../support/visitor.ts'
import { startTestWeb, type TestWeb, type TestWebOverrides } from '../../support/web.ts'

const quick: TestWebOverrides = {
  sessionLimits: { tabGraceMs: 80, silentGraceMs: 20, requestGraceMs: 60_000 },
}

async function register(site: TestWeb, name: string, callPort = 5001): Promise<Visitor> {
  const visitor = site.visitor()
  await visitor.register(name, callPort)
  return visitor
}

async function join(site: TestWeb, name: string, callPort: number) {
  const peer = await site.tcp.connect()
  await peer.ask(`register,${name},${callPort}`)
  return peer
}

describe('a tab', () => {
  test('gets its whole view first, its own row marked', async () => {
    await using site = await startTestWeb()
    const tab = await openTab(site, await register(site, 'Ana'))
    expect(await tab.saw('hx-swap="innerMorph"')).toContain('person--mine')
  })

  test('is told when somebody comes and goes, in less than a kilobyte', async () => {
    await using site = await startTestWeb({ updateLimits: { announceMs: 50 } })
    const tab = await openTab(site, await register(site, 'Ana'))
    await tab.saw('person--mine')
    for (let number = 0; number < 60; number += 1) await join(site, `Bia ${number}`, 6000 + number)
    await tab.saw('61 pessoas')
    const from = tab.messages.length
    const peer = await join(site, 'Alba', 7000)
    const came = await tab.saw('>Alba<', from)
    expect(came.length).toBeLessThan(1024)
    expect(came).toContain('hx-swap="delete"')
    const row = came.match(/id="(p\w+)"/)?.[1]
    peer.close()
    const went = await tab.saw(`hx-target="#${row}"`, from + 1)
    expect(went.length).toBeLessThan(1024)
    await tab.saw('Alba saiu', from)
  })

  test('sees only what its filter lets through, and the count of all', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    const tab = await openTab(site, ana, { filter: 'bi', order: 'name', pages: '1' })
    await tab.saw('0 de 1 pessoa')
    await join(site, 'Zeca', 6000)
    await tab.saw('0 de 2 pessoas')
    await join(site, 'Bia', 6001)
    await tab.saw('1 de 3 pessoas')
    expect(tab.html()).toContain('>Bia<')
    expect(tab.html()).not.toContain('Zeca')
  })

  test('gets the new view whole when it asks for another', async () => {
    await using site = await startTestWeb()
    const tab = await openTab(site, await register(site, 'Ana'))
    await join(site, 'Bia', 6000)
    await tab.saw('>Bia<')
    const from = tab.messages.length
    tab.say({ filter: 'ana', order: 'name', pages: '1' })
    const view = await tab.saw('innerMorph', from)
    expect(view).toContain('>Ana<')
    expect(view).not.toContain('>Bia<')
  })

  test('gets only the rows that it lacks when its end came into sight', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    for (let number = 0; number < 120; number += 1) {
      await join(site, `Bia ${String(number).padStart(3, '0')}`, 6000 + number)
    }
    const tab = await openTab(site, ana)
    await tab.saw('121 pessoas')
    const from = tab.messages.length
    tab.say({ pages: 2 })
    const more = await tab.saw('Bia 049', from)
    expect(more).toContain('Bia 098')
    expect(more).not.toContain('Bia 048')
    expect(more).not.toContain('Bia 099')
    expect(more).toContain('name="pages" value="2"')
  })

  test('is told once that many came, not once for each', async () => {
    await using site = await startTestWeb({ updateLimits: { announceMs: 200 } })
    const tab = await openTab(site, await register(site, 'Ana'))
    await tab.saw('person--mine')
    for (let number = 0; number < 40; number += 1) await join(site, `Bia ${number}`, 6000 + number)
    await tab.saw('pessoas entraram')
    await eventually('all are announced', () => {
      const told = [...tab.html().matchAll(/(\d+) pessoas entraram|>(Bia \d+) entrou/g)]
      return told.reduce((sum, [, many]) => sum + Number(many ?? 1), 0) === 40
    })
    expect(tab.html().match(/entraram|entrou/g)?.length).toBeLessThanOrEqual(6)
  })

  test('hears at its dialog that the person has gone and is back', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    const bia = await join(site, 'Bia', 6000)
    const tab = await openTab(site, ana, { personName: 'Bia', personIp: '127.0.0.1' })
    await tab.saw('Está aqui agora')
    bia.close()
    await tab.saw('Bia não está mais aqui')
    const from = tab.messages.length
    await join(site, 'Bia', 6000)
    await tab.saw('Está aqui agora', from)
  })

  test.each(['x', '[]', '{"filter":1}', '{"pages":"9e9"}', '{"page":-1,"filter":""}', 'null'])(
    'that sends %s is not listened to, and goes on',
    async (text) => {
      await using site = await startTestWeb()
      const tab = await openTab(site, await register(site, 'Ana'), null)
      tab.sayText(text)
      tab.say({ filter: '', order: 'name', pages: '1' })
      await tab.saw('>Ana<')
      expect(tab.messages.filter((message) => message.includes('innerMorph'))).toHaveLength(1)
    },
  )
})

describe('an open tab', () => {
  test('keeps the session; the last one that closes ends it after the grace', async () => {
    await using site = await startTestWeb(quick)
    const ana = await register(site, 'Ana')
    const first = await openTab(site, ana)
    const second = await openTab(site, ana)
    await second.saw('>Ana<')
    first.close()
    await Bun.sleep(200)
    expect(site.tcp.directory.size).toBe(1)
    second.close()
    await site.tcp.until('Ana is gone', () => site.tcp.directory.size === 0)
  })

  test('that comes back within the grace (a reload) finds its session', async () => {
    await using site = await startTestWeb(quick)
    const ana = await register(site, 'Ana')
    for (let reload = 0; reload < 5; reload += 1) {
      const tab = await openTab(site, ana)
      await tab.saw('>Ana<')
      tab.close()
    }
    expect(site.tcp.lines.filter((line) => line.startsWith('Novo cliente'))).toHaveLength(1)
  })

  test('is sent to the form when another tab leaves', async () => {
    await using site = await startTestWeb(quick)
    const ana = await register(site, 'Ana')
    const tab = await openTab(site, ana)
    await tab.saw('>Ana<')
    await ana.post('/leave')
    await tab.saw('{"go":"/?notice=left"}')
    await eventually('closed for good', () => tab.closed() === 1000)
    expect(site.tcp.directory.size).toBe(0)
  })

  test('is sent to the form when the registry is lost', async () => {
    await using site = await startTestWeb(quick)
    const tab = await openTab(site, await register(site, 'Ana'))
    await tab.saw('>Ana<')
    await site.tcp.stop()
    await tab.saw('{"go":"/?notice=lost"}')
  })

  test('gets a sign of life', async () => {
    await using site = await startTestWeb({ liveLimits: { beatMs: 20 } })
    const tab = await openTab(site, await register(site, 'Ana'))
    await tab.saw('{"beat":1}')
  })
})

describe('a tab whose session the server does not know', () => {
  test('registers its browser again, once for all tabs', async () => {
    await using before = await startTestWeb()
    const ana = await register(before, 'Ana', 5050)
    await using site = await startTestWeb()
    const back = site.visitor()
    back.takeCookiesOf(ana, site.url)
    const tabs = await Promise.all([openTab(site, back), openTab(site, back), openTab(site, back)])
    for (const tab of tabs) await tab.saw('person--mine')
    expect(site.tcp.directory.find('Ana')).toMatchObject({ callPort: 5050 })
    expect(site.web.sessions).toBe(1)
  })

  test('is told why where that is refused', async () => {
    await using before = await startTestWeb()
    const ana = await register(before, 'Ana', 5050)
    await using site = await startTestWeb()
    await join(site, 'Bia', 5050)
    const back = site.visitor()
    back.takeCookiesOf(ana, site.url)
    const tab = await openTab(site, back)
    await tab.saw('{"go":"/?refused=call-port-taken"}')
    const { html } = await site.visitor().get('/?refused=call-port-taken')
    expect(html).toContain('não foi possível pôr você na lista outra vez')
    expect(html).toContain('id="call-port-problem"')
  })

  test('does not come back once it left', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    await ana.post('/leave')
    const tab = await openTab(site, ana)
    await tab.saw('{"go":')
    expect(site.tcp.directory.size).toBe(0)
  })

  test('is the only thing that brings a browser back: a fresh visit gets the form filled in', async () => {
    await using before = await startTestWeb()
    const registered = await register(before, 'Ana')
    await using site = await startTestWeb()
    const ana = site.visitor()
    ana.takeCookiesOf(registered, site.url)
    expect((await ana.get('/people')).headers.get('Location')).toBe('/?notice=lost')
    expect((await ana.get('/')).html).toContain('name="name" value="Ana"')
    expect(site.tcp.directory.size).toBe(0)
  })
})

describe('a WebSocket', () => {
  test('of another origin is refused', async () => {
    await using site = await startTestWeb()
    const ana = await register(site, 'Ana')
    const tab = await openTab(site, ana, null, { Origin: 'https://elsewhere.example' })
    expect(tab.closed()).toBeDefined()
    expect(site.web.tabs).toBe(0)
  })
})
