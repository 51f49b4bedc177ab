import { expect, test } from 'bun:test'
import { RegistryLost } from '../../../src/client/registry-client.ts'
import { Live, type LiveParts } from '../../../src/web/live/live.ts'
import { newTab, type TabSocket } from '../../../src/web/live/tab.ts'
import { Farewells } from '../../../src/web/session/farewells.ts'

/** A tab whose browser was registered comes back, and beginning its session throws that. */
async function comeBackAnd(error: Error) {
  const bugs: unknown[] = []
  const parts = {
    sessions: {
      get: () => undefined,
      isContended: () => false,
      begin: () => Promise.reject(error),
    },
    perTab: { socketsPerSession: 1, messagesPerSecond: 1, messageBurst: 1 },
    farewells: new Farewells(),
    failed: (bug: unknown) => bugs.push(bug),
    now: () => 0,
    limits: { beatMs: 60_000, silenceMs: 60_000 },
  } as unknown as LiveParts
  const live = new Live(parts)
  let closedWith: number | undefined
  const claim = { name: 'Ana', callPort: 5001, ip: '127.0.0.1' }
  const socket = {
    data: newTab({ sessionId: 'one', claim, language: 'pt', ip: '127.0.0.1' }),
    close: (code: number) => {
      closedWith = code
    },
  } as unknown as TabSocket
  await live.open(socket)
  const found = { bugs, closedWith }
  live.stop()
  return found
}

// After this code a page dials again.
const tryAgain = 1013

test('a tab that comes back while the registry is away tries again, and nothing is a bug', async () => {
  const { bugs, closedWith } = await comeBackAnd(new RegistryLost('away'))
  expect({ bugs, closedWith }).toEqual({ bugs: [], closedWith: tryAgain })
})

test('a bug on the way is told, and costs that tab its connection', async () => {
  const bug = new Error('a bug')
  const { bugs, closedWith } = await comeBackAnd(bug)
  expect(bugs).toEqual([bug])
  expect(closedWith).toBe(tryAgain)
})
