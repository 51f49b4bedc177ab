import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createServer, type Socket } from 'node:net'
import { eventually } from '../support/eventually.ts'
import { hurriedExamples, languages, startExample } from '../support/example-clients.ts'
import { startTestRegistry } from '../support/registry.ts'

type Example = (typeof languages)[number]

const base64url = (text: string) => Buffer.from(text).toString('base64url')
const aboutOthers = /^(joined|left|ready|busy|free): /

let examples: Awaited<ReturnType<typeof hurriedExamples>>

/** All that are there do the same at the same time. */
const all = async <T>(does: (example: Example) => Promise<T>): Promise<Record<string, T>> =>
  Object.fromEntries(
    await Promise.all(
      examples.available.map(async (example) => [example.name, await does(example)] as const),
    ),
  )

const same = <T>(value: T): Record<string, T> =>
  Object.fromEntries(examples.available.map(({ name }) => [name, value]))

const missing = languages.filter(({ needs }) => needs.some((tool) => Bun.which(tool) === null))
if (missing.length > 0) {
  console.warn(`Not tried here: the examples in ${missing.map(({ name }) => name).join(', ')}`)
}

beforeAll(async () => {
  examples = await hurriedExamples()
}, 60_000)

afterAll(() => examples[Symbol.dispose]())

describe('the example clients', () => {
  test('wait for their name, answer a call, come back after a stop, and say goodbye', async () => {
    const told = await all(async ({ run }) => {
      const registry = startTestRegistry()
      // The name is still taken, as after a connection that broke.
      const ghost = await registry.connect()
      await ghost.ask('register,José,5000')
      using client = startExample(examples.folder, run, registry.endpoint, 'José')
      await client.until('refused: register already-registered')
      const bia = await registry.connect()
      await bia.ask('register,bia,5001')
      await bia.ask('ready')
      ghost.close()
      await client.until('ready: José at 127.0.0.1')

      const [, id] = (await bia.ask('call,José')).split(',')
      expect(await bia.line()).toStartWith(`*accepted,${id}`)
      expect(await bia.line()).toBe(`*signal,${id},${base64url('{"text":"Olá!"}')}`)
      await bia.ask(`signal,${id},${base64url('{"text":"Oi, José 👋"}')}`)
      await bia.ask(`hangup,${id}`)
      await client.until('free: José at 127.0.0.1')
      const cris = await registry.connect()
      await cris.ask('register,cris,5002')
      await client.until('joined: cris at 127.0.0.1, port 5002')
      cris.reset()
      await client.until('left: cris at 127.0.0.1')
      await registry.stop()
      await client.until('bye: shutdown')

      await using again = startTestRegistry({ port: registry.endpoint.port })
      const rui = await again.connect()
      await rui.ask('register,rui,5003')
      await client.until('taking calls', 2)
      const [, other] = (await rui.ask('call,José')).split(',')
      await rui.line()
      await rui.line()
      client.interrupt()
      // On purpose: a connection that is only gone would be `lost`.
      expect(await rui.line()).toBe(`*ended,${other},left`)
      await client.exited
      return lastSaid(client)
    })
    expect(told).toEqual(
      same({
        first: ['connected', 'refused: register already-registered', 'disconnected'],
        own: [
          'here: bia at 127.0.0.1, port 5001',
          'here: José at 127.0.0.1, port 5000',
          'synced: 2',
          'taking calls',
          'call from bia at 127.0.0.1',
          'accepted',
          'signal: {"text":"Oi, José 👋"}',
          'call ended: hangup',
          'bye: shutdown',
          'disconnected',
          'connected',
          'registered',
          'online: rui, José',
          'here: rui at 127.0.0.1, port 5003',
          'here: José at 127.0.0.1, port 5000',
          'synced: 2',
          'taking calls',
          'call from rui at 127.0.0.1',
          'accepted',
          'disconnected',
        ],
        others: [
          'busy: José at 127.0.0.1',
          'busy: bia at 127.0.0.1',
          'free: José at 127.0.0.1',
          'free: bia at 127.0.0.1',
          'joined: cris at 127.0.0.1, port 5002',
          'left: cris at 127.0.0.1',
          'ready: José at 127.0.0.1',
          'ready: bia at 127.0.0.1',
        ],
        errors: '',
      }),
    )
  }, 60_000)

  test('give up where another try is of no use', async () => {
    await using registry = startTestRegistry()
    const ends = await all(async ({ run }) => {
      using client = startExample(examples.folder, run, registry.endpoint, '*ana')
      return { status: await client.exited, said: client.said() }
    })
    expect(ends).toEqual(same({ status: 1, said: ['connected', 'refused: register bad-name'] }))
  }, 60_000)

  test('skip what they do not know, and leave a registry that is silent', async () => {
    const told = await all(async ({ run }) => {
      await using registry = await startOddRegistry()
      using client = startExample(examples.folder, run, registry.endpoint, 'ana')
      await registry.asked('register,ana,5000')
      const { socket } = registry
      // In the middle of a line, and then of a letter.
      socket().write('success,Regist')
      await Bun.sleep(20)
      const rest = Buffer.from('rado com sucesso,later\n*waltz,1,2,3\n*joined,Zé')
      socket().write(rest.subarray(0, -1))
      await registry.asked('ready')
      socket().write(rest.subarray(-1))
      socket().write(',10.0.0.1,5000,1700000000000,later\n*busy,Zé,10.0.0.1,Rui,10.0.0.2,later\n')
      socket().write(`${'x,'.repeat(5000)}x\n*synced,0\nerror,Texto novo,new-code,later\n`)
      socket().write('*ended,AAAAAAAAAAAAAAAAAAAAAA,lost,later\n')
      await client.until('call ended: lost')
      // It is asked whether it is there, and says nothing.
      await registry.asked('ping')
      await client.until('connected', 2)
      const said = client.said().map((line) => (line.length > 100 ? 'long' : line))
      return said.slice(0, said.indexOf('disconnected') + 2)
    })
    expect(told).toEqual(
      same([
        'connected',
        'registered',
        'joined: Zé at 10.0.0.1, port 5000',
        'busy: Zé at 10.0.0.1',
        'long',
        'synced: 0',
        'refused: ready new-code',
        'call ended: lost',
        'disconnected',
        'connected',
      ]),
    )
  }, 60_000)
})

/** What is the same each time, however often it tried until its name was free. */
function lastSaid({ said, errors }: ReturnType<typeof startExample>) {
  const all = said()
  const own = all.filter((line) => !aboutOthers.test(line))
  const before = all.slice(0, all.indexOf('bye: shutdown'))
  return {
    first: own.slice(0, 3),
    own: own.slice(own.indexOf('online: bia, José') + 1),
    // Who of two becomes busy first is not said anywhere.
    others: before.filter((line) => aboutOthers.test(line)).sort(),
    errors: errors(),
  }
}

/** Says what the test has it say. */
async function startOddRegistry() {
  const heard: string[] = []
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('data', (bytes) => heard.push(...bytes.toString().trimEnd().split('\n')))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  return {
    endpoint: { ip: '127.0.0.1', port },
    socket: () => sockets[0] as Socket,
    asked: (what: string) => eventually(`${what} in ${heard}`, () => heard.includes(what)),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
