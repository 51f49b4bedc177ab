import { describe, expect, test } from 'bun:test'
import { connectRegistry, RegistryLost } from '../../../src/client/registry-client.ts'
import { Places } from '../../../src/limits/places.ts'
import { ok } from '../../../src/result.ts'
import type { SessionLimits } from '../../../src/web/session/session-limits.ts'
import { type Ending, Sessions } from '../../../src/web/session/sessions.ts'
import { startScripted } from '../../client/scripted-registry.ts'
import { startTestRegistry } from '../../support/registry.ts'

const ana = { name: 'Ana', ip: '192.0.2.7', callPort: 5001 }
const bia = { name: 'Bia', ip: '192.0.2.7', callPort: 5002 }
const long = { tabGraceMs: 60_000, silentGraceMs: 60_000, requestGraceMs: 60_000 }

/** Sessions with the registry at that port, and what was told of their endings. */
function startSessions(port: number, limits: Partial<SessionLimits> = {}) {
  const endings: [string, Ending][] = []
  let dials = 0
  let nextPort = 5_010
  const sessions = new Sessions({
    connect: async ({ push, lost }) => {
      dials += 1
      const on = { onPush: push, onLost: lost }
      return ok(await connectRegistry({ hostname: '127.0.0.1', port, replyTimeoutMs: 200, ...on }))
    },
    onPush: () => {},
    onEnded: (session, ending) => endings.push([session.me.name, ending]),
    otherPort: () => nextPort++,
    places: new Places(Number.POSITIVE_INFINITY),
    limits: { ...long, ...limits },
  })
  return { sessions, endings, dials: () => dials }
}

async function begun(sessions: Sessions, id: string, me = ana) {
  const session = await sessions.begin(id, me)
  if (!session.ok) throw new Error(session.error)
  return session.value
}

describe('a session', () => {
  test('begins with a registration at the browser’s own address', async () => {
    await using registry = startTestRegistry()
    const { sessions } = startSessions(registry.endpoint.port)
    const session = await begun(sessions, 'a')
    expect(session.me).toEqual(ana)
    expect(sessions.get('a')).toBe(session)
    expect(sessions.get(session.id)).toBe(session)
    expect(registry.directory.find('Ana', '192.0.2.7')).toMatchObject({
      callPort: 5001,
      port: session.client.local.port,
    })
    await sessions.close()
  })

  test('that is begun many times at once is one, and shared', async () => {
    await using registry = startTestRegistry()
    const { sessions, dials } = startSessions(registry.endpoint.port)
    const all = await Promise.all(Array.from({ length: 5 }, () => begun(sessions, 'a')))
    all.push(await begun(sessions, 'a', bia))
    expect(new Set(all).size).toBe(1)
    expect(dials()).toBe(1)
    expect(registry.directory.names).toBe('Ana')
    await sessions.close()
  })

  test('that is refused is no session, for all who asked for it, and may be tried again', async () => {
    await using registry = startTestRegistry()
    const { sessions, dials } = startSessions(registry.endpoint.port)
    const first = await begun(sessions, 'first')
    const again = { ...ana, callPort: 5009 }
    const refusals = [sessions.begin('a', again), sessions.begin('a', again)]
    const refused = { ok: false, error: 'already-registered' } as const
    expect(await Promise.all(refusals)).toEqual([refused, refused])
    expect(dials()).toBe(2)
    expect(sessions.size).toBe(1)
    await sessions.leave(first)
    expect(await sessions.begin('a', again)).toMatchObject({ ok: true })
    await sessions.close()
    await registry.until('nothing is left open', () => registry.connections === 0)
  })

  test('cannot begin without a registry: that is lost I/O, for all who asked', async () => {
    using fake = startScripted()
    fake[Symbol.dispose]()
    const { sessions } = startSessions(fake.port)
    const both = await Promise.allSettled([sessions.begin('a', ana), sessions.begin('a', ana)])
    for (const each of both) {
      expect(each).toMatchObject({ status: 'rejected', reason: expect.any(RegistryLost) })
    }
    expect(sessions.size).toBe(0)
  })

  test('does not begin where the goodbye comes right behind the answer', async () => {
    using fake = startScripted(() => 'success,Registrado\n*bye,shutdown,Conexão encerrada\n')
    const { sessions, endings } = startSessions(fake.port)
    await expect(sessions.begin('a', ana)).rejects.toBeInstanceOf(RegistryLost)
    expect(sessions.size).toBe(0)
    expect(endings).toEqual([])
  })

  test('refuses a name that is none before it dials', async () => {
    const { sessions, dials } = startSessions(1)
    expect(await sessions.begin('a', { ...ana, name: 'a,b' })).toEqual({
      ok: false,
      error: 'bad-name',
    })
    expect(dials()).toBe(0)
  })
})

describe('the end of a session', () => {
  test('by leaving is told once, and ends the registration', async () => {
    await using registry = startTestRegistry()
    const { sessions, endings } = startSessions(registry.endpoint.port)
    const session = await begun(sessions, 'a')
    await Promise.all([sessions.leave(session), sessions.leave(session)])
    await sessions.leave(session)
    expect(registry.directory.size).toBe(0)
    expect(endings).toEqual([['Ana', 'left']])
    await registry.until('its connection is closed', () => registry.connections === 0)
  })

  test('by a registry that is lost is told once', async () => {
    await using registry = startTestRegistry()
    const { sessions, endings } = startSessions(registry.endpoint.port)
    await begun(sessions, 'a')
    await begun(sessions, 'b', bia)
    await registry.stop()
    await registry.until('both are told', () => endings.length >= 2)
    expect(endings.toSorted()).toEqual([
      ['Ana', 'lost'],
      ['Bia', 'lost'],
    ])
    expect(sessions.size).toBe(0)
  })

  test('of a browser that asks for nothing more comes after its grace', async () => {
    await using registry = startTestRegistry()
    const { sessions, endings } = startSessions(registry.endpoint.port, { requestGraceMs: 30 })
    await begun(sessions, 'a')
    await registry.until('it is gone', () => registry.directory.size === 0)
    expect(endings).toEqual([['Ana', 'gone']])
  })

  test('is put off by every request', async () => {
    await using registry = startTestRegistry()
    const { sessions, endings } = startSessions(registry.endpoint.port, { requestGraceMs: 300 })
    const session = await begun(sessions, 'a')
    for (let asked = 0; asked < 5; asked += 1) {
      await Bun.sleep(100)
      sessions.touch(session)
    }
    expect(endings).toEqual([])
    await registry.until('it is gone', () => registry.directory.size === 0)
    expect(endings).toEqual([['Ana', 'gone']])
  })

  test.each([
    { silent: false, graces: { tabGraceMs: 20 } },
    { silent: true, graces: { silentGraceMs: 20 } },
  ])('comes after the last of its tabs has closed (silent: $silent)', async (row) => {
    await using registry = startTestRegistry()
    const { sessions, endings } = startSessions(registry.endpoint.port, row.graces)
    const session = await begun(sessions, 'a')
    sessions.tabOpened(session)
    sessions.tabOpened(session)
    sessions.tabClosed(session, row.silent)
    await Bun.sleep(60)
    expect(endings).toEqual([])
    sessions.tabClosed(session, row.silent)
    await registry.until('it is gone', () => registry.directory.size === 0)
    expect(endings).toEqual([['Ana', 'gone']])
  })

  test('does not come while a tab is open, whatever the last request was', async () => {
    await using registry = startTestRegistry()
    const graces = { requestGraceMs: 20, tabGraceMs: 20 }
    const { sessions, endings } = startSessions(registry.endpoint.port, graces)
    const session = await begun(sessions, 'a')
    sessions.tabOpened(session)
    sessions.touch(session)
    await Bun.sleep(80)
    expect(endings).toEqual([])
    // A reload: closed, and open again within the grace.
    sessions.tabClosed(session, false)
    sessions.tabOpened(session)
    await Bun.sleep(80)
    expect(endings).toEqual([])
    await sessions.close()
  })

  test('of an old connection does not end the new session of the same browser', async () => {
    // It never answers `quit`, so that the old connection is lost after the new one is made.
    using fake = startScripted((line) => (line === 'quit' ? undefined : 'success,Registrado\n'))
    const { sessions, endings } = startSessions(fake.port, { requestGraceMs: 20 })
    await begun(sessions, 'a')
    await fake.until('it is gone', () => fake.received.includes('quit'))
    const second = await begun(sessions, 'a')
    sessions.tabOpened(second)
    await fake.until('the old connection is closed', () => fake.counts.open === 1)
    await Bun.sleep(20)
    expect(sessions.get('a')).toBe(second)
    expect(endings).toEqual([['Ana', 'gone']])
  })

  test('at the end of the server ends the registrations, and is told to nobody', async () => {
    await using registry = startTestRegistry()
    const { sessions, endings } = startSessions(registry.endpoint.port)
    await begun(sessions, 'a')
    await begun(sessions, 'b', bia)
    await sessions.close()
    expect(registry.directory.size).toBe(0)
    expect(endings).toEqual([])
    expect(sessions.size).toBe(0)
  })
})
