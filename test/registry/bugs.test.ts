import { afterEach, describe, expect, mock, spyOn, test } from 'bun:test'
import { Directory } from '../../src/registry/directory/directory.ts'
import { Outbox } from '../../src/wire/bytes/outbox.ts'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'

/** Whoever is called `bug` breaks something: here where a name is looked for. */
class BrokenDirectory extends Directory {
  override conflict(entry: Parameters<Directory['conflict']>[0]) {
    if (entry.name === 'bug') throw new Error('broken in conflict')
    return super.conflict(entry)
  }
}

/** And here whenever a line that names `bug` is written, as long as `breaks` says so. */
function breakWriting(breaks: (text: string) => boolean): void {
  const send = Outbox.prototype.send
  spyOn(Outbox.prototype, 'send').mockImplementation(function (this: Outbox, text: string) {
    if (breaks(text)) throw new Error('broken in writing')
    send.call(this, text)
  })
  const { sendShared } = Outbox.prototype
  spyOn(Outbox.prototype, 'sendShared').mockImplementation(function (this: Outbox, shared, length) {
    if (breaks(shared.value.toString())) throw new Error('broken in writing')
    sendShared.call(this, shared, length)
  })
}

const internalError = '*bye,internal-error,Conexão encerrada: erro interno do servidor'

/** Nobody else noticed: they are registered, are told of changes and answered. */
async function goesOn(registry: TestRegistry): Promise<void> {
  using watcher = await registry.connect()
  expect(await watcher.ask('watch')).toStartWith('*')
  using last = await registry.connect()
  expect(await last.ask('register,última,9999')).toBe('success,Registrado com sucesso')
  let line = ''
  while (!line.startsWith('*joined,última,')) line = await watcher.line()
}

describe('a bug ends the conversation that met it, is logged, and nobody else notices', () => {
  afterEach(() => {
    mock.restore()
  })

  test('in a timer: a first client whose message was waited for', async () => {
    const directory = new BrokenDirectory({ now: Date.now })
    await using registry = startTestRegistry({ directory, bugs: 'expected' })
    using unlucky = await registry.connect()
    await unlucky.send('bug,127.0.0.1,4000,5000')
    expect(await unlucky.rest()).toBe('Conexão encerrada: erro interno do servidor')
    expect(await registry.logLineWith('Erro interno em registry: ')).toContain('broken in conflict')
    await goesOn(registry)
  })

  test('in a broadcast: one watcher of three', async () => {
    await using registry = startTestRegistry({ bugs: 'expected' })
    const watchers = await Promise.all([1, 2, 3].map(() => registry.connect()))
    for (const watcher of watchers) expect(await watcher.ask('watch')).toBe('*synced,0')
    let written = 0
    breakWriting((text) => text.startsWith('*joined,bug,') && ++written === 2)
    using bug = await registry.connect()
    expect(await bug.ask('register,bug,5000')).toBe('success,Registrado com sucesso')
    const lines = await Promise.all(watchers.map((watcher) => watcher.line()))
    expect(lines.filter((line) => line === internalError)).toHaveLength(1)
    expect(lines.filter((line) => line.startsWith('*joined,bug,'))).toHaveLength(2)
    await registry.logLineWith('Erro interno em registry: ')
    expect(await bug.ask('list')).toBe('bug')
    await goesOn(registry)
    for (const watcher of watchers) watcher.close()
  })

  test('in what somebody else is told: the requester is answered', async () => {
    await using registry = startTestRegistry({ bugs: 'expected' })
    using ana = await registry.connect()
    using bia = await registry.connect()
    await ana.ask('register,ana,5000')
    await bia.ask('register,bia,5001')
    await bia.ask('ready')
    breakWriting((text) => text.startsWith('*call,'))
    expect(await ana.ask('call,bia')).toStartWith('success,')
    expect(await bia.line()).toBe(internalError)
    expect(await ana.line()).toMatch(/^\*ended,.*,left$/)
    expect(await ana.ask('list')).toBe('ana')
    await goesOn(registry)
  })

  test('in the opening state of a watcher, and in its last words as well', async () => {
    await using registry = startTestRegistry({ bugs: 'expected' })
    using bug = await registry.connect()
    await bug.ask('register,bug,5000')
    breakWriting((text) => text.includes('*here,bug,') || text.includes('internal-error'))
    using watcher = await registry.connect()
    await watcher.sendLine('watch')
    await watcher.rest()
    expect(await bug.ask('list')).toBe('bug')
    await registry.until('it is gone', () => registry.connections === 1)
    mock.restore()
    await goesOn(registry)
  })

  test('in the sweep: a time limit that cannot be told', async () => {
    await using registry = startTestRegistry({
      bugs: 'expected',
      limits: { signInTimeoutMs: 100 },
    })
    using ana = await registry.connect()
    await ana.ask('register,ana,5000')
    breakWriting((text) => text.startsWith('*bye,'))
    const silent = await Promise.all([1, 2, 3].map(() => registry.connect()))
    for (const each of silent) await each.rest()
    expect(await ana.ask('list')).toBe('ana')
    mock.restore()
    await goesOn(registry)
  })

  test('in leaving: whoever breaks it is closed all the same', async () => {
    class Sticky extends Directory {
      override unregister(registration: Parameters<Directory['unregister']>[0]) {
        if (registration.name === 'bug') throw new Error('broken in unregister')
        super.unregister(registration)
      }
    }
    const directory = new Sticky({ now: Date.now })
    await using registry = startTestRegistry({ directory, bugs: 'expected' })
    using ana = await registry.connect()
    await ana.ask('register,ana,5000')
    for (const leave of ['quit', 'close', 'reset'] as const) {
      using bug = await registry.connect()
      await bug.ask(`register,bug,${5001 + registry.directory.size}`)
      if (leave === 'quit') await bug.sendLine('quit')
      else bug[leave]()
      await registry.until(`gone by ${leave}`, () => registry.connections === 1)
      expect(await ana.ask('ping')).toBe('pong')
    }
    await goesOn(registry)
  })
})
