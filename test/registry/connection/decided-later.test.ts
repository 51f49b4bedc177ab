import { expect, test } from 'bun:test'
import { type HolderLine, LocalChanges } from '../../../src/registry/changes.ts'
import { idIn } from '../../support/peer.ts'
import { startTestRegistry } from '../../support/registry.ts'

test('what happens before a request is decided is told before its reply', async () => {
  const gate = Promise.withResolvers<void>()
  await using registry = startTestRegistry({
    ordering: {
      now: Date.now,
      newId: () => 'AAAAAAAAAAAAAAAAAAAAAA',
      begin(state) {
        const local = new LocalChanges(state)
        return {
          register: (...how) => local.register(...how),
          leave: (...how) => local.leave(...how),
          expire: () => local.expire(),
          async ask(asked, peer) {
            if (asked.verb === 'call' && peer.registration.name === 'ana') {
              await gate.promise
              const line = peer.line as HolderLine
              line.decides()
              const reply = local.ask(asked, peer)
              line.tell({ kind: 'signal', id: 'AAAAAAAAAAAAAAAAAAAAAA', payload: 'b2k' })
              return reply
            }
            return local.ask(asked, peer)
          },
        }
      },
    },
  })
  using ana = await registry.connect()
  using bia = await registry.connect()
  await ana.ask('register,ana,5001')
  await bia.ask('register,bia,5002')
  await ana.ask('ready')
  await bia.ask('ready')
  await ana.sendLine('call,bia')
  const id = idIn(await bia.ask('call,ana'))
  // She is rung up while she waits: then her own call is the answer to that one.
  expect(await ana.line()).toBe(`*call,${id},bia,127.0.0.1`)
  gate.resolve()
  expect(await ana.line()).toBe(`success,${id},bia,127.0.0.1`)
  expect(await ana.line()).toBe(`*signal,${id},b2k`)
  expect(await bia.line()).toBe(`*accepted,${id}`)
})
