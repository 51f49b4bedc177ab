import { expect, test } from 'bun:test'
import type { Peer } from '../support/peer.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'

/** A registry behind balancers, each at an address of this machine. */
const startBehind = (balancers: string[], more: Parameters<typeof startTestRegistry>[0] = {}) =>
  startTestRegistry({
    hostname: '0.0.0.0',
    isTrusted: () => false,
    isProxy: (ip) => balancers.includes(ip),
    ...more,
  })

/** What a balancer says first for a client at that address. */
const line = (ip: string, port = 4000) => `PROXY TCP4 ${ip} 127.0.0.1 ${port} 3001\r\n`

test('a client behind a balancer has its own address, and the limits of that address', async () => {
  await using registry = await startBehind(['127.0.0.2'], {
    limits: { maxConnectionsPerAddress: 1 },
  })
  using ana = await registry.connect({ from: '127.0.0.2' })
  await ana.send(`${line('192.0.2.7')}register,Ana,5001\n`)
  expect(await ana.line()).toBe('success,Registrado com sucesso')
  expect(registry.directory.find('Ana', '192.0.2.7')).toMatchObject({ port: 4000, callPort: 5001 })
  // Another client by the same balancer, and a second one of the first client.
  using bia = await registry.connect({ from: '127.0.0.2' })
  await bia.send(line('192.0.2.8'))
  expect(await bia.ask('register,Bia,5002')).toBe('success,Registrado com sucesso')
  using second = await registry.connect({ from: '127.0.0.2' })
  await second.send(line('192.0.2.7', 4001))
  expect(await second.line()).toStartWith('error,')
  expect(registry.closed.addressFull).toBe(1)
})

test('the rights of a client are those of its own address', async () => {
  await using registry = await startBehind(['127.0.0.2'], { isTrusted: (ip) => ip === '127.0.0.2' })
  using ana = await registry.connect({ from: '127.0.0.2' })
  await ana.send(line('192.0.2.7'))
  // As a trusted client could, for somebody at another address.
  expect(await ana.ask('Ana,192.0.2.99,5000,5001')).toEndWith(',not-your-ip')
  expect(registry.directory.find('Ana', '192.0.2.99')).toBeUndefined()
})

test('from elsewhere the line is a message like any other, and gives no address', async () => {
  await using registry = await startBehind(['127.0.0.2'])
  using liar = await registry.connect({ from: '127.0.0.3' })
  await liar.send(`${line('192.0.2.7')}register,Ana,5001\n`)
  const replies = [await liar.line(), await liar.line()]
  expect(replies[0]).not.toBe('success,Registrado com sucesso')
  expect(registry.directory.find('Ana', '192.0.2.7')).toBeUndefined()
})

test.each([
  ['another message', 'register,Ana,5001\n'],
  ['half a line', 'PROXY TCP4 192.0.2.7'],
  ['a line of nobody', 'PROXY UNKNOWN\r\n'],
  ['a longer line than any', `PROXY TCP4 192.0.2.7 ${'1'.repeat(80)} 4000 3001\r\n`],
  ['a line that never ends', 'P'.repeat(2_000)],
])('a balancer that says %s first is closed', async (_, first) => {
  await using registry = await startBehind(['127.0.0.2'])
  using balancer = await registry.connect({ from: '127.0.0.2' })
  await balancer.send(first)
  await balancer.rest()
  expect(registry.lines).toContain(silent(balancer))
  await nobodyIsIn(registry)
})

test('a balancer that says nothing is closed, and takes no place meanwhile', async () => {
  await using registry = await startBehind(['127.0.0.2'])
  using quiet = await registry.connect({ from: '127.0.0.2' })
  using gone = await registry.connect({ from: '127.0.0.2' })
  gone.halfClose()
  await nobodyIsIn(registry)
  await Promise.all([quiet.rest(), gone.rest()])
  expect(registry.lines.filter((each) => each.includes('REGISTRY_PROXIES'))).toEqual([
    silent(quiet),
  ])
}, 20_000)

const silent = ({ local }: Peer) =>
  `Conexão recusada: 127.0.0.2:${local.port} está em REGISTRY_PROXIES e não começa com a linha do protocolo PROXY`

async function nobodyIsIn(registry: TestRegistry): Promise<void> {
  expect(registry.connections).toBe(0)
  expect(registry.lines.filter((each) => each.startsWith('Nova conexão'))).toEqual([])
}
