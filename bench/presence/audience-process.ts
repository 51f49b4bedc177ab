/**
 * An audience and the people of whose coming and going it is told, in one process, so that one clock
 * tells when a change was made and when it arrived. `stage.ts` is its other end: it reads an order a
 * line and answers each with a line, both JSON, and ends with its input.
 */
import type { Audience, OnArrival } from './audience.ts'
import { openBrowsers } from './browsers.ts'
import { Changes } from './changes.ts'
import { PassersBy } from './passers-by.ts'
import type { Opening, Order, Told } from './stage.ts'
import { openWatchers } from './watchers.ts'

/** Milliseconds after which who has not been told of a change never will be. */
const patienceMs = 30_000

/** Passers-by who are here at a time: at 20 changes a second each stays for a second. */
const standing = 10

const { kind, registryPort, url, count, pages }: Opening = JSON.parse(process.argv[2] ?? '')
const changes = new Changes()
const passersBy = new PassersBy(registryPort, changes)
const onArrival: OnArrival = (told) => changes.arrived(told)
const audience: Audience =
  kind === 'watchers'
    ? await openWatchers(registryPort, count, onArrival)
    : await openBrowsers(url, count, pages, onArrival)
/** People who are there all the time: the browsers are registered, the watchers are not. */
const staying = kind === 'browsers' ? count : 0
await toldAll()
console.log('ready')

for await (const line of console) {
  const told = await carryOut(JSON.parse(line))
  console.log(JSON.stringify(told))
}

async function carryOut(order: Order): Promise<Told> {
  const { bytes, messages } = audience.received
  const since = performance.now()
  changes.noted = order.order === 'pass'
  switch (order.order) {
    case 'gather':
      await passersBy.gather(order.joins + standing)
      for (let number = 0; number < standing; number += 1) passersBy.join()
      await toldAll()
      break
    case 'pass':
      await pass(order.joins, order.changesPerSecond)
      break
    case 'rush':
      for (let number = 0; number < order.joins; number += 1) passersBy.join()
      await toldAll()
      for (let number = 0; number < order.joins; number += 1) passersBy.leave()
      await toldAll()
      break
    case 'clear':
      while (passersBy.here > 0) passersBy.leave()
      await toldAll()
  }
  return {
    seconds: (performance.now() - since) / 1000,
    bytes: audience.received.bytes - bytes,
    messages: audience.received.messages - messages,
    delays: changes.noted ? takeDelays() : undefined,
  }
}

function takeDelays(): Told['delays'] {
  const delays = { p50: changes.delay(0.5), p99: changes.delay(0.99) }
  changes.clear()
  return delays
}

/**
 * One joins, the oldest leaves, and so on. The pauses are from half to one and a half of their mean:
 * evenly spaced changes could keep step with the server's own timers.
 */
async function pass(joins: number, changesPerSecond: number): Promise<void> {
  let at = performance.now()
  for (let number = 0; number < 2 * joins; number += 1) {
    at += ((0.5 + Math.random()) * 1000) / changesPerSecond
    await Bun.sleep(Math.max(0, at - performance.now()))
    if (number % 2 === 0) passersBy.join()
    else passersBy.leave()
  }
  const expected = changes.made * count * pages
  await until(
    () => changes.arrivals >= expected,
    () => `${expected} arrivals, of which there were ${changes.arrivals}`,
  )
}

/** Resolves once everybody knows of all who are here, however they were told. */
function toldAll(): Promise<void> {
  const people = staying + passersBy.here
  return until(
    () => audience.allKnow(people),
    () => `everybody to know of ${people} people`,
  )
}

async function until(isSo: () => boolean, what: () => string): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`in vain: ${what()}`)
    await Bun.sleep(1)
  }
}
