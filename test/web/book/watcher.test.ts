import { describe, expect, test } from 'bun:test'
import { connectRegistry } from '../../../src/client/registry-client.ts'
import type { LogEntry } from '../../../src/log/log.ts'
import { ok, refuse } from '../../../src/result.ts'
import { PeopleBook } from '../../../src/web/book/people-book.ts'
import { startWatcher, type WatcherParts } from '../../../src/web/book/watcher.ts'
import { eventually } from '../../support/eventually.ts'
import { startTestRegistry, type TestRegistry } from '../../support/registry.ts'

function follow(connect: WatcherParts['connect']) {
  const book = new PeopleBook({ change: () => {}, replaced: () => {} })
  const logged: LogEntry[] = []
  const watcher = startWatcher({ connect, book, log: (entry) => logged.push(entry) })
  const names = () =>
    book
      .sorted('name')
      .slice(0, book.size)
      .map(({ name }) => name)
  return { book, logged, watcher, names }
}

const followPort = (port: number) =>
  follow(async ({ push, lost }) =>
    ok(await connectRegistry({ hostname: '127.0.0.1', port, onPush: push, onLost: lost })),
  )

async function join(registry: TestRegistry, name: string, callPort: number) {
  const peer = await registry.connect()
  expect(await peer.ask(`register,${name},${callPort}`)).toStartWith('success,')
  return peer
}

describe('the watcher', () => {
  test('is ready once the book holds everybody, and keeps it true', async () => {
    await using registry = startTestRegistry()
    const ana = await join(registry, 'Ana', 5001)
    const { names, watcher, logged } = followPort(registry.endpoint.port)
    await watcher.ready
    expect(names()).toEqual(['Ana'])
    await join(registry, 'Bia', 5002)
    await eventually('Bia is in the book', () => names().join() === 'Ana,Bia')
    ana.reset()
    await eventually('Ana is not any more', () => names().join() === 'Bia')
    expect(logged).toEqual([])
    watcher.close()
  })

  test('finds a registry that comes back at the same port; the log says lost and restored once', async () => {
    await using first = startTestRegistry()
    const { port } = first.endpoint
    await join(first, 'Ana', 5001)
    const { names, watcher, logged } = followPort(port)
    await watcher.ready
    await first.stop()
    await eventually('it is missed', () => logged.length > 0)
    // What was last known stays until it is known better.
    expect(names()).toEqual(['Ana'])
    // It fails a few times more in the meantime.
    await Bun.sleep(400)
    await using second = startTestRegistry({ port })
    await join(second, 'Bia', 5002)
    await eventually('it is found', () => logged.length > 1)
    await eventually('the book is replaced', () => names().join() === 'Bia')
    expect(logged).toEqual([
      { event: 'watch.lost', why: 'Conexão encerrada' },
      { event: 'watch.restored', count: expect.any(Number) },
    ])
    watcher.close()
  })

  test('waits for a registry that is not there yet', async () => {
    await using gone = startTestRegistry()
    const { port } = gone.endpoint
    await gone.stop()
    const { watcher, logged } = followPort(port)
    await eventually('it has tried', () => logged.length === 1)
    await using registry = startTestRegistry({ port })
    await watcher.ready
    expect(logged.map(({ event }) => event)).toEqual(['watch.lost', 'watch.restored'])
    await registry.until('one connection', () => registry.connections === 1)
    watcher.close()
  })

  test('tries again where it is refused, and leaves no connection behind', async () => {
    await using registry = startTestRegistry({ isTrusted: () => trusted })
    let trusted = false
    const { watcher, logged } = followPort(registry.endpoint.port)
    await eventually('it was refused', () => logged.length === 1)
    expect(logged).toEqual([{ event: 'watch.lost', why: 'not-registered' }])
    trusted = true
    await watcher.ready
    await registry.until('one connection', () => registry.connections === 1)
    watcher.close()
  })

  test('takes a refused connection for a lost one', async () => {
    let dials = 0
    const { watcher, logged } = follow(async () => {
      dials += 1
      return refuse('too-many-connections')
    })
    await eventually('it has tried again', () => dials === 3)
    expect(logged).toEqual([{ event: 'watch.lost', why: 'too-many-connections' }])
    watcher.close()
  })

  test('that is closed dials no more and says nothing', async () => {
    await using registry = startTestRegistry()
    const { watcher, logged } = followPort(registry.endpoint.port)
    await watcher.ready
    watcher.close()
    await registry.until('it is gone', () => registry.connections === 0)
    await Bun.sleep(250)
    expect(registry.lines.filter((line) => line.startsWith('Nova conexão'))).toHaveLength(1)
    expect(logged).toEqual([])
  })

  test('that is closed while it dials closes what comes of it', async () => {
    await using registry = startTestRegistry()
    const gate = Promise.withResolvers<void>()
    const { watcher, logged } = follow(async ({ push, lost }) => {
      await gate.promise
      const { ip, port } = registry.endpoint
      return ok(await connectRegistry({ hostname: ip, port, onPush: push, onLost: lost }))
    })
    watcher.close()
    gate.resolve()
    await registry.logLineWith('Nova conexão')
    await registry.until('it is closed', () => registry.connections === 0)
    expect(logged).toEqual([])
  })
})
