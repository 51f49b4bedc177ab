import { describe, expect, test } from 'bun:test'
import { eventually } from '../../support/eventually.ts'
import { openTab } from '../../support/tab.ts'
import { startTestWeb } from '../../support/web.ts'

describe('the wire', () => {
  test('is for people who are registered', async () => {
    await using site = await startTestWeb()
    expect((await site.visitor().get('/wire')).headers.get('Location')).toBe('/')
  })

  test('shows what the browser’s own connection said and heard, and no secret', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor({ language: 'en' })
    await ana.register('<b>Ana', 5001)
    const page = (await ana.get('/wire')).html
    const fragment = (await ana.get('/wire', { 'HX-Request': 'true' })).html
    for (const html of [page, fragment]) {
      expect(html).toContain('auth,…')
      expect(html).toMatch(/>&lt;b&gt;Ana,127\.0\.0\.1,\d+,5001</)
      expect(html).toContain('success,Registrado com sucesso')
      expect(html).toContain('answers line 3')
      expect(html).toContain('Registers a name and the port where it takes calls.')
      expect(html).not.toContain(site.tcp.key)
    }
    expect(page).toStartWith('<!doctype html>')
    expect(fragment).toStartWith('<div class="wire__head">')
  })

  test('shows nothing of anybody else', async () => {
    await using site = await startTestWeb()
    const [ana, bia] = [site.visitor(), site.visitor()]
    await ana.register('Ana', 5001)
    await bia.register('Bia', 5002)
    expect((await ana.get('/wire')).html).not.toContain('Bia')
  })

  test('comes to a tab that looks at it as it happens, and no more once it does not', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const tab = await openTab(site, ana, null)
    tab.say({ wire: 0 })
    await tab.saw('hx-swap="innerHTML"')
    expect(tab.html()).toContain('Ana,127.0.0.1')
    await ana.get('/person?name=Bia&ip=127.0.0.1')
    await tab.saw('details,Bia,127.0.0.1')
    await tab.saw('Recusa: ninguém com esse nome está aqui.')

    tab.say({ wire: false })
    tab.say({ asksReach: true })
    const before = tab.messages.length
    await ana.get('/person?name=Caio&ip=127.0.0.1')
    // What is said later comes later.
    tab.say({ wire: 4 })
    const again = await tab.saw('details,Caio', before)
    expect(again).toContain('details,Bia')
    expect(again).toContain('hx-swap="beforeend"')
    tab.close()
  })

  test('is rendered again for a tab that asks often, but not as often', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const tab = await openTab(site, ana, null)
    for (let asked = 0; asked < 50; asked += 1) tab.say({ wire: 0 })
    tab.say({ filter: '', order: 'name', pages: '1' })
    await tab.saw('"#count"')
    const shown = () => tab.messages.filter((message) => message.includes('wire-lines')).length
    await eventually('the last of what it asked for', () => shown() > 1)
    expect(shown()).toBeLessThan(10)
    tab.close()
  })

  test('counts as rows that a browser is shown', async () => {
    const limits = { rowsPerSecond: 10, rowBurst: 1 }
    await using site = await startTestWeb({ limits })
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const tab = await openTab(site, ana, null)
    tab.say({ wire: 0 })
    await tab.saw('wire-lines')
    tab.say({ wire: 0 })
    await eventually('it has to wait', () => site.web.refused.rows > 0)
    // It waits, and is shown it all the same.
    await tab.saw('wire-lines', tab.messages.length)
    tab.close()
  })

  test.each([{ wire: -1 }, { wire: 1.5 }, { wire: '0' }, { wire: null }, { wire: {} }])(
    'is not asked for by %j',
    async (said) => {
      await using site = await startTestWeb()
      const ana = site.visitor()
      await ana.register('Ana', 5001)
      const tab = await openTab(site, ana, null)
      tab.say(said)
      tab.say({ filter: '', order: 'name', pages: '1' })
      await tab.saw('"#count"')
      expect(tab.html()).not.toContain('wire-lines')
      tab.close()
    },
  )
})
