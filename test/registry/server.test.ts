import { describe, expect, test } from 'bun:test'
import { Directory } from '../../src/registry/directory/directory.ts'
import type { Peer } from '../support/peer.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'

/** Ways to go without a word; each is done by every fourth. */
const exits: ((peer: Peer) => Promise<void> | void)[] = [
  (peer) => peer.close(),
  (peer) => peer.reset(),
  async (peer) => {
    peer.halfClose()
    expect(await peer.rest()).toBe('')
    peer.close()
  },
  async (peer) => {
    await peer.send('details,an')
    peer.close()
  },
]

describe('the registry', () => {
  test('forgets everybody who vanishes, in a thousand ways', async () => {
    await using registry = startTestRegistry()
    async function comeAndGo(each: number): Promise<void> {
      const peer = await registry.connect()
      expect(await peer.ask(`ana${each},127.0.0.1,4000,${5000 + each}`)).toStartWith('success,')
      await exits[each % exits.length]?.(peer)
    }
    for (let each = 0; each < 1_000; each += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => comeAndGo(each + index)))
    }
    await registry.until('everybody is missed', () => registry.connections === 0)
    expect(registry.directory.size).toBe(0)
    expect(registry.lines.filter((line) => line.startsWith('Cliente desconectado: '))).toHaveLength(
      1_000,
    )
  }, 20_000)

  test('forgets those who vanish before they were accepted, or before they said anything', async () => {
    await using registry = startTestRegistry()
    for (let each = 0; each < 100; each += 1) {
      const peer = await registry.connect()
      if (each % 2 === 0) await peer.send('ana,127.0.0.1')
      peer.reset()
    }
    using last = await registry.connect()
    expect(await last.ask('ping')).toBe('pong')
    await registry.until('everybody is missed', () => registry.connections === 1)
  })

  test('answers quit in full and closes orderly, whatever is sent after it', async () => {
    await using registry = startTestRegistry({ limits: { closeGraceMs: 3_000 } })
    using peer = await registry.connect()
    await peer.send(Buffer.concat([Buffer.from('quit\n'), Buffer.alloc(2 * 1024 * 1024, 'junk')]))
    expect(await peer.rest()).toBe('Conexão encerrada\n')
    expect(peer.ending).toBe('EOF')
    peer.close()
    await registry.until('it is closed', () => registry.connections === 0)
  })

  test('answers a line too long in full and closes orderly, however long it goes on', async () => {
    await using registry = startTestRegistry({ limits: { closeGraceMs: 3_000 } })
    using peer = await registry.connect()
    await peer.send(Buffer.alloc(2 * 1024 * 1024, 'x'))
    expect(await peer.rest()).toBe('error,Mensagem longa demais,line-too-long\n')
    expect(peer.ending).toBe('EOF')
  })

  test('closes on those who were told goodbye and never close themselves', async () => {
    await using registry = startTestRegistry({ limits: { closeGraceMs: 100 } })
    using peer = await registry.connect()
    expect(await peer.ask('quit')).toBe('Conexão encerrada')
    await registry.until('it is closed', () => registry.connections === 0)
  })

  test('sends a first client a list of any length, in as many pieces as it takes', async () => {
    await using registry = startTestRegistry()
    populate(registry, 200)
    using peer = await registry.connect()
    await peer.send('ana,127.0.0.1,4000,5000')
    expect(await peer.receive()).toBe('success,Registrado com sucesso')
    await peer.send('list')
    const list = registry.directory.names
    expect(list.length).toBeGreaterThan(10_000)
    expect((await peer.exactly(Buffer.byteLength(list))).toString()).toBe(list)
    await peer.send('ping')
    expect(await peer.receive()).toBe('pong')
  })

  test('counts whom each limit has closed', async () => {
    await using registry = startTestRegistry({
      limits: { maxConnections: 2, signInTimeoutMs: 100 },
    })
    using first = await registry.connect()
    using second = await registry.connect()
    expect(await first.ask('ping')).toBe('pong')
    expect(await second.ask('ping')).toBe('pong')
    using third = await registry.connect()
    expect(await third.line()).toEndWith(',too-many-connections')
    expect(await first.line()).toStartWith('*bye,sign-in-timeout,')
    expect(await second.line()).toStartWith('*bye,sign-in-timeout,')
    expect(registry.closed).toMatchObject({ full: 1, signIn: 2, stalled: 0 })
  })

  test('survives a bug of its own: one connection is told goodbye, the others are served', async () => {
    class BrokenDirectory extends Directory {
      override find(name: string, ip?: string) {
        if (name === 'bug') throw new Error('broken\x1b[31m')
        return super.find(name, ip)
      }
    }
    const directory = new BrokenDirectory({ now: Date.now })
    await using registry = startTestRegistry({ directory, bugs: 'expected' })
    using unlucky = await registry.connect()
    using other = await registry.connect()
    await unlucky.ask('ana,127.0.0.1,4000,5000')
    await other.ask('bia,127.0.0.1,4001,5001')
    expect(await unlucky.ask('details,bug')).toBe(
      '*bye,internal-error,Conexão encerrada: erro interno do servidor',
    )
    expect(await unlucky.rest()).toBe('')
    expect(await other.ask('list')).toBe('bia')
    const logged = await registry.logLineWith('Erro interno em registry: ')
    expect(logged).toContain('broken\ufffd[31m')
  })

  test('says at once that it cannot listen where somebody else does', async () => {
    await using registry = startTestRegistry()
    const { port } = registry.endpoint
    expect(() => startTestRegistry({ port })).toThrow(
      expect.objectContaining({ code: 'EADDRINUSE' }),
    )
  })
})

describe('when it stops, the registry', () => {
  test('does not wait for ever for those who never close', async () => {
    await using registry = startTestRegistry({ limits: { closeGraceMs: 100 } })
    using peer = await registry.connect()
    await peer.ask('ana,127.0.0.1,4000,5000')
    await registry.stop()
    expect(await peer.line()).toBe('*bye,shutdown,Conexão encerrada')
    expect(registry.directory.size).toBe(0)
    await registry.until('every socket is closed', () => registry.connections === 0)
  })

  test('is done as soon as everybody has closed, and takes no more', async () => {
    await using registry = startTestRegistry({ limits: { closeGraceMs: 60_000 } })
    using peer = await registry.connect()
    await peer.ask('ping')
    const stopped = registry.stop()
    expect(await peer.rest()).toBe('*bye,shutdown,Conexão encerrada\n')
    peer.close()
    await stopped
    expect(registry.connections).toBe(0)
    expect(registry.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

/** Entries of people whose connections are elsewhere, with long names. */
function populate({ directory }: TestRegistry, count: number): void {
  for (let each = 0; each < count; each += 1) {
    const name = `pessoa ${String(each).padStart(57, '0')}`
    directory.register({ name, ip: '203.0.113.1', port: 4000, callPort: 1 + each })
  }
}
