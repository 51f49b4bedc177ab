import { describe, expect, test } from 'bun:test'
import { Guesses } from '../../../src/limits/guesses.ts'
import type { LogEntry } from '../../../src/log/log.ts'
import { startProcess } from '../../support/process.ts'
import { openTab } from '../../support/tab.ts'
import type { Visitor } from '../../support/visitor.ts'
import { startTestWeb, type TestWebOverrides } from '../../support/web.ts'

const accessCode = 'café com pão'

const guarded = (overrides: TestWebOverrides = {}) => startTestWeb({ accessCode, ...overrides })

const form = (name: string, said?: string) => ({
  name,
  callPort: String(5000 + (name.codePointAt(0) ?? 0)),
  ...(said === undefined ? {} : { accessCode: said }),
})

const identityIn = (visitor: Visitor): Record<string, unknown> => {
  const [payload = ''] = (visitor.identity ?? '').split('.')
  return JSON.parse(Buffer.from(decodeURIComponent(payload), 'base64url').toString())
}

describe('where an access code is set', () => {
  test('the form asks for it, and without one it does not', async () => {
    await using site = await guarded()
    const { html } = await site.visitor().get('/')
    expect(html).toMatch(/<input id="access-code"[^>]*type="password"/)
    expect((await site.visitor({ language: 'en' }).get('/')).html).toContain('Access code')
    await using open = await startTestWeb()
    expect((await open.visitor().get('/')).html).not.toContain('access-code')
  })

  test.each([
    { said: undefined },
    { said: '' },
    { said: 'cafe com pao' },
    { said: 'café com pão ou não' },
    { said: 'CAFÉ COM PÃO' },
    { said: 'x'.repeat(5_000) },
    { said: '\ud800' },
  ])('nobody registers who says “$said”', async ({ said }) => {
    await using site = await guarded()
    const ana = site.visitor()
    const answer = await ana.post('/register', form('Ana', said))
    expect(answer.status).toBe(403)
    expect(answer.html).toContain('id="access-code-problem"')
    expect(answer.html).toContain('O código de acesso não está certo')
    expect(answer.html).toContain('name="name" value="Ana"')
    // What was typed is not given back, nor kept.
    if (said) expect(answer.html).not.toContain(said)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(site.tcp.directory.size).toBe(0)
  })

  test.each([
    { what: 'as it is', said: accessCode },
    { what: 'with spaces around', said: `  ${accessCode} ` },
    { what: 'from a keyboard that writes accents apart', said: accessCode.normalize('NFD') },
  ])('who says it $what registers', async ({ said }) => {
    await using site = await guarded()
    const answer = await site.visitor().post('/register', form('Ana', said))
    expect(answer.headers.get('Location')).toBe('/people')
    expect(site.tcp.directory.names).toBe('Ana')
  })

  test('who has said it is not asked again, after leaving or after another refusal', async () => {
    await using site = await guarded()
    const ana = site.visitor()
    const refused = await ana.post('/register', form('list', accessCode), { 'HX-Request': 'true' })
    expect(refused.status).toBe(422)
    expect(refused.html).not.toContain('id="access-code"')
    expect((await ana.get('/')).html).not.toContain('id="access-code"')
    expect((await ana.post('/register', form('Ana'))).headers.get('Location')).toBe('/people')
    await ana.post('/leave')
    expect((await ana.post('/register', form('Bia'))).headers.get('Location')).toBe('/people')
    expect(site.tcp.directory.names).toBe('Bia')
  })

  test('the cookie holds no trace of the code that could be tried out', async () => {
    await using site = await guarded()
    const ana = site.visitor()
    await ana.post('/register', form('Ana', accessCode))
    const { admitted } = identityIn(ana)
    expect(admitted).toMatch(/^[\w-]{43}$/)
    const plain = new Bun.CryptoHasher('sha256').update(accessCode).digest('base64url')
    expect(admitted).not.toBe(plain)
  })

  test('a browser brings its registration back after a restart; not where the code has changed', async () => {
    await using before = await guarded()
    const ana = before.visitor()
    await ana.post('/register', form('Ana', accessCode))
    await using same = await guarded()
    const returned = same.visitor()
    returned.takeCookiesOf(ana, same.url)
    const back = await openTab(same, returned)
    await back.saw('>Ana<')
    await using changed = await guarded({ accessCode: 'chá com bolo' })
    const copied = changed.visitor()
    copied.takeCookiesOf(ana, changed.url)
    const away = await openTab(changed, copied)
    await away.saw('"go":"/?notice=lost"')
    expect(changed.tcp.directory.size).toBe(0)
    expect((await changed.visitor().get('/')).html).toContain('id="access-code"')
    expect((await copied.get('/')).html).toContain('id="access-code"')
    expect((await copied.post('/register', form('Ana'))).status).toBe(403)
  })

  test('nobody is asked any more once there is none', async () => {
    await using before = await guarded()
    const ana = before.visitor()
    await ana.post('/register', form('Ana', accessCode))
    await using open = await startTestWeb()
    const back = open.visitor()
    back.takeCookiesOf(ana, open.url)
    expect((await back.get('/')).html).not.toContain('id="access-code"')
    expect((await back.post('/register', form('Ana'))).headers.get('Location')).toBe('/people')
  })

  test('a cookie of our own, from before there was a code, proves nothing', async () => {
    await using open = await startTestWeb()
    const ana = open.visitor()
    await ana.register('Ana', 5001)
    await using site = await guarded()
    const copied = site.visitor()
    copied.takeCookiesOf(ana, site.url)
    const tab = await openTab(site, copied)
    await tab.saw('"go"')
    expect((await site.visitor().post('/register', form('Ana'))).status).toBe(403)
    expect(site.tcp.directory.size).toBe(0)
  })
})

describe('guessing', () => {
  test('is over for an address after some wrong codes; a right one then is one too many', async () => {
    const logged: LogEntry[] = []
    let time = 0
    await using site = await guarded({
      guesses: new Guesses({ wrongPerMinute: 3 }, () => time),
      log: (entry) => logged.push(entry),
    })
    const from = (ip: string, said: string) =>
      site.visitor({ ip }).post('/register', form('Ana', said))
    for (let wrong = 0; wrong < 3; wrong += 1) {
      expect((await from('203.0.113.9', 'wrong')).status).toBe(403)
    }
    for (const said of ['wrong', accessCode]) {
      const answer = await from('203.0.113.9', said)
      expect(answer.status).toBe(429)
      expect(answer.headers.get('Retry-After')).toBe('20')
      expect(answer.html).toContain('Códigos errados demais')
    }
    expect(site.web.refused.codes).toBe(2)
    expect(logged).toEqual([{ event: 'web.limited', ip: '203.0.113.9', limit: 'codes' }])
    expect(JSON.stringify(logged)).not.toContain(accessCode)
    // Whoever is elsewhere may.
    expect((await from('203.0.113.10', accessCode)).status).toBe(303)
    time += 20_000
    expect((await from('203.0.113.9', 'wrong')).status).toBe(403)
    expect((await from('203.0.113.9', accessCode)).status).toBe(429)
    time += 20_000
    expect((await from('203.0.113.9', accessCode)).status).toBe(303)
  })

  test('from many addresses of one IPv6 network counts as from one', async () => {
    await using site = await guarded({ guesses: new Guesses({ wrongPerMinute: 2 }, () => 0) })
    const from = (ip: string) => site.visitor({ ip }).post('/register', form('Ana', 'wrong'))
    const statuses: number[] = []
    for (const ip of ['2001:db8::1', '2001:db8::ffff:1', '2001:db8:0:0:a::', '2001:db8:0:1::1']) {
      statuses.push((await from(ip)).status)
    }
    expect(statuses).toEqual([403, 403, 429, 403])
  })

  test('right codes of many at one address cost nothing', async () => {
    await using site = await guarded({ guesses: new Guesses({ wrongPerMinute: 1 }, () => 0) })
    for (const name of ['Ana', 'Bia', 'Caio']) {
      const answer = await site
        .visitor({ ip: '203.0.113.9' })
        .post('/register', form(name, accessCode))
      expect(answer.status).toBe(303)
    }
  })
})

test('the process guards its page with ACCESS_CODE, and says it nowhere', async () => {
  await using house = await startProcess({ ACCESS_CODE: 'segredo-da-casa' })
  const ana = house.visitor()
  expect((await ana.post('/register', form('Ana'))).status).toBe(403)
  const answer = await ana.post('/register', form('Ana', 'segredo-da-casa'))
  expect(answer.headers.get('Location')).toBe('/people')
  const page = await ana.get('/people')
  expect(page.html + house.output() + house.errors()).not.toContain('segredo-da-casa')
})
