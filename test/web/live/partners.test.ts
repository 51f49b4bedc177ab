import { describe, expect, test } from 'bun:test'
import { openTab } from '../../support/tab.ts'
import { startTestWeb, type TestWeb } from '../../support/web.ts'

/** Two programs that talk, one of which was ready as a browser is; and what ends their call. */
async function twoThatTalk(site: TestWeb, [caller, callee]: [string, string], ready = 'ready') {
  const ana = await site.tcp.connect()
  await ana.ask(`register,${caller},5001`)
  if (ready !== 'ready') await ana.ask(ready)
  const bia = await site.tcp.connect()
  await bia.ask(`register,${callee},5002`)
  await bia.ask(ready)
  const [, id] = (await ana.ask(`call,${callee}`)).split(',')
  await bia.line()
  return {
    id,
    invite: (name: string) => bia.ask(`invite,${id},${name}`),
    accept: () => bia.ask(`accept,${id}`),
    hangUp: () => bia.ask(`hangup,${id}`),
  }
}

describe('who talks with whom', () => {
  test('stands in the rows of both, from when they talk until they do not', async () => {
    await using site = await startTestWeb({ showsPartners: true })
    const cris = site.visitor()
    await cris.register('Cris', 5003)
    const tab = await openTab(site, cris)
    await tab.saw('person--mine')
    const call = await twoThatTalk(site, ['Ana', 'Bia <b>'])
    const rung = await tab.saw(
      'data-call-name="Bia &lt;b&gt;" data-call-ip="127.0.0.1" aria-disabled',
    )
    expect(rung).toContain('em chamada</button>')
    expect(tab.html()).not.toContain('in-call-with')

    let from = tab.messages.length
    await call.accept()
    await tab.saw('em chamada<span class="in-call-with">com <bdi>Ana</bdi></span></button>', from)
    // A program has no button; it says the same.
    const row =
      '<span class="person__call">em chamada<span class="in-call-with">com <bdi>Bia &lt;b&gt;<'
    await tab.saw(row, from)
    expect((await cris.get('/people')).html).toContain('com <bdi>Ana</bdi>')
    const details = await cris.get(
      `/person?${new URLSearchParams({ name: 'Bia <b>', ip: '127.0.0.1' })}`,
    )
    expect(details.html).toContain('com <bdi>Ana</bdi>')

    from = tab.messages.length
    await call.hangUp()
    await tab.saw('aria-label="Ligar para Bia &lt;b&gt;">Ligar<', from)
    expect((await cris.get('/people')).html).not.toContain('in-call-with')
  })

  test('names two of several, and says how many more there are, as they come and go', async () => {
    await using site = await startTestWeb({ showsPartners: true })
    const zeca = site.visitor()
    await zeca.register('Zeca', 5009)
    const tab = await openTab(site, zeca)
    await tab.saw('person--mine')
    const call = await twoThatTalk(site, ['Ana', 'Bia'], 'ready,conference')
    await call.accept()
    const joins = async (name: string, callPort: number) => {
      const peer = await site.tcp.connect()
      await peer.ask(`register,${name},${callPort}`)
      await peer.ask('ready,conference')
      await call.invite(name)
      await peer.ask(`accept,${call.id}`)
      return peer
    }
    let from = tab.messages.length
    const caio = await joins('Caio', 5003)
    await tab.saw('com <bdi>Ana</bdi> e <bdi>Bia</bdi></span>', from)
    from = tab.messages.length
    await joins('Davi', 5004)
    await tab.saw('com <bdi>Ana</bdi>, <bdi>Bia</bdi> e mais 1</span>', from)
    const details = await zeca.get(
      `/person?${new URLSearchParams({ name: 'Davi', ip: '127.0.0.1' })}`,
    )
    expect(details.html).toContain('com <bdi>Ana</bdi>, <bdi>Bia</bdi> e mais 1</span>')
    from = tab.messages.length
    await caio.ask(`hangup,${call.id}`)
    await tab.saw('com <bdi>Ana</bdi> e <bdi>Bia</bdi></span>', from)
  })

  test('is the same row for all lists in a language', async () => {
    await using site = await startTestWeb({ showsPartners: true })
    const open = async (name: string, callPort: number, language: string) => {
      const visitor = site.visitor({ language })
      await visitor.register(name, callPort)
      return openTab(site, visitor, undefined, { 'Accept-Language': language })
    }
    const cris = await open('Cris', 6000, 'pt')
    const davi = await open('Davi', 6001, 'pt')
    const edu = await open('Edu', 6002, 'en')
    const call = await twoThatTalk(site, ['Ana', 'Bia'])
    await call.accept()
    const rowOf = (html: string) => html.match(/<li[^>]*>(?:(?!<\/li>).)*<bdi>Ana.*?<\/li>/)?.[0]
    const row = rowOf(await cris.saw('com <bdi>Ana</bdi>'))
    expect(row).toContain('em chamada<span')
    expect(rowOf(await davi.saw('com <bdi>Ana</bdi>'))).toBe(row as string)
    expect(rowOf(await edu.saw('with <bdi>Ana</bdi>'))).toContain('in a call<span')
  })

  test('is nobody’s business where the operator has not said so', async () => {
    await using site = await startTestWeb()
    const cris = site.visitor()
    await cris.register('Cris', 5003)
    const tab = await openTab(site, cris)
    await tab.saw('person--mine')
    const call = await twoThatTalk(site, ['Ana', 'Bia'])
    await call.accept()
    await call.hangUp()
    await tab.saw('aria-label="Ligar para Bia">Ligar<')
    expect(tab.html()).not.toContain('<bdi>')
  })
})

describe('the form', () => {
  const words = { pt: 'Os outros veem com quem você fala.', en: 'Others see with whom you talk.' }

  test.each(['pt', 'en'] as const)(
    'says in %s that others see with whom one talks',
    async (language) => {
      await using site = await startTestWeb({ showsPartners: true })
      const visitor = site.visitor({ language })
      expect((await visitor.get('/')).html).toContain(words[language])
      // Also where it comes back because something was wrong with it.
      expect((await visitor.register('', 5001)).html).toContain(words[language])
    },
  )

  test('does not say so where nobody sees it', async () => {
    await using site = await startTestWeb()
    const { html } = await site.visitor().get('/')
    expect(html).toContain('Os outros verão')
    expect(html).not.toContain(words.pt)
  })
})
