import { expect, test } from 'bun:test'
import { startTestRegistry } from '../support/registry.ts'

test('a trusted address stays free in a network that is blocked', async () => {
  // The peers come by a balancer, which says addresses of one IPv6 network.
  await using registry = startTestRegistry({
    hostname: '0.0.0.0',
    isProxy: (ip) => ip === '127.0.0.2',
    isTrusted: (ip) => ip === '2001:db8::1',
  })
  const from = async (ip: string) => {
    const peer = await registry.connect({ from: '127.0.0.2' })
    await peer.send(`PROXY TCP6 ${ip} 2001:db8:1::1 4000 3001\r\n`)
    return peer
  }
  using operator = await registry.connect({ from: '127.0.0.3' })
  await operator.ask('auth,chave-do-operador')
  using trusted = await from('2001:db8::1')
  expect(await trusted.ask('ping')).toBe('pong')
  using eva = await from('2001:db8::2')
  expect(await eva.ask('ping')).toBe('pong')

  expect(await operator.ask('block,2001:db8::2,60')).toStartWith('success,2001:db8:0:0::/64,')
  expect(await eva.line()).toStartWith('*bye,address-blocked,')
  expect(await trusted.ask('ping')).toBe('pong')
  using again = await from('2001:db8::1')
  expect(await again.ask('Ana,2001:db8::1,4000,5000')).toBe('success,Registrado com sucesso')
  using eva2 = await from('2001:db8::2')
  expect(await eva2.line()).toEndWith(',address-blocked')

  // The block is one all the same: by whichever of its addresses it is named.
  expect(await operator.ask('unblock,2001:db8::1')).toBe('success,2001:db8:0:0::/64')
})
