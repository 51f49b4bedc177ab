import { afterEach, beforeEach, describe, expect, jest, test } from 'bun:test'
import type { RegistryLimits } from '../../../src/limits/registry-limits.ts'
import { Connection, type ConnectionSocket } from '../../../src/registry/connection/connection.ts'
import { Directory } from '../../../src/registry/directory/directory.ts'
import { Shared } from '../../../src/wire/bytes/shared.ts'
import { lockFor, partsWithoutSockets } from '../../support/socketless.ts'

/**
 * A connection without a socket: what it writes and does to it is kept in `done`. `room` is how
 * many bytes the socket would take before it drains again.
 */
function connection(
  limits: Partial<RegistryLimits> = {},
  directory = new Directory({ now: () => 0 }),
  now = () => 0,
  trusted = true,
) {
  const done: string[] = []
  const socket = { room: Number.POSITIVE_INFINITY, broken: false }
  const act = (what: string) => () => {
    done.push(what)
  }
  const wire: ConnectionSocket = {
    write(bytes, offset = 0, length) {
      if (socket.broken) return -1
      const asked = Buffer.from(bytes as string).subarray(offset, length && offset + length)
      const taken = Math.min(socket.room, asked.length)
      socket.room -= taken
      if (taken > 0) done.push(asked.toString('utf8', 0, taken))
      return taken
    },
    pause: act('pause'),
    resume: act('resume'),
    shutdown: act('shutdown'),
    end: act('end'),
    terminate: act('terminate'),
  }
  const parts = partsWithoutSockets(directory, { now, limits: { bareQuietMs: 50, ...limits } })
  const lock = lockFor()
  const rights = { trusted, locked: false, lock }
  const subject = new Connection(wire, { ip: '127.0.0.1', port: 40_000 }, rights, parts)
  return { done, socket, subject, say: (text: string) => subject.data(Buffer.from(text)) }
}

const pushed = (lines: string) => new Shared(Buffer.from(lines), Buffer.byteLength(lines))

const registered = 'success,Registrado com sucesso'

describe('a registration without a newline', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  test('is answered, without a newline, when it has been quiet for as long as the limit says', () => {
    const { done, say } = connection()
    say('ana,127.0.0.1,4000,5000')
    jest.advanceTimersByTime(49)
    expect(done).toEqual([])
    jest.advanceTimersByTime(1)
    expect(done).toEqual([registered])
    say('list')
    expect(done).toEqual([registered, 'ana'])
  })

  test('that comes in pieces is quiet only after the last', () => {
    const { done, say } = connection()
    say('ana,127.0.0.1,4000,5')
    jest.advanceTimersByTime(40)
    say('00')
    jest.advanceTimersByTime(40)
    say('0')
    jest.advanceTimersByTime(49)
    expect(done).toEqual([])
    jest.advanceTimersByTime(1)
    expect(done).toEqual([registered])
    say('details,ana')
    expect(done[1]).toBe('127.0.0.1,5000')
  })

  test.each([
    ['has two commas', 'ana,127.0.0.1,4000'],
    ['has four commas', 'ana,127.0.0.1,4000,5000,'],
    ['is no registration', 'ping'],
  ])('is waited for, however long, where it %s', (_, text) => {
    const { done, say } = connection()
    say(text)
    jest.advanceTimersByTime(10_000)
    expect(done).toEqual([])
    say('\n')
    expect(done).toHaveLength(1)
    expect(done[0]).toEndWith('\n')
  })

  test('is a line after all when its newline comes before the quiet is over', () => {
    const { done, say } = connection()
    say('ana,127.0.0.1,4000,5000')
    jest.advanceTimersByTime(49)
    say('\n')
    jest.advanceTimersByTime(10_000)
    say('list')
    jest.advanceTimersByTime(10_000)
    expect(done).toEqual([`${registered}\n`])
  })

  test('is answered as a line when the input ends before the quiet is over', () => {
    const { done, say, subject } = connection()
    say('ana,127.0.0.1,4000,5000')
    subject.inputEnd()
    jest.advanceTimersByTime(10_000)
    expect(done).toEqual([`${registered}\n`, 'end'])
  })

  test('is forgotten when its connection is gone before the quiet is over', () => {
    const { done, say, subject } = connection()
    say('ana,127.0.0.1,4000,5000')
    subject.gone()
    jest.advanceTimersByTime(10_000)
    expect(done).toEqual([])
  })

  test('is not answered after a goodbye, which is in line form', () => {
    const { done, say, subject } = connection()
    say('ana,127.0.0.1,4000,5000')
    subject.sayGoodbye({ kind: 'bye', code: 'shutdown', text: 'Tchau' })
    jest.advanceTimersByTime(10_000)
    expect(done).toEqual(['*bye,shutdown,Tchau\n', 'shutdown'])
  })
})

describe('the replies to one chunk', () => {
  test('go out in one write', () => {
    const { done, say } = connection()
    say('ping\n'.repeat(100))
    expect(done).toEqual(['pong\n'.repeat(100)])
  })

  test('end with the last words, in the same write', () => {
    const { done, say } = connection()
    say('ping\nquit\nping\n')
    expect(done).toEqual(['pong\nConexão encerrada\n', 'shutdown'])
  })
})

describe('a watcher', () => {
  const push = '*left,somebody,127.0.0.1\n'
  const maxWaitingPushBytes = 4 * push.length

  test('that keeps reading is not closed, however many changes come before it is done', () => {
    const { done, socket, subject, say } = connection({ maxWaitingPushBytes })
    say('watch\n')
    socket.room = 0
    subject.push(pushed(push))
    for (let each = 0; each < 100; each += 1) {
      subject.push(pushed(push))
      socket.room = push.length
      subject.drain()
    }
    expect(done).not.toContain('terminate')
  })

  test('that does not is closed when more waits than the limit says', () => {
    const { done, socket, subject, say } = connection({ maxWaitingPushBytes })
    say('watch\n')
    socket.room = 0
    for (let each = 0; each < 4; each += 1) subject.push(pushed(push))
    expect(done).not.toContain('terminate')
    subject.push(pushed(push))
    expect(done.at(-1)).toBe('terminate')
  })

  test('that takes its opening state slowly is held to the same limit', () => {
    const directory = new Directory({ now: () => 0 })
    for (let port = 1; port < 20_000; port += 1) {
      directory.register({ name: `pessoa ${port}`, ip: '10.0.0.1', port: 4000, callPort: port })
    }
    const { socket, subject, say } = connection({ maxWaitingPushBytes }, directory)
    socket.room = 1
    say('watch\n')
    for (let each = 0; each < 5; each += 1) {
      expect(subject.open).toBeTrue()
      subject.push(pushed(push))
      // A little of the state at a time, each time all that waits and then one byte more.
      socket.room = 64 * 1024
      subject.drain()
    }
    expect(subject.open).toBeFalse()
  })
})

describe('what somebody is told of a call', () => {
  const call = { kind: 'call', id: '0123456789abcdefABCDEF', name: 'bia', ip: '10.0.0.1' } as const
  const line = '*call,0123456789abcdefABCDEF,bia,10.0.0.1\n'

  test('goes out at once, and whole, in the midst of an opening state', () => {
    const directory = new Directory({ now: () => 0 })
    for (let port = 1; port < 5_000; port += 1) {
      directory.register({ name: `pessoa ${port}`, ip: '10.0.0.1', port: 4000, callPort: port })
    }
    const { done, socket, subject, say } = connection({}, directory)
    socket.room = 1_000
    say('watch\n')
    subject.push(pushed('*left,pessoa 1,10.0.0.1\n'))
    subject.tell(call)
    socket.room = Number.POSITIVE_INFINITY
    subject.drain()
    const lines = done.filter((each) => !/^(pause|resume)$/.test(each)).join('')
    const told = lines.indexOf(`\n${line}`)
    expect(told).toBeGreaterThan(0)
    expect(told).toBeLessThan(lines.indexOf('*synced,4999\n'))
    expect(lines).toEndWith('*synced,4999\n*left,pessoa 1,10.0.0.1\n')
  })

  test('is no change: it does not count against those that may wait', () => {
    const { socket, subject, say } = connection({ maxWaitingPushBytes: 10 })
    say('ping\n')
    socket.room = 0
    for (let each = 0; each < 10; each += 1) subject.tell(call)
    expect(subject.open).toBeTrue()
    expect(subject.waitingFor).toBe('reader')
  })

  test('is nothing any more, once goodbye was said', () => {
    const { done, subject } = connection()
    subject.sayGoodbye({ kind: 'bye', code: 'shutdown', text: 'Tchau' })
    subject.tell(call)
    expect(done).toEqual(['*bye,shutdown,Tchau\n', 'shutdown'])
  })
})

describe('a message', () => {
  test('may be long while there is talk, and for a while after', () => {
    const clock = { time: 0 }
    const limits = { maxLineBytes: 8, maxSignalLineBytes: 16, lateSignalMs: 1_000 }
    const { done, subject, say } = connection(limits, undefined, () => clock.time)
    const long = () => {
      say('0123456789012345\n')
      return done.at(-1)
    }
    subject.talks(true)
    expect(long()).toEndWith(',unknown-request\n')
    subject.talks(false)
    clock.time = 999
    expect(long()).toEndWith(',unknown-request\n')
    subject.talks(true)
    clock.time = 10_000
    expect(long()).toEndWith(',unknown-request\n')
    subject.talks(false)
    clock.time = 11_000
    say('0123456789012345\n')
    expect(done.at(-2)).toEndWith(',line-too-long\n')
    expect(done.at(-1)).toBe('shutdown')
  })
})

describe('a socket that takes no bytes for good', () => {
  test('is given up at the first write that says so, though no event tells of it', () => {
    const directory = new Directory({ now: () => 0 })
    const { done, socket, subject, say } = connection({}, directory)
    say('register,ana,5000\n')
    socket.broken = true
    say('ping\n')
    expect(done.at(-1)).toBe('terminate')
    expect(subject.open).toBeFalse()
    expect(directory.size).toBe(0)
  })

  test('is given up while its flood rests, too', () => {
    jest.useFakeTimers()
    try {
      const { done, socket, say } = connection(
        { requestBurst: 1, requestsPerSecond: 0 },
        undefined,
        () => 0,
        false,
      )
      say('ping\n'.repeat(1_000))
      expect(done.at(-1)).toBe('pause')
      socket.broken = true
      jest.advanceTimersByTime(500)
      expect(done.at(-1)).toBe('terminate')
    } finally {
      jest.useRealTimers()
    }
  })
})

describe('a request whose answer is known', () => {
  test.each([
    ['details,ana', '127.0.0.1,5000\n'],
    ['list', 'ana\n'],
  ])('counts as any other: %s', (request, answer) => {
    const limits = { requestBurst: 4, requestsPerSecond: 0 }
    const { done, say } = connection(limits, undefined, undefined, false)
    say('register,ana,5000\n')
    for (let time = 0; time < 4; time += 1) say(`${request}\n`)
    expect(done.slice(1, 4)).toEqual([answer, answer, answer])
    expect(done[4]).toEndWith(',too-fast\n')
  })

  test('counts as any other where many come at once', () => {
    const limits = { requestBurst: 6, requestsPerSecond: 0 }
    const { done, say } = connection(limits, undefined, undefined, false)
    say('register,ana,5000\n')
    say('details,ana\n')
    say('details,ana\n'.repeat(6))
    const lines = done.slice(2).join('').trimEnd().split('\n')
    expect(lines.slice(0, 4)).toEqual(Array(4).fill('127.0.0.1,5000'))
    expect(lines.slice(4).every((line) => line.endsWith(',too-fast'))).toBeTrue()
    expect(lines).toHaveLength(6)
  })
})

test('a long list counts as a request for each part of it, and the next are told to wait', () => {
  const directory = new Directory({ now: () => 0 })
  // Of about 60 bytes each, with their comma: 6,000 bytes, which are six requests of 1,024.
  for (let each = 0; each < 100; each += 1) {
    const name = `${'n'.repeat(55)}${each + 100}`
    directory.register({ name, ip: '127.0.0.2', port: 40_000, callPort: 2_000 + each })
  }
  const limits = { requestBurst: 14, requestsPerSecond: 0, bytesPerRequest: 1_024 }
  const { done, say } = connection(limits, directory, undefined, false)
  say('register,ana,5000\n')
  // The first way is the short cut for what is asked alone, the other is for many in one piece.
  say('list\n')
  say('ping\nlist\n')
  say('ping\n')
  const kinds = done.slice(1).map((text) => (text.length > 5_000 ? 'list' : text.slice(0, 5)))
  expect(kinds).toEqual(['list', 'pong\n', 'list', 'error'])
})
