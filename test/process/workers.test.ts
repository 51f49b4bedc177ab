import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { newCertificate, newDirectory, writeCertificate } from '../support/certificates.ts'
import { eventually } from '../support/eventually.ts'
import { hasRedis, type Redis, startRedis } from '../support/redis.ts'

const secret = 'a secret for tests with 37 characters'
// Below those that the system gives to connections, which would be in the way.
const ports = { REGISTRY_PORT: '21731', HTTP_PORT: '21732' }

type Master = {
  said: string[]
  pid: number
  exited: Promise<number>
  kill: (how?: NodeJS.Signals) => void
}

function start(
  words: string[],
  environment: Record<string, string>,
): Master & { errors: string[] } {
  const child = Bun.spawn([process.execPath, '--no-env-file', 'src/main.ts', ...words], {
    env: { PATH: process.env.PATH ?? '', LANG: 'en', SESSION_SECRET: secret, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  const errors: string[] = []
  const read = async (stream: ReadableStream<Uint8Array>, into: string[]) => {
    const decoder = new TextDecoder()
    for await (const bytes of stream) into.push(...decoder.decode(bytes).split('\n'))
  }
  read(child.stdout, said)
  read(child.stderr, errors)
  return {
    ...{ said, errors, pid: child.pid, exited: child.exited },
    kill: (how) => child.kill(how),
  }
}

const ask = async (port: string, text: string) => {
  let { promise, resolve } = Promise.withResolvers<string>()
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: Number(port),
    socket: { data: (_, bytes) => resolve(bytes.toString()), close: () => resolve('') },
  })
  const next = () => {
    ;({ promise, resolve } = Promise.withResolvers<string>())
    return promise
  }
  socket.write(`${text}\n`)
  return { answer: await promise, socket, next }
}

/** The processes that `--workers` has started. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await Bun.file(`/proc/${pid}/task/${pid}/children`).text()
  return text.trim().split(' ').filter(Boolean).map(Number)
}

describe.skipIf(!hasRedis || process.platform !== 'linux')(
  'two processes with one directory',
  () => {
    let redis: Redis
    let master: ReturnType<typeof start>
    const ready = (times: number) =>
      eventually(
        `${times} pages`,
        () => master.said.filter((line) => line.includes('Web page at')).length >= times,
        60_000,
      )
    beforeAll(async () => {
      redis = await startRedis({ port: 0 })
      master = start(['--workers', '2'], {
        ...ports,
        ENGINE_URL: redis.url,
        DRAIN_SECONDS: '1',
      })
      await ready(2)
    }, 30_000)
    afterAll(async () => {
      master?.kill('SIGKILL')
      for (const pid of master ? await childrenOf(master.pid).catch(() => []) : []) {
        process.kill(pid, 'SIGKILL')
      }
      await redis?.[Symbol.asyncDispose]()
    })

    test('say each line with their number, and share one directory', async () => {
      expect(new Set(master.said.map((line) => line[0]).filter(Boolean))).toEqual(
        new Set(['1', '2']),
      )
      // Other names where the test runs a second time.
      const run = Date.now().toString(36)
      const names = Array.from({ length: 8 }, (_, index) => `p${index}-${run}`)
      const lines = master.said.length
      const portsTaken = (Date.now() % 4_000) * 8
      const peers = []
      for (const [index, name] of names.entries()) {
        // On a busy machine a process may have been given up by the other, and be on its way back.
        const register = () =>
          ask(ports.REGISTRY_PORT, `register,${name},${5000 + index + portsTaken}`)
        let peer = await register()
        for (let times = 0; peer.answer.includes(',unavailable') && times < 10; times += 1) {
          await Bun.sleep(1_000)
          peer = await register()
        }
        peers.push(peer)
      }
      const answers = peers.map(({ answer }) => answer)
      const told = master.said.slice(lines).filter((line) => /joins anew|common engine/.test(line))
      expect({ told, answers }).toEqual({
        told: expect.anything(),
        answers: names.map(() => 'success,Registrado com sucesso\n'),
      })
      const byWorker = master.said.filter(
        (line) => line.includes(`-${run} (`) && line.includes('Novo cliente'),
      )
      expect(new Set(byWorker.map((line) => line[0])).size).toBe(2)
      for (const { socket } of peers) socket.end()
    })

    test('one that dies is started again, and the other goes on', async () => {
      const [first = 0] = await childrenOf(master.pid)
      process.kill(first, 'SIGKILL')
      await ready(3)
      expect(await childrenOf(master.pid)).toHaveLength(2)
      expect(await childrenOf(master.pid)).not.toContain(first)
    }, 20_000)

    test('one that dies while the engine is away comes back with it, and the other goes on', async () => {
      const [first = 0, second = 0] = await childrenOf(master.pid)
      await redis.kill()
      process.kill(second, 'SIGKILL')
      await eventually('it cannot start', () => master.errors.join('').includes('ENGINE_URL: '))
      await redis.start()
      await ready(4)
      expect(await childrenOf(master.pid)).toContain(first)
      master.errors.length = 0
    }, 20_000)

    test('say goodbye, also where all are asked to end, as by a terminal and by systemd', async () => {
      const peer = await ask(ports.REGISTRY_PORT, 'register,Zeca,5100')
      const goodbye = peer.next()
      const children = await childrenOf(master.pid)
      for (const pid of children) process.kill(pid, 'SIGTERM')
      const heard = () => master.said.filter((line) => line.includes('Stopping the server'))
      await eventually('both have heard it', () => heard().length === 2)
      master.kill('SIGTERM')
      expect(await goodbye).toStartWith('*bye,shutdown,')
      expect(await master.exited).toBe(0)
      expect(master.errors.join('')).toBe('')
    }, 20_000)

    test('go on at SIGHUP where they could not start again', async () => {
      using directory = newDirectory()
      const files = await writeCertificate(directory.path, await newCertificate())
      const engine = { ENGINE_URL: redis.url, DRAIN_SECONDS: '0' }
      master = start(['--workers', '2'], { ...ports, ...files, ...engine })
      await ready(2)
      const children = await childrenOf(master.pid)
      await Bun.write(files.TLS_CERT, 'no certificate')
      master.kill('SIGHUP')
      await eventually('one line says why', () => master.errors.join('').includes('TLS_CERT='))
      expect(await childrenOf(master.pid)).toEqual(children)
    }, 20_000)

    test('end where the process that has started them is killed', async () => {
      const children = await childrenOf(master.pid)
      expect(children).toHaveLength(2)
      master.kill('SIGKILL')
      await eventually(
        'they are gone',
        () => children.every((pid) => !existsSync(`/proc/${pid}`)),
        10_000,
      )
    }, 20_000)
  },
)

test('without an engine there is one line, and an end', async () => {
  const master = start(['--workers', '2'], ports)
  expect(await master.exited).toBe(1)
  expect(master.errors.join('\n').trim()).toBe(
    'ENGINE_URL="": must be set for --workers, to share a directory',
  )
})

test.each(['0', 'two', '257', ''])('--workers %p is refused', async (count) => {
  const master = start([`--workers=${count}`], ports)
  expect(await master.exited).toBe(1)
  expect(master.errors.join('\n')).toContain('must be a number of processes, from 1 to 256')
})
