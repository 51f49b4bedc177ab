import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { type Certificate, selfSignedCertificate } from '../../src/tls/self-signed.ts'
import { connectPeer } from '../support/peer.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'encontro-'))
let first: Certificate
let second: Certificate

beforeAll(async () => {
  const reachable = { names: ['localhost'], addresses: ['127.0.0.1'] }
  first = await selfSignedCertificate(join(folder, 'first'), reachable, Date.now())
  second = await selfSignedCertificate(join(folder, 'second'), reachable, Date.now())
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const start = (more: Parameters<typeof startTestRegistry>[0] = {}) =>
  startTestRegistry({ tls: { port: 0, certificate: first }, ...more })

const plainPeer = ({ tlsEndpoint }: TestRegistry) =>
  connectPeer(tlsEndpoint as NonNullable<typeof tlsEndpoint>)

/** A client that checks whom it speaks to. */
function dial({ tlsEndpoint }: TestRegistry, { cert }: Certificate) {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>()
  const socket = connect({
    host: tlsEndpoint?.ip,
    port: tlsEndpoint?.port ?? 0,
    ca: cert,
    // Node's types do not know that a TLS socket may be half-open.
    ...{ allowHalfOpen: true },
  })
  let received = ''
  socket.setEncoding('utf8')
  socket.on('data', (text) => {
    received += text
  })
  socket.on('secureConnect', () => resolve(socket))
  socket.on('error', reject)
  const ended = new Promise<void>((done) => socket.on('close', () => done()))
  return {
    connected: promise,
    received: () => received,
    say: async (text: string, until: string) => {
      const from = received.length
      ;(await promise).write(text)
      const deadline = Date.now() + 4_000
      while (!received.slice(from).includes(until)) {
        if (Date.now() > deadline) throw new Error(`no ${until} in ${received.slice(from)}`)
        await Bun.sleep(1)
      }
      return received.slice(from)
    },
    ended,
    end: () => socket.end(),
  }
}

describe('inside TLS', () => {
  test('the same is said, and plain connections hear of it', async () => {
    await using registry = start()
    using plain = await registry.connect()
    await plain.ask('watch')
    const ana = dial(registry, first)
    expect(await ana.say('register,ana,5000\nlist\n', 'ana\n')).toBe(
      'success,Registrado com sucesso\nana\n',
    )
    expect(await plain.line()).toStartWith('*joined,ana,127.0.0.1,5000,')
    expect(await ana.say('quit\n', 'Conexão encerrada\n')).toBe('Conexão encerrada\n')
    ana.end()
    await ana.ended
    expect(await plain.line()).toBe('*left,ana,127.0.0.1')
  })

  test('who ends its input gets every reply, however long', async () => {
    await using registry = start()
    for (let each = 0; each < 2_000; each += 1) {
      const name = `pessoa ${String(each).padStart(50, '0')}`
      registry.directory.register({ name, ip: '10.0.0.1', port: 4000, callPort: 1 + each })
    }
    const ana = dial(registry, first)
    const socket = await ana.connected
    socket.end(`register,ana,5000\n${'list\n'.repeat(40)}`)
    await ana.ended
    const lists = ana.received().split('\n').slice(1, -1)
    expect(lists).toHaveLength(40)
    expect(lists.every((list) => list.endsWith(',ana'))).toBeTrue()
  }, 10_000)

  test('another certificate is for new connections; those that are there stay', async () => {
    await using registry = start()
    const old = dial(registry, first)
    await old.say('register,ana,5000\n', 'success')
    registry.renewCertificate(second)
    const young = dial(registry, second)
    expect(await young.say('register,bia,5001\nlist\n', 'ana,bia\n')).toContain('ana,bia')
    const shown = (await young.connected).getPeerCertificate().fingerprint256
    expect(shown).toBe(new X509Certificate(second.cert).fingerprint256)
    expect(await old.say('list\n', 'bia\n')).toBe('ana,bia\n')
    await expect(dial(registry, first).connected).rejects.toThrow()
    old.end()
    young.end()
  })

  test('one that is no good changes nothing', async () => {
    await using registry = start()
    expect(() => registry.renewCertificate({ ...first, key: 'x' })).toThrow()
    const ana = dial(registry, first)
    expect(await ana.say('ping\n', 'pong\n')).toBe('pong\n')
    ana.end()
  })

  test('who speaks none is closed, and who says nothing at all is after the time to sign in', async () => {
    await using registry = start({ limits: { signInTimeoutMs: 300 } })
    using loud = await plainPeer(registry)
    await loud.send('register,ana,5000\n')
    await loud.rest()
    using silent = await plainPeer(registry)
    await silent.rest()
    await registry.until('both are gone', () => registry.connections === 0)
    expect(registry.directory.size).toBe(0)
  }, 15_000)

  test('who is refused is closed without a handshake', async () => {
    await using registry = start({ limits: { maxConnections: 1 } })
    const ana = dial(registry, first)
    await ana.say('ping\n', 'pong')
    await expect(dial(registry, first).connected).rejects.toThrow()
    await registry.until('it is refused', () => registry.closed.full === 1)
    expect(registry.closed.unsaid).toBe(1)
    expect(await ana.say('ping\n', 'pong\n')).toBe('pong\n')
    ana.end()
  })

  test('is all there is where the plain port is off', async () => {
    await using registry = start({ port: 'off' })
    expect(registry.tlsEndpoint).toEqual(registry.endpoint)
    const ana = dial(registry, first)
    expect(await ana.say('ping\n', 'pong\n')).toBe('pong\n')
    ana.end()
    expect(registry.lines[0]).toBe(`Servidor iniciado em 127.0.0.1:${registry.endpoint.port} (TLS)`)
  })
})

describe('the listener of this process itself', () => {
  test('does not listen to who is another process, whatever it says', async () => {
    await using registry = startTestRegistry({ ownListener: { isOurs: () => false } })
    using silent = await own(registry)
    using knowing = await own(registry)
    await knowing.sendLine(`auth,${registry.key}`)
    for (const peer of [silent, knowing]) expect(await peer.rest()).toBe('')
    expect(registry.connections).toBe(0)
  })

  const own = async (registry: TestRegistry) =>
    connectPeer(registry.ownEndpoint ?? registry.endpoint)

  test('is opened by the key alone, whatever is trusted otherwise', async () => {
    await using registry = startTestRegistry({
      ownListener: { isOurs: () => true },
      isAccessCode: (secret) => secret === 'sésamo',
    })
    using peer = await own(registry)
    const needed = 'error,É preciso dizer o código de acesso primeiro,access-code-needed'
    expect(await peer.ask('ana,203.0.113.1,4000,5000')).toBe(needed)
    expect(await peer.ask('auth,sésamo')).toBe('error,Chave de acesso inválida,bad-secret')
    expect(await peer.ask(`auth,${registry.key}`)).toBe('success,Autorizado')
    expect(await peer.ask('ana,203.0.113.1,4000,5000')).toBe('success,Registrado com sucesso')
  })

  test('knows no limit per address, and its connections take three places each', async () => {
    await using registry = startTestRegistry({
      ownListener: { isOurs: () => true },
      isTrusted: () => false,
      limits: { maxConnectionsPerAddress: 1, connectionBurst: 1, maxConnections: 7 },
    })
    using first = await own(registry)
    using second = await own(registry)
    for (const peer of [first, second]) {
      expect(await peer.ask(`auth,${registry.key}`)).toBe('success,Autorizado')
    }
    using third = await own(registry)
    expect(await third.ask(`auth,${registry.key}`)).toEndWith(',too-many-connections')
    using other = await registry.connect()
    expect(await other.ask('ping')).toBe('pong')
  })
})
