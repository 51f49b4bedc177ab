/**
 * Several nodes at one engine, people who come, call and go at all of them, and one fault after the other;
 * after each fault, all must know the same again. Prints what was done, and what could not be true.
 * `bun scripts/chaos.ts [SECONDS] [SEED]`; as root also with nodes that are cut off.
 */
import { hasCables, layCables } from '../test/support/cluster/cables.ts'
import { Cluster } from '../test/support/cluster/cluster.ts'
import { type Fault, Nemesis } from '../test/support/cluster/nemesis.ts'
import { startNodes } from '../test/support/cluster/nodes.ts'
import type { Random } from '../test/support/cluster/random.ts'
import { freePort, startRedis } from '../test/support/redis.ts'

const [, , seconds = '300', seed = String(Date.now() % 1_000_000)] = process.argv
const nodeCount = 3
const people = 24

const faultOfNode = (nemesis: Nemesis, random: Random, node: number): Fault => {
  const long = random.of([3, 6, 6, 12, 30]) ?? 6
  const all = [
    () => nemesis.killNode(node),
    () => nemesis.restartNode(node),
    () => nemesis.pauseNode(node, long),
    () => nemesis.trim(node),
    ...(hasCables ? [() => nemesis.cutNode(node, long), () => nemesis.deafenNode(node, long)] : []),
  ]
  return (random.of(all) ?? nemesis.flush)()
}

const faultOfEngine = (nemesis: Nemesis, random: Random): Fault => {
  const all = [
    () => nemesis.killEngine(random.of([0, 0, 5, 5, 60]) ?? 0),
    () => nemesis.pauseEngine(random.of([2, 6]) ?? 6),
    () => nemesis.flush(),
    () => nemesis.tear(),
    () => nemesis.sleepEngine(6),
  ]
  return (random.of(all) ?? nemesis.flush)()
}

/** One, or two at once that do not touch the same process. */
function someFaults(nemesis: Nemesis, random: Random): Fault[] {
  const node = random.below(nodeCount)
  const [one, other] = [
    () => faultOfNode(nemesis, random, node),
    () => faultOfEngine(nemesis, random),
  ]
  if (random.is(0.35)) return [one()]
  if (random.is(0.5)) return [other()]
  const third = () => faultOfNode(nemesis, random, (node + 1) % nodeCount)
  return random.is(0.5) ? [one(), other()] : [one(), third()]
}

await using all = new AsyncDisposableStack()
const cables = hasCables ? all.use(await layCables(nodeCount)) : undefined
const port = freePort()
const settings = { 'enable-debug-command': 'yes', bind: '0.0.0.0', 'protected-mode': 'no' }
const redis = all.use(await startRedis({ port, settings, ...(cables ? { on: cables.on } : {}) }))
const urlOf = (index: number) => `redis://${cables?.address(index) ?? '127.0.0.1'}:${port}`
const { nodes } = all.use(await startNodes(nodeCount, urlOf))
const cluster = new Cluster(nodes, Number(seed), people)
const nemesis = new Nemesis({ cluster, redis, cables })
const { history, random } = cluster
console.log(`seed ${seed}`)
let slowest = 0
const until = performance.now() + Number(seconds) * 1000
while (performance.now() < until) {
  await Bun.sleep(500 + random.below(2_000))
  const faults = someFaults(nemesis, random)
  const known = history.violations.length
  await Promise.all(faults.map(({ run }) => run()))
  if (random.is(0.5)) await Bun.sleep(random.below(4_000))
  const took = await cluster.settle()
  slowest = Math.max(slowest, took)
  console.log(`${faults.map(({ name }) => name).join('; ')}: ${Math.round(took)} ms`)
  for (const each of history.violations.slice(known)) console.log(`  VIOLATION ${each}`)
}
await cluster.stop()
const bugs = nodes.flatMap(({ output }) =>
  output.split('\n').filter((line) => /^\S+ \S+ Erro interno/.test(line)),
)
for (const each of bugs) history.violated(`a bug: ${each}`)
console.log(history.summary())
console.log(`all knew the same after ${Math.round(slowest)} ms at most`)
process.exitCode = history.violations.length > 0 ? 1 : 0
