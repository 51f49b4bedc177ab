import { describe, expect, test } from 'bun:test'
import { addressGroup } from '../../src/limits/address-group.ts'
import { Places } from '../../src/limits/places.ts'
import type { LogEntry } from '../../src/log/log.ts'
import { eventually } from '../support/eventually.ts'
import { openTab } from '../support/tab.ts'
import type { Visitor } from '../support/visitor.ts'
import { startTestWeb, type TestWeb } from '../support/web.ts'

const strangers = { isTrusted: () => false }
const statusesOf = async (times: number, ask: () => Promise<{ status: number }>) => {
  const statuses: number[] = []
  for (let asked = 0; asked < times; asked += 1) statuses.push((await ask()).status)
  return statuses
}

test('places are taken up to the limit, and forgotten when they are left', () => {
  const places = new Places(2)
  expect(['a', 'a', 'a', 'b'].map((key) => places.take(key))).toEqual([true, true, false, true])
  places.leave('a')
  expect(['a', 'a'].map((key) => places.take(key))).toEqual([true, false])
})

test.each([
  { a: '203.0.113.9', b: '203.0.113.9', same: true },
  { a: '203.0.113.9', b: '203.0.113.8', same: false },
  { a: '2001:db8::1', b: '2001:db8::ffff:ffff:ffff:ffff', same: true },
  { a: '2001:db8::1', b: '2001:db8:0:1::1', same: false },
  { a: '::1', b: '::2', same: true },
  { a: '', b: '', same: true },
])('the limits take $a and $b for one: $same', ({ a, b, same }) => {
  expect(addressGroup(a) === addressGroup(b)).toBe(same)
})

describe('requests from one address', () => {
  const limits = { requestsPerSecond: 1, requestBurst: 5 }

  test('are answered up to the limit, then refused with the time to wait, in its language', async () => {
    let time = 0
    const logged: LogEntry[] = []
    await using site = await startTestWeb({
      ...strangers,
      limits,
      now: () => time,
      log: (entry) => logged.push(entry),
    })
    const ana = site.visitor({ ip: '203.0.113.9', language: 'en' })
    const paths = ['/', '/assets/nothing.js', '/nothing', '/live', '/people']
    for (const path of paths) expect((await ana.get(path)).status).not.toBe(429)
    for (const path of paths) {
      const { status, headers, html } = await ana.get(path)
      expect(status).toBe(429)
      expect(headers.get('Retry-After')).toBe('1')
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
      expect(html).toBe('Too many requests in a short time. Try again in a moment.')
    }
    expect((await site.visitor({ ip: '203.0.113.9' }).get('/')).html).toStartWith('Pedidos demais')
    expect((await site.visitor({ ip: '203.0.113.10' }).get('/')).status).toBe(200)
    expect(site.web.refused.requests).toBe(6)
    // Static files are free: a class behind one address asks for all of them at once.
    expect((await ana.get('/assets/htmx.js')).status).toBe(200)
    expect(logged).toEqual([{ event: 'web.limited', ip: '203.0.113.9', limit: 'requests' }])
    time += 1_000
    expect(await statusesOf(2, () => ana.get('/'))).toEqual([200, 429])
  })

  test('are one address’s, however many it has of an IPv6 network', async () => {
    await using site = await startTestWeb({ ...strangers, limits })
    let last = 0
    const ask = () => site.visitor({ ip: `2001:db8::${(++last).toString(16)}` }).get('/')
    expect(await statusesOf(7, ask)).toEqual([200, 200, 200, 200, 200, 429, 429])
  })

  test('of a trusted address are all answered', async () => {
    await using site = await startTestWeb({ limits })
    const statuses = await statusesOf(50, () => site.visitor().get('/'))
    expect(new Set(statuses)).toEqual(new Set([200]))
  })

  test('are refused over a socket too, and neighbours notice nothing of the flood', async () => {
    await using site = await startTestWeb({ ...strangers, limits })
    const flood = await Promise.all(
      Array.from({ length: 300 }, async () => (await fetch(site.url)).status),
    )
    expect(flood.filter((status) => status === 429).length).toBeGreaterThan(280)
    expect((await site.visitor({ ip: '203.0.113.9' }).get('/')).status).toBe(200)
  })
})

describe('forms from one address', () => {
  test('are taken up to the limit; then the form comes back and says so', async () => {
    let time = 0
    await using site = await startTestWeb({
      ...strangers,
      limits: { registrationsPerMinute: 6, registrationBurst: 2 },
      now: () => time,
    })
    const register = (name: string, headers = {}) =>
      site
        .visitor({ ip: '203.0.113.9' })
        .post('/register', { name, callPort: String(5000 + name.length) }, headers)
    expect((await register('Ana')).status).toBe(303)
    expect((await register('list')).status).toBe(422)
    const refused = await register('Zeca-Maria', { 'HX-Request': 'true' })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('Retry-After')).toBe('10')
    expect(refused.html).toStartWith('<section id="sign-in"')
    expect(refused.html).toContain('Registros demais em pouco tempo')
    expect(refused.html).toContain('value="Zeca-Maria"')
    expect(site.tcp.directory.names).toBe('Ana')
    expect(site.web.refused.registrations).toBe(1)
    time += 10_000
    expect((await register('Zeca-Maria')).status).toBe(303)
  })
})

describe('sessions at one address', () => {
  const limits = { sessionsPerAddress: 3 }
  const names = ['Ana', 'Bia', 'Caio', 'Davi']

  const at = (site: TestWeb, ip = '203.0.113.9') => {
    const visitors = names.map(() => site.visitor({ ip }))
    return visitors.map((visitor, index) => ({
      visitor,
      register: () => visitor.register(names[index] ?? '', 5001 + index),
    }))
  }

  test('are as many as the limit, and not one more until one is over', async () => {
    await using site = await startTestWeb({ ...strangers, limits })
    const people = at(site)
    for (const { register } of people.slice(0, 3)) expect((await register()).status).toBe(303)
    const fourth = people[3] as (typeof people)[number]
    const refused = await fourth.register()
    expect(refused.status).toBe(429)
    expect(refused.html).toContain('Há conexões demais desse endereço')
    expect(site.web.refused.sessions).toBe(1)
    expect(site.tcp.directory.size).toBe(3)
    expect((await site.visitor({ ip: '203.0.113.10' }).register('Elsa', 5001)).status).toBe(303)
    await people[0]?.visitor.post('/leave')
    expect((await fourth.register()).status).toBe(303)
    expect(site.web.sessions).toBe(4)
  })

  test('that the registry refuses take no place', async () => {
    await using site = await startTestWeb({ ...strangers, limits })
    using peer = await site.tcp.connect()
    await peer.ask('Ana,203.0.113.9,4000,6000')
    const ana = site.visitor({ ip: '203.0.113.9' })
    const statuses = await statusesOf(10, () => ana.register('Ana', 5001))
    expect(new Set(statuses)).toEqual(new Set([409]))
    for (const { register } of at(site).slice(1)) expect((await register()).status).toBe(303)
  })

  test('begun at once are as many', async () => {
    await using site = await startTestWeb({ ...strangers, limits })
    const answers = await Promise.all(at(site).map(({ register }) => register()))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 303, 303, 429])
  })

  test('that is trusted are not counted', async () => {
    await using site = await startTestWeb({ limits })
    for (const { register } of at(site)) expect((await register()).status).toBe(303)
  })
})

describe('tabs of one browser', () => {
  const limits = { socketsPerSession: 3 }
  const tabs = (site: TestWeb, visitor: Visitor, count: number) =>
    Promise.all(Array.from({ length: count }, () => openTab(site, visitor)))

  test('are as many as the limit; one more is told so, and does not try again', async () => {
    await using site = await startTestWeb({ limits })
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const open = await tabs(site, ana, 3)
    for (const tab of open) await tab.saw('>Ana<')
    const fourth = await openTab(site, ana)
    await eventually('it is closed', () => fourth.closed())
    // After 1008 a page does not dial again by itself.
    expect(fourth.closed()).toBe(1008)
    expect(fourth.messages).toEqual([
      expect.stringMatching(/hx-target="#offline".*Há abas demais abertas aqui/s),
    ])
    expect(site.web.refused.sockets).toBe(1)
    expect(site.web.tabs).toBe(3)
    expect(open.map((tab) => tab.closed())).toEqual([undefined, undefined, undefined])

    open[0]?.close()
    await eventually('it is gone', () => site.web.tabs === 2)
    const fifth = await openTab(site, ana)
    await fifth.saw('>Ana<')
    for (const tab of [...open, fifth]) tab.close()
  })

  test('that filter the list are as many as their limit, however often each filters anew', async () => {
    await using site = await startTestWeb({ updateLimits: { filtersPerSession: 2 } })
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const filtering = (filter: string) => ({ filter, order: 'name', pages: '1' })
    const first = await openTab(site, ana, filtering('a'))
    await first.saw('>Ana<')
    for (const filter of ['an', 'ana', 'n', 'na']) {
      const from = first.messages.length
      first.say(filtering(filter))
      await first.saw('>Ana<', from)
    }
    const second = await openTab(site, ana, filtering('na'))
    await second.saw('>Ana<')
    const third = await openTab(site, ana, filtering('zzz'))
    await eventually('it is closed', () => third.closed())
    expect(third.closed()).toBe(1008)
    expect(third.html()).toContain('Há abas demais abertas aqui')
    expect(site.web.refused.filters).toBe(1)
    const plain = await openTab(site, ana)
    await plain.saw('>Ana<')

    first.say(filtering(''))
    await eventually('a place is free', async () => {
      const tab = await openTab(site, ana, filtering('n'))
      await eventually('it is answered', () => tab.closed() ?? (tab.html() !== '' || undefined))
      return tab.closed() === undefined
    })
    for (const tab of [first, second, plain]) tab.close()
  })

  test('that belong to no browser that we know are sent to the form, and take no place', async () => {
    await using site = await startTestWeb({ limits: { socketsPerSession: 1 } })
    const strangers = await Promise.all(
      Array.from({ length: 5 }, () => openTab(site, site.visitor())),
    )
    for (const tab of strangers) await tab.saw('"go":"/?notice=lost"')
    expect(site.web.refused.sockets).toBe(0)
  })

  test('of another browser are its own', async () => {
    await using site = await startTestWeb({ limits })
    const [ana, bia] = [site.visitor(), site.visitor()]
    await ana.register('Ana', 5001)
    await bia.register('Bia', 5002)
    const open = [...(await tabs(site, ana, 3)), ...(await tabs(site, bia, 3))]
    for (const tab of open) await tab.saw('>Bia<')
    for (const tab of open) tab.close()
  })
})

describe('the body of one request', () => {
  test.each([
    { bytes: 5_000, status: 422 },
    { bytes: 5_001, status: 413 },
  ])('of $bytes bytes, where 5,000 may be, is answered with $status', async ({ bytes, status }) => {
    await using site = await startTestWeb({ limits: { maxBodyBytes: 5_000 } })
    const start = 'callPort=5001&name='
    const answer = await fetch(`${site.url}/register`, {
      method: 'POST',
      body: start + 'a'.repeat(bytes - start.length),
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Sec-Fetch-Site': 'same-origin',
      },
    })
    expect(answer.status).toBe(status)
  })
})

describe('messages of one tab', () => {
  test('are heard up to the limit; one that says more is closed, and may come again', async () => {
    let time = 0
    await using site = await startTestWeb({
      limits: { messagesPerSecond: 2, messageBurst: 4 },
      now: () => time,
    })
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const [noisy, quiet] = [await openTab(site, ana), await openTab(site, ana)]
    // A tab has said two already: that it takes calls, and its view.
    await noisy.saw('>Ana<')
    noisy.sayText('rubbish')
    noisy.say({ filter: 'A', order: 'name' })
    await noisy.saw('>Ana<', 1)
    time += 500
    noisy.say({ filter: 'An', order: 'name' })
    await noisy.saw('>Ana<', 2)
    expect(noisy.closed()).toBeUndefined()
    noisy.sayText('{"call":{"kind":"hangup","id":"x"}}')
    await eventually('it is closed', () => noisy.closed())
    expect(noisy.closed()).toBe(1013)
    expect(site.web.refused.messages).toBe(1)
    expect(quiet.closed()).toBeUndefined()
    const again = await openTab(site, ana)
    await again.saw('>Ana<')
    quiet.close()
    again.close()
  })

  test('that are too long close the tab that sends them, and no other', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const [long, other] = [await openTab(site, ana), await openTab(site, ana)]
    long.sayText('x'.repeat(64 * 1024 + 1))
    await eventually('it is closed', () => long.closed())
    other.say({ filter: 'Ana', order: 'name' })
    await other.saw('>Ana<')
    other.close()
  })
})
