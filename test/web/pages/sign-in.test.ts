import { afterEach, beforeEach, describe, expect, setSystemTime, test } from 'bun:test'
import { sign } from '../../../src/web/session/signature.ts'
import { openTab } from '../../support/tab.ts'
import { formIdIn } from '../../support/visitor.ts'
import { startTestWeb, testSecret } from '../../support/web.ts'

describe('the registration form', () => {
  test('suggests a call port that nobody at that address uses', async () => {
    await using site = await startTestWeb()
    const { html } = await site.visitor().get('/')
    expect(html).toMatch(/name="callPort" value="5\d{3}"/)
  })

  test('registers over TCP with the address of the browser', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor({ ip: '192.0.2.7' })
    const answer = await ana.register('Ana', 5001)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('Location')).toBe('/people')
    expect(site.tcp.directory.find('Ana', '192.0.2.7')).toMatchObject({ callPort: 5001 })
  })

  test('stores an IPv4-mapped address as the IPv4 address that it is', async () => {
    await using site = await startTestWeb()
    await site.visitor({ ip: '::ffff:192.0.2.7' }).register('Ana', 5001)
    expect(site.tcp.directory.find('Ana', '192.0.2.7')).toBeDefined()
  })

  test('takes a name in its normalised form', async () => {
    await using site = await startTestWeb()
    await site.visitor().register('  Jose\u0301 ', 5001)
    expect(site.tcp.directory.find('José')).toBeDefined()
  })

  test('leads by a link with a name to that name in the list, through refusals and a language', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    const name = 'Zé & "Bia" <b>'
    const link = `/?${new URLSearchParams({ call: name })}`
    const { html } = await ana.get(link)
    expect(html).toContain('name="call" value="Zé &amp; &quot;Bia&quot; &lt;b&gt;"')
    expect(html).toContain('Nada toca antes de você apertar Ligar.')
    const switched = await ana.post('/language', { language: 'en', back: link })
    expect(switched.headers.get('Location')).toBe(link)
    const refused = await ana.post('/register', { name: '', call: name, formId: formIdIn(html) })
    expect(refused.status).toBe(422)
    expect(refused.html).toContain('name="call" value="Zé &amp;')
    const form = { name: 'Ana', call: name, formId: formIdIn(refused.html) }
    const list = `/people?${new URLSearchParams({ filter: name })}`
    expect((await ana.post('/register', form)).headers.get('Location')).toBe(list)
    // A person that is in already, too.
    expect((await ana.get(link)).headers.get('Location')).toBe(list)
    expect((await ana.get('/?call=%20')).headers.get('Location')).toBe('/people')
    const none = await ana.get(list)
    expect(none.html).toContain('Nobody with that name or IP is here.')
    expect(none.html).toContain('href="/people">Show everybody')
  })

  test.each([
    { typed: 'Ana  Maria', name: 'Ana Maria' },
    { typed: 'Ana\u00a0Maria', name: 'Ana Maria' },
    { typed: '山田\u3000太郎', name: '山田\u3000太郎' },
  ])('takes spaces that nobody sees in a field for one: $typed', async ({ typed, name }) => {
    await using site = await startTestWeb()
    expect((await site.visitor().register(typed, 5001)).status).toBe(303)
    expect(site.tcp.directory.find(name)).toBeDefined()
  })

  test.each([
    { name: '', callPort: '5001', field: 'name-problem' },
    { name: 'a,b', callPort: '5001', field: 'name-problem' },
    { name: 'list', callPort: '5001', field: 'name-problem' },
    { name: 'Ana\nquit', callPort: '5001', field: 'name-problem' },
    { name: 'Ana', callPort: '0', field: 'call-port-problem' },
    { name: 'Ana', callPort: '5001,5002', field: 'call-port-problem' },
  ])('refuses $name at $callPort beside the field, and keeps what was typed', async (typed) => {
    await using site = await startTestWeb()
    const answer = await site.visitor().register(typed.name, typed.callPort)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain(`id="${typed.field}"`)
    expect(answer.html).toContain(`name="callPort" value="${typed.callPort}"`)
    expect(answer.html).toContain(`name="name" value="${typed.name.replace('"', '&quot;')}"`)
    expect(site.tcp.directory.size).toBe(0)
  })

  test.each([
    { other: { name: 'Ana', callPort: 5009 }, code: 'name-problem' },
    { other: { name: 'Bia', callPort: 5001 }, code: 'call-port-problem' },
  ])('shows the registry’s own refusal at its field: $code', async ({ other, code }) => {
    await using site = await startTestWeb()
    await site.visitor().register(other.name, other.callPort)
    const answer = await site.visitor().register('Ana', 5001)
    expect(answer.status).toBe(409)
    expect(answer.html).toContain(`id="${code}"`)
  })

  test.each([
    { name: '', says: 'Escreva o seu nome.' },
    { name: '   ', says: 'Escreva o seu nome.' },
    { name: 'Ana, Bia', says: 'O nome não pode ter vírgula.' },
    { name: '*Ana', says: 'O nome não pode começar com asterisco.' },
    { name: 'quit', says: '“quit” é uma palavra reservada aqui. Escreva outro nome.' },
    { name: 'x'.repeat(65), says: 'Este nome é longo demais: use até 64 letras.' },
    { name: 'Ana\u202emoc', says: 'Este nome tem sinais que não se veem' },
  ])('says in words for people why $name is no name', async ({ name, says }) => {
    await using site = await startTestWeb()
    const answer = await site.visitor().register(name, 5001)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain(says)
  })

  test('replaces a port that nobody touched and that is taken by then, without a word', async () => {
    await using site = await startTestWeb()
    const form = await site.visitor().get('/')
    const port = form.html.match(/name="suggestedPort" value="(\d+)"/)?.[1] ?? ''
    using other = await site.tcp.connect()
    expect(await other.ask(`register,Programa,${port}`)).toStartWith('success')
    const ana = site.visitor()
    await ana.get('/')
    const answer = await ana.post('/register', { name: 'Ana', callPort: port, suggestedPort: port })
    expect(answer.status).toBe(303)
    const registered = site.tcp.directory.find('Ana')
    expect(registered?.callPort).not.toBe(Number(port))
    // It was not chosen, and is not taken for chosen at the next start.
    await ana.post('/leave')
    const next = await ana.get('/')
    expect(next.html).not.toContain('name="suggestedPort" value=""')
  })

  test('replaces it also where the browser comes back by itself, after a restart', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.get('/')
    await ana.post('/register', { name: 'Ana', callPort: '5001', suggestedPort: '5001' })
    await using next = await startTestWeb()
    using other = await next.tcp.connect()
    expect(await other.ask('register,Programa,5001')).toStartWith('success')
    const back = next.visitor()
    back.takeCookiesOf(ana, next.url)
    const tab = await openTab(next, back)
    await tab.saw('Programa')
    const registered = next.tcp.directory.find('Ana')
    expect(registered?.callPort).toBeGreaterThanOrEqual(5_000)
    expect(registered?.callPort).not.toBe(5_001)
  })

  test('chooses a port where none was typed', async () => {
    await using site = await startTestWeb()
    expect((await site.visitor().register('Ana', '')).status).toBe(303)
  })

  test('offers the same name with a number where the name is taken', async () => {
    await using site = await startTestWeb()
    await site.visitor().register('Ana', 5001)
    await site.visitor().register('Ana 2', 5002)
    const other = site.visitor()
    const refused = await other.register('Ana', 5003)
    expect(refused.status).toBe(409)
    expect(refused.html).toContain('name="instead" value="Ana 3"')
    expect(refused.html).toContain('Entrar como Ana 3')
    const fields = { name: 'Ana', callPort: '5003', instead: 'Ana 3' }
    expect((await other.post('/register', fields)).status).toBe(303)
    expect(site.tcp.directory.find('Ana 3')).toBeDefined()
  })

  test('refuses the server’s own port at the call port', async () => {
    await using site = await startTestWeb()
    const answer = await site.visitor().register('Ana', site.tcp.endpoint.port)
    expect(answer.html).toContain('Esta é a porta do próprio servidor')
  })

  test('answers htmx with the form alone', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.get('/')
    const form = { name: 'list', callPort: '5001' }
    const answer = await ana.post('/register', form, { 'HX-Request': 'true' })
    expect(answer.html).toStartWith('<section id="sign-in"')
  })

  test('escapes what was typed', async () => {
    await using site = await startTestWeb()
    const answer = await site.visitor().register('"><script>alert(1)</script>,', 5001)
    expect(answer.html).not.toContain('<script>alert')
  })

  test('registers once when it is sent twice at once', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    const formId = formIdIn((await ana.get('/')).html)
    const form = { name: 'Ana', callPort: '5001', formId }
    const answers = await Promise.all([ana.post('/register', form), ana.post('/register', form)])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(site.tcp.directory.size).toBe(1)
    expect(site.web.sessions).toBe(1)
    expect((await ana.get('/people')).status).toBe(200)
  })

  test('registers once when the second sending was under way with the cookie of before', async () => {
    await using site = await startTestWeb()
    const [ana, hurried] = [site.visitor(), site.visitor()]
    const formId = formIdIn((await ana.get('/')).html)
    hurried.takeCookiesOf(ana, site.url)
    const form = { name: 'Ana', callPort: '5001', formId }
    expect((await ana.post('/register', form)).status).toBe(303)
    expect((await hurried.post('/register', form)).status).toBe(303)
    expect((await hurried.get('/people')).status).toBe(200)
    expect(site.web.sessions).toBe(1)
    // Once it has left, that form is as good as any.
    await ana.post('/leave')
    expect((await hurried.post('/register', form)).status).toBe(303)
    expect(site.tcp.directory.size).toBe(1)
  })

  test('says to a browser that keeps no cookies that they are needed, and registers nobody', async () => {
    await using site = await startTestWeb()
    for (const headers of [{}, { 'HX-Request': 'true' }] as Record<string, string>[]) {
      const ana = site.visitor()
      const formId = formIdIn((await ana.get('/')).html)
      ana.cookies.set('another-program', 'x')
      for (const name of ana.cookies.keys()) if (/encontro/.test(name)) ana.cookies.delete(name)
      const answer = await ana.post('/register', { name: 'Ana', callPort: '5001', formId }, headers)
      expect(answer.status).toBe(422)
      expect(answer.html).toContain('Permita cookies')
      expect(answer.html).toContain('name="name" value="Ana"')
      expect(site.tcp.directory.size).toBe(0)
      expect(site.web.sessions).toBe(0)
      // Allowed meanwhile: the form that came back is enough.
      const again = { name: 'Ana', callPort: '5001', formId: formIdIn(answer.html) }
      expect((await ana.post('/register', again)).headers.get('Location')).toBe('/people')
      await ana.post('/leave')
    }
  })

  test('does not blame cookies where there is one that can be read no more', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.get('/')
    for (const name of ana.cookies.keys()) ana.cookies.set(name, 'of.before')
    const form = { name: 'Ana', callPort: '5001' }
    expect((await ana.post('/register', form)).headers.get('Location')).toBe('/people')
  })

  test('leads who is registered to the people', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const answer = await ana.get('/')
    expect(answer.headers.get('Location')).toBe('/people')
  })
})

describe('the cookie', () => {
  test('is kept from scripts and from other sites', async () => {
    await using site = await startTestWeb()
    const { headers } = await site.visitor().get('/')
    const cookie = headers.getSetCookie().find((text) => text.startsWith('encontro-'))
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
  })

  test('speaks for nobody once it was changed', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const mallory = site.visitor()
    const [[name, value] = ['', '']] = ana.cookies
    mallory.cookies.set(name, `x${value.slice(1)}`)
    const answer = await mallory.get('/people')
    expect(answer.headers.get('Location')).toBe('/')
  })

  test('is another after registering, also where somebody else knew the one before', async () => {
    await using site = await startTestWeb()
    const mallory = site.visitor()
    const formId = formIdIn((await mallory.get('/')).html)
    const ana = site.visitor()
    ana.takeCookiesOf(mallory, site.url)
    const form = await ana.get('/')
    expect(form.headers.getSetCookie()).toEqual([])
    const sent = { name: 'Ana', callPort: '5001', formId: formIdIn(form.html) }
    // At once as well: the outcome is shared by who has the form, not by who has the cookie.
    const [registered] = await Promise.all([
      ana.post('/register', sent),
      mallory.post('/register', { name: 'Ana', callPort: '5001', formId }),
    ])
    expect(registered?.headers.get('Location')).toBe('/people')
    expect((await ana.get('/people')).status).toBe(200)
    expect((await mallory.get('/people')).headers.get('Location')).toBe('/')
    expect((await mallory.post('/register', { ...sent, formId })).status).toBe(409)
    expect(site.web.sessions).toBe(1)
  })

  test('has the port that the browser asked in its name: cookies know none', async () => {
    await using one = await startTestWeb()
    await using other = await startTestWeb()
    const ana = one.visitor()
    await ana.register('Ana', 5001)
    const before = new Map(ana.cookies)
    // The browser sends all that it has of this host, and keeps what is answered.
    const elsewhere = other.visitor()
    for (const [name, value] of ana.cookies) elsewhere.cookies.set(name, value)
    await elsewhere.get('/')
    await elsewhere.post('/language', { language: 'en' })
    for (const [name, value] of elsewhere.cookies) ana.cookies.set(name, value)
    expect(ana.cookies.size).toBe(before.size + 2)
    const answer = await ana.get('/people')
    expect(answer.status).toBe(200)
    expect(answer.html).toContain('lang="pt')
  })

  describe('is good for 30 days', () => {
    const days = 24 * 60 * 60 * 1000
    const start = Date.now()
    const inDays = (count: number) => setSystemTime(new Date(start + count * days))
    beforeEach(() => {
      inDays(0)
    })
    afterEach(() => {
      setSystemTime()
    })

    test('from when it was written, here as well', async () => {
      await using site = await startTestWeb()
      const ana = site.visitor()
      await ana.register('Ana', 5001)
      await ana.post('/leave')
      inDays(29.9)
      const copy = site.visitor()
      copy.takeCookiesOf(ana, site.url)
      expect((await copy.get('/')).html).toContain('name="name" value="Ana"')
      inDays(30)
      expect((await ana.get('/')).html).toContain('name="name" value=""')
      const tab = await openTab(site, ana)
      await tab.saw('"go"')
    })

    test('and written again once a day, by a page and by a tab that comes back', async () => {
      await using site = await startTestWeb()
      const ana = site.visitor()
      await ana.register('Ana', 5001)
      inDays(0.9)
      expect((await ana.get('/people')).headers.getSetCookie()).toEqual([])
      inDays(1)
      const [written = ''] = (await ana.get('/people')).headers.getSetCookie()
      expect(written).toContain('Max-Age=2592000')
      inDays(1.5)
      expect((await ana.get('/people')).headers.getSetCookie()).toEqual([])
      for (let day = 2; day < 80; day += 20) {
        inDays(day)
        expect((await ana.get('/people')).status).toBe(200)
      }
      inDays(85)
      const upgrade = await fetch(`${site.url}/live`, {
        headers: {
          Cookie: ana.cookieHeader,
          Origin: site.url,
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        },
      })
      expect(upgrade.status).toBe(101)
      expect(upgrade.headers.getSetCookie()[0]).toStartWith('encontro-')
    })

    test('which one without a date cannot be', async () => {
      await using site = await startTestWeb()
      const ana = site.visitor()
      await ana.register('Ana', 5001)
      const [payload = ''] = (ana.identity ?? '').split('.')
      const { writtenAt, ...rest } = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const text = Buffer.from(JSON.stringify(rest)).toString('base64url')
      for (const name of ana.cookies.keys()) {
        ana.cookies.set(name, encodeURIComponent(sign(text, testSecret)))
      }
      expect(writtenAt).toBeNumber()
      expect((await ana.get('/people')).headers.get('Location')).toBe('/')
    })
  })

  test('fills the form of a browser that comes back', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    await ana.post('/leave')
    const { html } = await ana.get('/')
    expect(html).toContain('name="name" value="Ana"')
    expect(html).toContain('name="callPort" value="5001"')
  })
})

describe('leaving', () => {
  test('ends the registration and says so', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const answer = await ana.post('/leave')
    expect(answer.headers.get('Location')).toBe('/?notice=left')
    await site.tcp.until('Ana is gone', () => site.tcp.directory.size === 0)
    expect((await ana.get('/?notice=left')).html).toContain('Você saiu.')
    expect(site.web.sessions).toBe(0)
  })

  test('is harmless for who is not registered', async () => {
    await using site = await startTestWeb()
    expect((await site.visitor().post('/leave')).status).toBe(303)
  })

  test('cannot be brought about by another site', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const answer = await ana.post(
      '/leave',
      {},
      {
        Origin: 'https://elsewhere.example',
        'Sec-Fetch-Site': 'cross-site',
      },
    )
    expect(answer.status).toBe(403)
    expect(site.tcp.directory.size).toBe(1)
  })
})

describe('a registry connection that is lost', () => {
  test('brings the person back to the filled-in form with a message', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    await site.tcp.stop()
    await site.tcp.until('the session is over', () => site.web.sessions === 0)
    const answer = await ana.get('/people')
    expect(answer.headers.get('Location')).toBe('/?notice=lost')
    const { html } = await ana.get('/?notice=lost')
    expect(html).toContain('Você não está mais na lista')
    expect(html).toContain('name="name" value="Ana"')
  })

  test('is said at the form by a registry that does not answer', async () => {
    await using site = await startTestWeb()
    await site.tcp.stop()
    const answer = await site.visitor().register('Ana', 5001)
    expect(answer.status).toBe(503)
    expect(answer.html).toContain('O servidor não responde agora')
  })
})

describe('a browser without JavaScript', () => {
  test('is let go some time after its last request', async () => {
    await using site = await startTestWeb({ sessionLimits: { requestGraceMs: 60 } })
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    await site.tcp.until('Ana is gone', () => site.tcp.directory.size === 0)
  })

  test('stays as long as it asks for something', async () => {
    await using site = await startTestWeb({ sessionLimits: { requestGraceMs: 300 } })
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    for (let asked = 0; asked < 6; asked += 1) {
      await Bun.sleep(80)
      expect((await ana.get('/people')).status).toBe(200)
    }
  })
})
