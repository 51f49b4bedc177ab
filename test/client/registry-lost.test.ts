import { afterEach, describe, expect, mock, spyOn, test } from 'bun:test'
import { connectRegistry, RegistryLost } from '../../src/client/registry-client.ts'
import { startTestRegistry } from '../support/registry.ts'
import { type ScriptedRegistry, startScripted } from './scripted-registry.ts'

afterEach(() => mock.restore())

/** A connected client, and what it was told of its end. */
async function connected(fake: ScriptedRegistry, replyTimeoutMs = 4_000) {
  const losses: string[] = []
  const client = await fake.connect({
    replyTimeoutMs,
    onLost: (why) => {
      expect(why).toBeInstanceOf(RegistryLost)
      losses.push(why.message)
    },
  })
  return { client, losses }
}

/** What a promise was rejected with; fails where it was not. */
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => Promise.reject(new Error(`resolved with ${JSON.stringify(value)}`)),
    (error) => error,
  )

const lost = expect.any(RegistryLost)

describe('connecting', () => {
  test('to nobody is RegistryLost', async () => {
    using fake = startScripted()
    fake[Symbol.dispose]()
    const told = mock(() => {})
    expect(await rejection(fake.connect({ onLost: told }))).toBeInstanceOf(RegistryLost)
    expect(told).not.toHaveBeenCalled()
  })

  test('to a name that nobody has is RegistryLost', async () => {
    const connecting = connectRegistry({ hostname: 'nobody.invalid', port: 1 })
    expect(await rejection(connecting)).toBeInstanceOf(RegistryLost)
  })

  test('gives up after its time limit, and closes what comes about later', async () => {
    using fake = startScripted()
    const real = Bun.connect
    const gate = Promise.withResolvers<void>()
    // As a port behind a firewall that swallows everything, and then opens.
    spyOn(Bun, 'connect').mockImplementation((async (options: never) => {
      await gate.promise
      return real(options)
    }) as never)
    expect(await rejection(fake.connect({ connectTimeoutMs: 20 }))).toBeInstanceOf(RegistryLost)
    gate.resolve()
    await fake.until('it came about and was closed', () => {
      return fake.counts.opened === 1 && fake.counts.open === 0
    })
  })
})

describe('a request', () => {
  test('that is not answered in time loses the connection, and closes it', async () => {
    using fake = startScripted((line) => (line === 'ping' ? 'pong\n' : undefined))
    const { client, losses } = await connected(fake, 40)
    expect(await client.ask({ verb: 'ping' })).toMatchObject({ ok: true })
    const both = [client.ask({ verb: 'list' }), client.ask({ verb: 'details', name: 'Ana' })]
    expect(await Promise.all(both.map(rejection))).toEqual([lost, lost])
    await fake.until('it is closed', () => fake.counts.open === 0)
    expect(losses).toEqual(['no answer in time'])
  })

  test('has its own time: answers that come steadily keep many alive for longer', async () => {
    using fake = startScripted()
    const { client, losses } = await connected(fake, 250)
    const asked = Array.from({ length: 6 }, () => client.ask({ verb: 'ping' }))
    for (const each of asked) {
      await Bun.sleep(60)
      fake.say('pong\n')
      expect(await each).toMatchObject({ ok: true })
    }
    expect(losses).toEqual([])
    client.close()
  })

  test('leaves no timer behind: an idle client is not lost', async () => {
    using fake = startScripted(() => 'pong\n')
    const { client, losses } = await connected(fake, 30)
    await client.ask({ verb: 'ping' })
    await Bun.sleep(90)
    expect(await client.ask({ verb: 'ping' })).toMatchObject({ ok: true })
    expect(losses).toEqual([])
    client.close()
  })

  test.each([
    { what: 'is closed', how: undefined },
    { what: 'is reset', how: 'reset' },
  ] as const)(
    'rejects where the connection $what in the midst of its answer, and so do all after it',
    async ({ how }) => {
      using fake = startScripted()
      const { client, losses } = await connected(fake)
      const asked = [
        client.ask({ verb: 'details', name: 'Ana' }),
        client.ask({ verb: 'ping' }),
        client.ask({ verb: 'watch' }),
      ]
      await fake.until('all are asked', () => fake.received.length === 3)
      fake.say('10.0.0.7,50')
      fake.hangUp(how)
      expect(await Promise.all(asked.map(rejection))).toEqual([lost, lost, lost])
      expect(losses).toHaveLength(1)
      expect(await rejection(client.ask({ verb: 'ping' }))).toBeInstanceOf(RegistryLost)
    },
  )

  test.each([
    { line: 'hello', why: 'no answer to a ping' },
    { line: 'success,Registrado com sucesso', why: 'an answer to something else' },
    { line: 'error,Não,no-such-code', why: 'a refusal of an unknown code' },
    { line: 'error,Não', why: 'a refusal without a code' },
    { line: '', why: 'nothing' },
    { line: 'HTTP/1.1 400 Bad Request', why: 'another protocol' },
    { line: Buffer.from([0xff, 0xfe]), why: 'no text' },
  ])('that is answered by $why loses the connection', async ({ line }) => {
    using fake = startScripted()
    const { client, losses } = await connected(fake)
    const asked = client.ask({ verb: 'ping' })
    fake.say(Buffer.concat([Buffer.from(line), Buffer.from('\n')]))
    expect(await rejection(asked)).toBeInstanceOf(RegistryLost)
    expect(losses).toHaveLength(1)
    await fake.until('it is closed', () => fake.counts.open === 0)
  })
})

describe('the end of a connection', () => {
  test('is told once, with the words of the goodbye', async () => {
    using fake = startScripted()
    const { client, losses } = await connected(fake)
    const asked = client.ask({ verb: 'ping' })
    fake.say('*bye,shutdown,Conexão encerrada\n')
    fake.hangUp()
    expect(await rejection(asked)).toMatchObject({ message: 'Conexão encerrada' })
    await fake.until('it is closed', () => fake.counts.open === 0)
    expect(losses).toEqual(['Conexão encerrada'])
  })

  test('settles what was answered before the goodbye', async () => {
    using fake = startScripted(() => 'pong\n*bye,shutdown,Conexão encerrada\n')
    const { client, losses } = await connected(fake)
    expect(await client.ask({ verb: 'ping' })).toMatchObject({ ok: true })
    expect(losses).toEqual(['Conexão encerrada'])
  })

  test('is told where nothing was asked', async () => {
    using fake = startScripted()
    const { losses } = await connected(fake)
    fake.hangUp()
    await fake.until('it is told', () => losses.length > 0)
    expect(losses).toHaveLength(1)
  })

  test('is told of a registry that takes no more connections', async () => {
    await using registry = startTestRegistry({ limits: { maxConnections: 1 } })
    const [ip, port] = [registry.endpoint.ip, registry.endpoint.port]
    const first = await connectRegistry({ hostname: ip, port })
    const losses: string[] = []
    const second = await connectRegistry({
      hostname: ip,
      port,
      onLost: (why) => losses.push(why.message),
    })
    await registry.until('it is told', () => losses.length > 0)
    expect(losses).toEqual([expect.stringContaining('too-many-connections')])
    expect(await rejection(second.ask({ verb: 'ping' }))).toBeInstanceOf(RegistryLost)
    first.close()
  })

  test('that it made itself is not told, however often it closes', async () => {
    using fake = startScripted()
    const { client, losses } = await connected(fake)
    const asked = client.ask({ verb: 'ping' })
    client.close()
    client.close()
    expect(await rejection(asked)).toBeInstanceOf(RegistryLost)
    expect(await rejection(client.ask({ verb: 'ping' }))).toBeInstanceOf(RegistryLost)
    await fake.until('it is closed', () => fake.counts.open === 0)
    expect(losses).toEqual([])
  })

  test('after quit is not told either', async () => {
    using fake = startScripted(() => 'Conexão encerrada\n')
    const { client, losses } = await connected(fake)
    expect(await client.ask({ verb: 'quit' })).toEqual({ ok: true, value: { kind: 'bye' } })
    await fake.until('it is closed', () => fake.counts.open === 0)
    expect(losses).toEqual([])
  })
})

describe('an answer', () => {
  const script =
    'success,Registrado com sucesso\n*joined,Zoë,2001:db8::7,5001,1700000000000\n' +
    '2001:db8::7,5001\r\nerror,Usuário não encontrado,unknown-user\nAna,Zoë\n'

  test('may be cut anywhere on its way', async () => {
    const bytes = Buffer.from(script)
    using fake = startScripted()
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const pushes: string[] = []
      const client = await fake.connect({ onPush: ({ kind }) => pushes.push(kind) })
      const answers = Promise.all([
        client.ask({ verb: 'register', name: 'Ana', callPort: 5001 }),
        client.ask({ verb: 'details', name: 'Zoë' }),
        client.ask({ verb: 'details', name: 'Bia' }),
        client.ask({ verb: 'list' }),
      ])
      fake.say(bytes.subarray(0, cut))
      await new Promise(setImmediate)
      fake.say(bytes.subarray(cut))
      expect(await answers).toEqual([
        { ok: true, value: { kind: 'registered' } },
        { ok: true, value: { kind: 'address', ip: '2001:db8::7', callPort: 5001 } },
        { ok: false, error: 'unknown-user' },
        { ok: true, value: { kind: 'names', names: 'Ana,Zoë' } },
      ])
      expect(pushes).toEqual(['joined'])
      client.close()
      await fake.until('it is gone', () => fake.counts.open === 0)
    }
  })

  test('of many megabytes comes whole', async () => {
    const names = Array.from({ length: 600_000 }, (_, index) => `Ana ${index} é`).join(',')
    expect(Buffer.byteLength(names)).toBeGreaterThan(7 * 1024 * 1024)
    using fake = startScripted((line) => (line === 'list' ? `${names}\n` : 'pong\n'))
    const { client } = await connected(fake)
    const [list, pong] = await Promise.all([
      client.ask({ verb: 'list' }),
      client.ask({ verb: 'ping' }),
    ])
    // Compared here, so that a failure does not print them.
    expect(list.ok && list.value.kind === 'names' && list.value.names === names).toBe(true)
    expect(pong).toMatchObject({ ok: true })
    client.close()
  })

  test('without an end loses the connection before it fills the memory', async () => {
    using fake = startScripted(() => 'x'.repeat(17 * 1024 * 1024))
    // A busy machine takes seconds for so many bytes, and they are to be the reason.
    const { client, losses } = await connected(fake, 30_000)
    expect(await rejection(client.ask({ verb: 'list' }))).toBeInstanceOf(RegistryLost)
    expect(losses).toEqual(['the registry sent an unreadable line'])
  }, 40_000)
})
