import { type Redis, startRedis } from '../../test/support/redis.ts'
import { assemble, crowdOf, measureAsking, registryLanguage } from '../asking.ts'
import { type Contestant, encontro } from '../contestants/contestants.ts'
import { measureCycles } from '../cycling.ts'
import { lineClient } from '../engine/line-client.ts'
import { msUntil, watch } from '../engine/watching.ts'
import { hold } from '../held.ts'
import { detailsOf } from '../peers.ts'
import { type Pace, type Row, spread, type Work } from '../work.ts'

const memory = 'in memory'
const withEngine = 'with an engine'

/** A node beside others at that engine. */
const nodeAt = ({ url }: Redis, name: string, held = 0): Promise<Contestant> =>
  encontro(held, { ENGINE_URL: url, NODE_NAME: name, SESSION_SECRET: 'x'.repeat(32) })

/** What an engine costs, and what several nodes see of each other: in order, and where something dies. */
export const engine: Work = {
  name: 'engine',
  async measure(pace) {
    const rows: Row[] = []
    const asking = [askingFor('details', detailsOf), askingFor('list', () => 'list\n')]
    for (const part of [...asking, registrations, spreading, killedNode, lostEngine]) {
      await using stack = new AsyncDisposableStack()
      const redis = stack.use(await startRedis({ port: 0 }))
      rows.push(...(await part(pace, redis, stack)))
    }
    return rows
  },
}

/** Whether a node is as quick to answer what changes nothing. */
const askingFor =
  (work: string, requestOf: (peer: number) => string) =>
  async (pace: Pace, redis: Redis, stack: AsyncDisposableStack): Promise<Row[]> => {
    const crowd = crowdOf(pace)
    const language = registryLanguage(requestOf)
    const { asked, notes } = await assemble(
      {
        [memory]: { start: () => encontro(crowd.connected), language },
        [withEngine]: { start: () => nodeAt(redis, 'one', crowd.connected), language },
      },
      crowd,
      stack,
    )
    const row = await measureAsking(pace, asked, 1, {
      work: `${work}, depth 1`,
      ratios: [{ of: withEngine, over: memory, target: { atLeast: 0.97 } }],
      notes: [`${crowd.asking} of ${crowd.connected} connections ask`, ...notes],
    })
    return [row]
  }

/** 64 connections, each of which comes, registers, quits and goes again and again. */
async function registrations(
  pace: Pace,
  redis: Redis,
  stack: AsyncDisposableStack,
): Promise<Row[]> {
  const contestants = { [memory]: await encontro(0), [withEngine]: await nodeAt(redis, 'one') }
  for (const { stop } of Object.values(contestants)) stack.defer(stop)
  const { perSecond, costs, note } = await measureCycles(pace, contestants, stack, 64)
  return [
    {
      work: 'connect, register, quit, by 64 connections',
      unit: 'cycles/s',
      samples: perSecond,
      ratios: [{ of: withEngine, over: memory, target: { atLeast: 0.5 } }],
      notes: ['generator, node and engine share two cores', note],
    },
    {
      work: 'cost of connect, register, quit',
      unit: 'µs of processor of the node',
      samples: costs,
      ratios: [{ of: withEngine, over: memory }],
      notes: [],
    },
  ]
}

/** From a registration that is sent to one node until a watcher of another one is told of it. */
async function spreading(pace: Pace, redis: Redis, stack: AsyncDisposableStack): Promise<Row[]> {
  const alone = await encontro(0)
  const [here, there] = [await nodeAt(redis, 'one'), await nodeAt(redis, 'two')]
  for (const { stop } of [alone, here, there]) stack.defer(stop)
  const seconds = pace.size === 'full' ? 20 : 1
  // The first ones, of a node that has just started, do not count.
  await tellTimes(alone, alone, 1)
  await tellTimes(here, there, 1)
  const inMemory = await tellTimes(alone, alone, seconds)
  const elsewhere = await tellTimes(here, there, seconds)
  const last = `${withEngine}, 99 of 100`
  return [
    {
      work: 'a registration, until a watcher is told: at the same node, or at another',
      unit: 'ms',
      samples: {
        [`${memory}, median`]: [spread(inMemory.took).median],
        [`${memory}, 99 of 100`]: [slowest(inMemory.took)],
        [`${withEngine}, median`]: [spread(elsewhere.took).median],
        [last]: [slowest(elsewhere.took)],
      },
      ratios: [],
      bounds: [{ of: last, target: { atMost: 20 } }],
      notes: [
        `${elsewhere.changes} changes a second; client and watcher are one process`,
        'where others use the machine too, all of them wait for a processor: then memory shows how long',
      ],
    },
  ]
}

const slowest = (took: readonly number[]): number =>
  took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.99)] ?? Number.NaN

/** 250 register at one node and leave each second: how long until a watcher of the other knows each. */
async function tellTimes(
  { port }: Contestant,
  { port: watched }: Contestant,
  seconds: number,
): Promise<{ took: number[]; changes: number }> {
  const watching = await watch(watched)
  const sentAt = new Map<string, number>()
  const took: number[] = []
  watching.onJoined = (name) => took.push(performance.now() - (sentAt.get(name) ?? 0))
  const everyMs = 1_000 / 250
  const begin = performance.now()
  let made = 0
  for (; performance.now() - begin < seconds * 1_000; made += 1) {
    const name = `m${made}`
    const client = await lineClient(port, `127.0.${made % 200}.${2 + (made % 50)}`, (line) => {
      if (line.startsWith('success')) client.say('quit')
    })
    sentAt.set(name, performance.now())
    client.say(`register,${name},5000`)
    const wait = begin + (made + 1) * everyMs - performance.now()
    if (wait > 0) await Bun.sleep(wait)
  }
  const changes = Math.round((made * 2) / ((performance.now() - begin) / 1_000))
  await msUntil('all are told', () => took.length === made)
  await msUntil('all have left', () => watching.names.size === 0)
  watching.client.close()
  return { took, changes }
}

const peopleOf = ({ size }: Pace): number => (size === 'full' ? 5_000 : 50)
const timesOf = ({ size }: Pace): number => (size === 'full' ? 3 : 1)

/** A node is killed with all its people: how long until nobody sees them elsewhere. */
async function killedNode(pace: Pace, redis: Redis, stack: AsyncDisposableStack): Promise<Row[]> {
  const people = peopleOf(pace)
  const stays = await nodeAt(redis, 'stays')
  stack.defer(stays.stop)
  const samples: number[] = []
  for (let time = 0; time < timesOf(pace); time += 1) {
    const dies = await nodeAt(redis, 'dies', people)
    const load = await hold(dies, people)
    const { names, client } = await watch(stays.port)
    await msUntil('all are there', () => names.size === people)
    process.kill(dies.pid, 'SIGKILL')
    samples.push(await msUntil('all are gone', () => names.size === 0))
    client.close()
    await load.stop()
    await dies.stop()
  }
  return [
    {
      work: `${people} people of a node that is killed, until all are gone elsewhere`,
      unit: 'ms',
      samples: { all: samples },
      ratios: [],
      bounds: [{ of: 'all', target: { atMost: 8_000 } }],
      notes: ['a node is given up 5 s after its last sign of life'],
    },
  ]
}

/** The engine is killed with all that it knew, and is back, empty, after 5 s. */
async function lostEngine(pace: Pace, redis: Redis, stack: AsyncDisposableStack): Promise<Row[]> {
  const people = peopleOf(pace)
  const nodes = [await nodeAt(redis, 'one', people), await nodeAt(redis, 'two')]
  const [full, other] = nodes as [Contestant, Contestant]
  for (const { stop } of nodes) stack.defer(stop)
  const load = await hold(full, people)
  stack.defer(load.stop)
  const before = await watch(other.port)
  await msUntil('all are there', () => before.names.size === people)
  const samples: number[] = []
  const gone = new Set<number>()
  for (let time = 0; time < timesOf(pace); time += 1) {
    await redis.kill()
    await Bun.sleep(pace.size === 'full' ? 5_000 : 500)
    await redis.start()
    const since = performance.now()
    // Who registers is let in when the nodes have entered all of their own again, and no sooner.
    samples.push(await msUntil('somebody is let in', () => letsIn(other.port), since))
    const fresh = await watch(other.port)
    gone.add(people - fresh.names.size)
    gone.add(people - before.names.size)
    fresh.client.close()
  }
  return [
    {
      work: `${people} people, from the return of an engine that was killed until all are in again`,
      unit: 'ms',
      samples: { all: samples },
      ratios: [],
      bounds: [{ of: 'all', target: { atMost: 3_000 } }],
      notes: [`missing afterwards: ${[...gone].join(', ')} of ${people}`],
    },
  ]
}

/** Whether somebody who comes now is registered, who then goes again. */
async function letsIn(port: number): Promise<boolean> {
  const reply = Promise.withResolvers<string>()
  const client = await lineClient(port, '127.0.250.1', (line) => reply.resolve(line))
  client.say('register,newcomer,5000')
  const said = await reply.promise
  client.say('quit')
  await Bun.sleep(20)
  client.close()
  return said.startsWith('success')
}
