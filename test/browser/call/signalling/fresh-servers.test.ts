import { expect, test } from 'bun:test'
import { createFreshServers } from '../../../../src/browser/call/signalling/fresh-servers.ts'
import type { CallWish, IceServer } from '../../../../src/page-protocol.ts'

const servers: IceServer[] = [{ urls: ['turn:h'], username: 'u', credential: 'c' }]

function start(isThere = true) {
  const sent: CallWish[] = []
  const fresh = createFreshServers((wish) => {
    sent.push(wish)
    return isThere
  })
  return { sent, fresh }
}

test('who asks gets what the server tells of that call', async () => {
  const { sent, fresh } = start()
  const asked = fresh.of('A')
  expect(sent).toEqual([{ kind: 'servers', id: 'A' }])
  expect(fresh.heard({ kind: 'servers', id: 'A', iceServers: servers })).toBe(true)
  expect(await asked).toEqual(servers)
})

test('a refusal, and a server that is away, end the waiting', async () => {
  const { fresh } = start()
  const asked = fresh.of('A')
  const refused = { kind: 'refused', wish: 'servers', id: 'A', code: 'unknown-call' } as const
  expect(fresh.heard(refused)).toBe(true)
  expect(await asked).toBeUndefined()
  expect(await start(false).fresh.of('A')).toBeUndefined()
})

test('other news are not its concern', () => {
  const { fresh } = start()
  expect(fresh.heard({ kind: 'declined', id: 'A' })).toBe(false)
  expect(fresh.heard({ kind: 'refused', wish: 'signal', id: 'A', code: 'too-fast' })).toBe(false)
})

test('a server that says nothing is not waited for', async () => {
  expect(await start().fresh.of('A')).toBeUndefined()
})
