import { describe, expect, test } from 'bun:test'
import { connectRegistry } from '../../src/client/registry-client.ts'
import type { Push } from '../../src/wire/message.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'
import { startScripted } from './scripted-registry.ts'

const dial = (registry: TestRegistry, onPush?: (push: Push) => void) =>
  connectRegistry({
    hostname: registry.endpoint.ip,
    port: registry.endpoint.port,
    ...(onPush ? { onPush } : {}),
  })

const register = (name: string, callPort: number) => ({ verb: 'register', name, callPort }) as const

describe('a client of the registry', () => {
  test('registers, lists, asks for details and quits', async () => {
    await using registry = startTestRegistry()
    const client = await dial(registry)
    expect(await client.ask(register('Ana', 5001))).toEqual({
      ok: true,
      value: { kind: 'registered' },
    })
    expect(registry.directory.find('Ana')).toMatchObject({ ...client.local, callPort: 5001 })
    expect(await client.ask({ verb: 'list' })).toEqual({
      ok: true,
      value: { kind: 'names', names: 'Ana' },
    })
    expect(await client.ask({ verb: 'details', name: 'Ana', ip: '127.0.0.1' })).toEqual({
      ok: true,
      value: { kind: 'address', ip: '127.0.0.1', callPort: 5001 },
    })
    expect(await client.ask({ verb: 'quit' })).toEqual({ ok: true, value: { kind: 'bye' } })
    await registry.until('it is closed', () => registry.connections === 0)
  })

  test('registers somebody else once it has said the key', async () => {
    await using registry = startTestRegistry({ isTrusted: () => false })
    const client = await dial(registry)
    const claim = { ip: '192.0.2.7', port: 40_000 }
    const wanted = { ...register('Ana', 5001), claim }
    expect(await client.ask(wanted)).toEqual({ ok: false, error: 'not-your-ip' })
    expect(await client.ask({ verb: 'auth', secret: 'wrong' })).toEqual({
      ok: false,
      error: 'bad-secret',
    })
    expect(await client.ask({ verb: 'auth', secret: registry.key })).toMatchObject({ ok: true })
    expect(await client.ask(wanted)).toMatchObject({ ok: true })
    expect(registry.directory.find('Ana', '192.0.2.7')).toBeDefined()
    client.close()
  })

  test('gets a thousand answers to a thousand requests made at once, in their order', async () => {
    await using registry = startTestRegistry()
    const client = await dial(registry)
    await client.ask(register('Ana', 5001))
    const others = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const other = await dial(registry)
        await other.ask(register(`Bia ${index}`, 6000 + index))
        return other
      }),
    )
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        client.ask(
          index % 11 === 10 ? { verb: 'ping' } : { verb: 'details', name: `Bia ${index % 11}` },
        ),
      ),
    )
    for (const [index, answer] of answers.entries()) {
      const expected =
        index % 11 === 10 ? { kind: 'pong' } : { kind: 'address', callPort: 6000 + (index % 11) }
      expect(answer).toMatchObject({ ok: true, value: expected })
    }
    for (const each of [client, ...others]) each.close()
  })

  test('gets a refusal as a value, and goes on', async () => {
    await using registry = startTestRegistry()
    const client = await dial(registry)
    expect(await client.ask({ verb: 'list' })).toEqual({ ok: false, error: 'not-registered' })
    const other = await dial(registry)
    await other.ask(register('Ana', 5001))
    expect(await client.ask(register('Ana', 5002))).toEqual({
      ok: false,
      error: 'already-registered',
    })
    expect(await client.ask(register('Bia', 5001))).toEqual({
      ok: false,
      error: 'call-port-taken',
    })
    expect(await client.ask(register('Bia', 5002))).toMatchObject({ ok: true })
    for (const each of [client, other]) each.close()
  })

  test('knows its own end of the connection as the registry does', async () => {
    await using registry = startTestRegistry()
    const client = await dial(registry)
    expect(registry.lines).toContain(`Nova conexão de 127.0.0.1:${client.local.port}`)
    expect(client.local.ip).toBe('127.0.0.1')
    client.close()
  })
})

describe('what the wire cannot carry', () => {
  test.each([
    { request: register('a,b', 5001), what: 'a comma in a name' },
    { request: register('a\nquit', 5001), what: 'a line break in a name' },
    { request: register('a\rb', 5001), what: 'a carriage return in a name' },
    { request: register(' Ana', 5001), what: 'a name that would be trimmed' },
    { request: register('Jose\u0301', 5001), what: 'a name that would be normalised' },
    { request: register('quit', 5001), what: 'a name that is a verb' },
    { request: register('', 5001), what: 'no name' },
    { request: register('Ana', 0), what: 'no port' },
    { request: register('Ana', 1.5), what: 'half a port' },
    { request: { verb: 'details', name: 'Ana,10.0.0.1' }, what: 'an IP inside a name' },
    { request: { verb: 'details', name: 'Ana\nquit' }, what: 'a request inside a name' },
    { request: { verb: 'details', name: 'Ana', ip: '' }, what: 'no IP where one belongs' },
    { request: { verb: 'details', name: 'Ana', ip: '127.0.0.1\n' }, what: 'a line break in an IP' },
    { request: { verb: 'auth', secret: 'a,b' }, what: 'a comma in a secret' },
    { request: { verb: 'auth', secret: '' }, what: 'no secret' },
  ] as const)('is refused and never sent: $what', async ({ request }) => {
    using fake = startScripted(() => 'pong\n')
    const client = await fake.connect()
    expect(await client.ask(request)).toEqual({ ok: false, error: 'malformed-request' })
    await client.ask({ verb: 'ping' })
    expect(fake.received).toEqual(['ping'])
    client.close()
  })
})

describe('watching', () => {
  test('brings the opening state, then every change, in order', async () => {
    await using registry = startTestRegistry()
    const ana = await dial(registry)
    await ana.ask(register('Ana', 5001))
    const pushes: Push[] = []
    const watcher = await dial(registry, (push) => pushes.push(push))
    expect(await watcher.ask({ verb: 'watch' })).toEqual({ ok: true, value: { kind: 'watching' } })
    const bia = await dial(registry)
    await bia.ask(register('Bia', 5002))
    await ana.ask({ verb: 'quit' })
    await bia.ask({ verb: 'quit' })
    await registry.until('all is told', () => pushes.length === 5)
    const ip = '127.0.0.1'
    const since = expect.any(Number)
    expect(pushes).toEqual([
      { kind: 'here', name: 'Ana', ip, callPort: 5001, since },
      { kind: 'synced', count: 1 },
      { kind: 'joined', name: 'Bia', ip, callPort: 5002, since },
      { kind: 'left', name: 'Ana', ip },
      { kind: 'left', name: 'Bia', ip },
    ])
    watcher.close()
  })

  test('is answered where nobody is registered, and requests go on beside it', async () => {
    await using registry = startTestRegistry()
    const watcher = await dial(registry)
    const answers = await Promise.all([
      watcher.ask({ verb: 'ping' }),
      watcher.ask({ verb: 'watch' }),
      watcher.ask({ verb: 'ping' }),
    ])
    expect(answers.map((answer) => answer.ok && answer.value.kind)).toEqual([
      'pong',
      'watching',
      'pong',
    ])
    watcher.close()
  })

  test('is refused to who is neither registered nor trusted', async () => {
    await using registry = startTestRegistry({ isTrusted: () => false })
    const watcher = await dial(registry)
    expect(await watcher.ask({ verb: 'watch' })).toEqual({ ok: false, error: 'not-registered' })
    watcher.close()
  })

  test('asked for twice is refused, also where a change is told before the refusal', async () => {
    using fake = startScripted((line) => (line === 'ping' ? 'pong\n' : undefined))
    const client = await fake.connect()
    const first = client.ask({ verb: 'watch' })
    fake.say('*synced,0\n')
    expect(await first).toMatchObject({ ok: true })
    const second = client.ask({ verb: 'watch' })
    fake.say('*joined,Bia,10.0.0.7,5001,1\nerror,Esta conexão já acompanha,already-watching\n')
    expect(await second).toEqual({ ok: false, error: 'already-watching' })
    expect(await client.ask({ verb: 'ping' })).toMatchObject({ ok: true })
    client.close()
  })

  test('skips what it does not know', async () => {
    using fake = startScripted((line) => (line === 'ping' ? 'pong\n' : undefined))
    const pushes: Push[] = []
    const client = await fake.connect({ onPush: (push) => pushes.push(push) })
    fake.say('*ringing,42\n*here,Ana,not an ip,5001,1\n*\n*bye,unheard-of,x\n*synced,7\n')
    expect(await client.ask({ verb: 'ping' })).toMatchObject({ ok: true })
    expect(pushes).toEqual([{ kind: 'synced', count: 7 }])
    client.close()
  })

  test('tells of replies and pushes in the order in which they came, within one piece', async () => {
    const told: string[] = []
    const script = [
      '*call,aaaaaaaaaaaaaaaaaaaaaa,Bia,10.0.0.2\n',
      'pong\n',
      '*declined,aaaaaaaaaaaaaaaaaaaaaa\n',
      'pong\n',
      '*call,bbbbbbbbbbbbbbbbbbbbbb,Bia,10.0.0.2\n',
    ]
    let asked = 0
    using fake = startScripted(() => {
      asked += 1
      return asked === 2 ? script.join('') : undefined
    })
    const client = await fake.connect({ onPush: (push) => told.push(push.kind) })
    const heard = (name: string) => () => void told.push(name)
    await Promise.all([
      client.ask({ verb: 'ping' }, heard('first')).then(() => told.push('promise')),
      client.ask({ verb: 'ping' }, heard('second')),
    ])
    expect(told).toEqual(['call', 'first', 'declined', 'second', 'call', 'promise'])
  })

  test('rejects where what hears the answer throws, and goes on', async () => {
    await using registry = startTestRegistry()
    const client = await dial(registry)
    const fails = client.ask({ verb: 'ping' }, () => {
      throw new Error('a bug')
    })
    const next = client.ask({ verb: 'ping' })
    await expect(fails).rejects.toThrow('a bug')
    expect(await next).toEqual({ ok: true, value: { kind: 'pong' } })
  })
})
