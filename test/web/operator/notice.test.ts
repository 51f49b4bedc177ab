import { describe, expect, test } from 'bun:test'
import { languages } from '../../../src/text/languages.ts'
import { noticeHtml } from '../../../src/web/live/notice-html.tsx'
import { Announcement } from '../../../src/web/operator/announcement.ts'
import { Farewells } from '../../../src/web/session/farewells.ts'
import { eventually } from '../../support/eventually.ts'
import { openTab } from '../../support/tab.ts'
import { startTestWeb, type TestWeb } from '../../support/web.ts'

/** A connection that has said the operator's key. */
async function operatorOf({ tcp }: TestWeb) {
  const operator = await tcp.connect()
  await operator.ask(`auth,${tcp.key}`)
  return operator
}

describe('a notice', () => {
  test('stands on every page, and goes to open ones', async () => {
    await using site = await startTestWeb()
    const [ana, eva] = [site.visitor(), site.visitor({ language: 'en' })]
    await ana.register('Ana', 5001)
    const tab = await openTab(site, ana)
    const operator = await operatorOf(site)
    await operator.ask('notice,Pausa, <b>já</b>')
    const shown = await tab.saw('Pausa')
    expect(shown).toContain('hx-target="#operator-notice"')
    expect(shown).toContain('Pausa, &lt;b&gt;já&lt;/b&gt;')
    expect((await ana.get('/people')).html).toContain('Pausa, &lt;b&gt;já&lt;/b&gt;')
    expect((await eva.get('/')).html).toMatch(/From the operator of this server:.*Pausa/)

    const from = tab.messages.length
    await operator.ask('notice')
    await tab.saw('#operator-notice', from)
    expect((await eva.get('/')).html).not.toContain('Pausa')
    tab.close()
    operator.close()
  })

  test('and a goodbye from right to left leave the words around them in their order', () => {
    for (const language of ['pt', 'en'] as const) {
      const { disconnectedNotice } = languages[language]
      for (const shown of [noticeHtml(language, 'שלום'), disconnectedNotice('שלום')]) {
        expect(shown).toContain('\u2068שלום\u2069')
      }
    }
  })

  test('is told to a tab that was away, after its list', async () => {
    await using site = await startTestWeb({ liveLimits: { beatMs: 200 } })
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const operator = await operatorOf(site)
    await operator.ask('notice,Pausa')
    await eventually('the page knows it', async () =>
      (await ana.get('/people')).html.includes('Pausa'),
    )
    const tab = await openTab(site, ana)
    const told = await tab.saw('Pausa')
    const list = await tab.saw('hx-target="#people"')
    expect(tab.messages.indexOf(list)).toBeLessThan(tab.messages.indexOf(told))
    tab.close()
    operator.close()
  })

  test('is gone where a new opening state has none', () => {
    const told: string[] = []
    const announcement = new Announcement((text) => told.push(text))
    announcement.reopen()
    announcement.apply({ kind: 'notice', text: 'um' })
    expect(announcement.text).toBe('')
    announcement.apply({ kind: 'synced', count: 0 })
    announcement.apply({ kind: 'notice', text: 'dois' })
    announcement.reopen()
    expect(announcement.text).toBe('dois')
    announcement.apply({ kind: 'synced', count: 0 })
    // Whoever follows has heard that before.
    announcement.apply({ kind: 'notice', text: '' })
    expect(told).toEqual(['um', 'dois', ''])
  })
})

describe('a browser that the operator disconnects', () => {
  test('reads why, and does not come back by itself', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const tab = await openTab(site, ana)
    const operator = await operatorOf(site)
    expect(await operator.ask('kick,Ana,127.0.0.1,Outro nome, por favor')).toStartWith('success,')
    expect(await tab.saw('"go"')).toBe('{"go":"/?notice=lost"}')
    expect((await ana.get('/people')).status).toBe(303)
    const form = await ana.get('/?notice=lost')
    expect(form.html).toMatch(/desconectou você: .*Outro nome, por favor/)
    // A tab that slept meanwhile.
    const late = await openTab(site, ana)
    await late.saw('"go"')
    expect(site.web.sessions).toBe(0)
    // Its person may.
    expect((await ana.register('Ana B', 5001)).status).toBe(303)
    expect(site.web.sessions).toBe(1)
    operator.close()
  })

  test('and blocks has to wait', async () => {
    await using site = await startTestWeb({
      registryOverrides: { isTrusted: (ip) => ip === '127.0.0.1' },
    })
    const ana = site.visitor({ ip: '203.0.113.7' })
    await ana.register('Ana', 5001)
    const operator = await operatorOf(site)
    await operator.ask('block,203.0.113.7,600')
    await eventually('the session is over', () => site.web.sessions === 0)
    expect((await ana.get('/')).html).toContain('bloqueou o seu endereço')
    const again = await ana.register('Ana', 5001)
    expect(again.status).toBe(403)
    expect(again.html).toContain('bloqueou o seu endereço')
    await operator.ask('unblock,203.0.113.7')
    expect((await ana.register('Ana', 5001)).status).toBe(303)
    operator.close()
  })

  test('comes back at no other server either, until they enter by the form', async () => {
    const farewells = new Farewells()
    await using site = await startTestWeb({
      registryOverrides: { kicked: (deed) => farewells.kicked(deed) },
    })
    // Of one directory with the first, and the same secrets.
    await using other = await startTestWeb({ tcp: site.tcp, farewells, severalServers: true })
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const operator = await operatorOf(site)
    await operator.ask('kick,Ana,127.0.0.1,Outro nome, por favor')
    const there = other.visitor()
    there.takeCookiesOf(ana, other.url)
    expect((await there.get('/people')).status).toBe(303)
    expect((await there.get('/?notice=lost')).html).toContain('Outro nome, por favor')
    const late = await openTab(other, there)
    await late.saw('"go"')
    expect(other.web.sessions).toBe(0)
    expect((await there.register('Ana', 5001)).status).toBe(303)
    operator.close()
  })

  test('is remembered by name and address until it has entered anew', () => {
    const farewells = new Farewells(() => 10_500)
    farewells.kicked({ name: 'Ana', ip: '127.0.0.1', text: 'tchau' })
    const known = (writtenAt: number, name = 'Ana', ip = '127.0.0.1') =>
      farewells.toBrowser({ id: 'another', name, writtenAt }, ip)?.text
    expect([known(9), known(10), known(11)]).toEqual(['tchau', 'tchau', undefined])
    expect([known(9, 'Bia'), known(9, 'Ana', '127.0.0.2')]).toEqual([undefined, undefined])
  })

  test('is remembered, but not for ever', () => {
    const farewells = new Farewells()
    const bye = { kind: 'bye', code: 'disconnected', text: 'tchau' } as const
    farewells.heard('other', { ...bye, code: 'shutdown' })
    for (let id = 0; id <= 1_000; id += 1) farewells.heard(`${id}`, bye)
    const known = ['other', '0', '1', '1000'].map((id) => farewells.to(id)?.text)
    expect(known).toEqual([undefined, undefined, 'tchau', 'tchau'])
  })
})
