import { describe, expect, test } from 'bun:test'
import { startTestWeb } from '../support/web.ts'

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
    { name: 'Ana', callPort: '', field: 'call-port-problem' },
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
    await ana.get('/')
    const form = { name: 'Ana', callPort: '5001' }
    const answers = await Promise.all([ana.post('/register', form), ana.post('/register', form)])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(site.tcp.directory.size).toBe(1)
    expect(site.web.sessions).toBe(1)
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
    const cookie = headers.getSetCookie().find((text) => text.startsWith('encontro='))
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
  })

  test('speaks for nobody once it was changed', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const mallory = site.visitor()
    const cookie = ana.cookies.get('encontro') ?? ''
    mallory.cookies.set('encontro', `x${cookie.slice(1)}`)
    const answer = await mallory.get('/people')
    expect(answer.headers.get('Location')).toBe('/')
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
    expect((await ana.get('/?notice=left')).html).toContain('Conexão encerrada')
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
    expect(html).toContain('O seu registro terminou')
    expect(html).toContain('name="name" value="Ana"')
  })

  test('is said at the form by a registry that does not answer', async () => {
    await using site = await startTestWeb()
    await site.tcp.stop()
    const answer = await site.visitor().register('Ana', 5001)
    expect(answer.status).toBe(503)
    expect(answer.html).toContain('O registro não responde agora')
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
