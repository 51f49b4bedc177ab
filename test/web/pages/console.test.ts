import { describe, expect, test } from 'bun:test'
import { OwnEnds } from '../../../src/host/own-ends.ts'
import { eventually } from '../../support/eventually.ts'
import { openTab } from '../../support/tab.ts'
import { startTestWeb, type TestWebOverrides } from '../../support/web.ts'

/** A site whose registry lets its own web half in, as in the real process. */
async function startWithConsole({ registryOverrides, ...parts }: TestWebOverrides = {}) {
  const ownEnds = new OwnEnds()
  return await startTestWeb({
    ...parts,
    ownEnds,
    registryOverrides: { ...registryOverrides, ownListener: { isOurs: (end) => ownEnds.has(end) } },
  })
}

async function openConsoleTab(overrides: TestWebOverrides = {}) {
  const site = await startWithConsole(overrides)
  const ana = site.visitor({ language: 'en' })
  await ana.register('Ana', 5001)
  const tab = await openTab(site, ana, null, { 'Accept-Language': 'en' })
  tab.say({ console: { kind: 'open' } })
  await tab.saw('Connected, from 127.0.0.1.')
  return {
    site,
    tab,
    type: (text: string) => tab.say({ console: { kind: 'type', text } }),
    bare: (text: string) => tab.say({ console: { kind: 'bare', text } }),
    [Symbol.asyncDispose]: async () => {
      tab.close()
      await site[Symbol.asyncDispose]()
    },
  }
}

describe('the console', () => {
  test('is for people who are registered', async () => {
    await using site = await startWithConsole()
    expect((await site.visitor().get('/console')).headers.get('Location')).toBe('/')
    const answer = await site.visitor().post('/console', { text: 'ping' })
    expect(answer.headers.get('Location')).toBe('/')
  })

  test('is a client of its own: what is typed goes as it is, what comes is shown as it comes', async () => {
    await using its = await openConsoleTab()
    its.type('register,Nc,6100\npi')
    await its.tab.saw('success,Registrado com sucesso')
    expect(its.site.tcp.directory.find('Nc')).toMatchObject({ ip: '127.0.0.1', callPort: 6100 })
    its.type('ng\nnonsense\n')
    await its.tab.saw('Refused: there is no such request.')
    expect(its.tab.html()).toContain('>pong<')
    // The page's own registration is another.
    expect(its.site.tcp.directory.find('Ana')).toMatchObject({ callPort: 5001 })
    its.tab.say({ console: { kind: 'end' } })
    await its.tab.saw('The connection to the registry has ended.')
    await its.site.tcp.until('Nc is gone', () => !its.site.tcp.directory.find('Nc'))
  })

  test('speaks as a first client does', async () => {
    await using its = await openConsoleTab()
    its.bare('Old,127.0.0.1,4000,5100')
    await its.tab.saw('success,Registrado com sucesso')
    its.bare('watch')
    await its.tab.saw('error,Requisição disponível apenas para mensagens terminadas em nova linha<')
  })

  test('sends key by key, and shows what the registry makes of it', async () => {
    await using its = await openConsoleTab()
    for (const key of 'Old,127.0.0.1,4000,5100') its.type(key)
    await its.tab.saw('success,Registrado com sucesso')
    expect(its.tab.html()).toContain('>Old,127.0.0.1,4000,5100<')
  })

  test('is trusted with nothing, though its connection is made on this machine', async () => {
    await using its = await openConsoleTab()
    its.type('Eva,192.0.2.9,4000,5000\nwatch\n')
    await its.tab.saw('not-your-ip')
    await its.tab.saw('not-registered')
    its.type(`auth,${its.site.tcp.key}\n`)
    await its.tab.saw('success,Autorizado')
    expect(its.tab.html()).not.toContain(its.site.tcp.key)
  })

  test('has the limits of its address', async () => {
    const limits = { maxConnectionsPerAddress: 1 }
    await using its = await openConsoleTab({ registryOverrides: { limits } })
    const other = await openTab(its.site, await registered(its.site, 'Bia'), null)
    other.say({ console: { kind: 'open' } })
    await other.saw('too-many-from-address')
    other.close()
    await its.site.tcp.until('one is left', () => its.site.tcp.closed.addressFull === 1)
  })

  test('has to say the access code like anybody', async () => {
    const isAccessCode = (secret: string) => secret === 'sésamo'
    await using its = await openConsoleTab({ registryOverrides: { isAccessCode } })
    its.type('register,Nc,6100\n')
    await its.tab.saw('access-code-needed')
    its.type('auth,sésamo\nregister,Nc,6100\n')
    await its.tab.saw('success,Registrado com sucesso')
    expect(its.tab.html()).not.toContain('sésamo')
  })

  test('loses nothing of what is typed before it is connected, and ends with its tab', async () => {
    await using site = await startWithConsole()
    const tab = await openTab(site, await registered(site), null)
    tab.say({ console: { kind: 'open' } })
    tab.say({ console: { kind: 'type', text: 'register,Nc,6100\n' } })
    await tab.saw('success,Registrado com sucesso')
    tab.close()
    await site.tcp.until('Nc is gone', () => !site.tcp.directory.find('Nc'))
  })

  test('shows no secret, in whatever pieces it is typed', async () => {
    await using its = await openConsoleTab()
    its.bare('ping\nauth,sésamo\n')
    its.type('auth,sé')
    its.bare('samo2\nping\n')
    its.type('nonsense\n')
    await its.tab.saw('Refused: there is no such request.')
    expect(its.tab.html()).toContain('auth,…')
    expect(its.tab.html()).not.toMatch(/samo/)
    const ana = await registered(its.site, 'Bia')
    const { html } = await ana.post('/console', { text: 'ping\r\n auth ,sésamo\r\nlist' })
    expect(html).toContain('auth,…')
    expect(html).not.toContain('sésamo')
  })

  test('shows the last lines of a flood, and not each', async () => {
    await using its = await openConsoleTab()
    its.type('\n'.repeat(5_000))
    // The number of a line that came late in the flood.
    await eventually('the flood', () => /data-wire-number="[5-9]\d{3}"/.test(its.tab.html()))
    const linesOf = (message: string) => message.split('<li').length - 1
    expect(Math.max(...its.tab.messages.map(linesOf))).toBeLessThanOrEqual(100)
  })

  test('answers a form all at once without JavaScript', async () => {
    await using site = await startWithConsole()
    const ana = await registered(site)
    const answer = await ana.post('/console', { text: 'register,<Nc>,6100\r\nlist\r\nping' })
    expect(answer.status).toBe(200)
    expect(answer.html).toContain('>Ana,&lt;Nc&gt;<')
    expect(answer.html).toContain('>pong<')
    expect(answer.html).toContain('<textarea')
    expect(site.tcp.directory.find('<Nc>')).toBeUndefined()
  })

  test('sends fifty lines of a form, and no more', async () => {
    await using site = await startWithConsole()
    const ana = await registered(site)
    const { html } = await ana.post('/console', { text: 'ping\r\n'.repeat(400) })
    expect(html.match(/>pong</g)).toHaveLength(50)
  })

  test.each([
    { console: { kind: 'type' } },
    { console: { kind: 'type', text: 1 } },
    { console: { kind: 'shout', text: 'x' } },
    { console: 'open' },
  ])('takes no %j', async (said) => {
    await using its = await openConsoleTab()
    its.tab.say(said)
    its.type('ping\n')
    await its.tab.saw('>pong<')
  })
})

async function registered(site: Awaited<ReturnType<typeof startWithConsole>>, name = 'Ana') {
  const visitor = site.visitor()
  await visitor.register(name, '')
  return visitor
}
