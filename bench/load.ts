/**
 * The load generator: a process of its own, whose loop is load.c, since a client in JavaScript
 * would cost as much for each request as the servers that are measured. Reads one order a line
 * from its input and answers each with a line, both JSON; ends with its input, and its connections
 * with it. `load-control.ts` is its other end.
 */
import { CString, cc } from 'bun:ffi'
import { join } from 'node:path'
import type { LoadAnswer, LoadOrder, Outcome } from './load-control.ts'

const { symbols: loop } = cc({
  source: join(import.meta.dir, 'load.c'),
  symbols: {
    prepare: { args: ['int', 'u32', 'int'], returns: 'int' },
    open_all: { args: ['ptr', 'ptr', 'int'], returns: 'int' },
    ask: { args: ['ptr', 'ptr', 'int', 'int', 'int', 'f64', 'ptr'], returns: 'int' },
    cycle: { args: ['ptr', 'ptr', 'f64', 'ptr'], returns: 'int' },
    why: { args: [], returns: 'ptr' },
  },
})

for await (const line of console) {
  let answer: LoadAnswer
  try {
    answer = { outcome: carryOut(JSON.parse(line)) }
  } catch (error) {
    answer = { failure: error instanceof Error ? error.message : String(error) }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

function carryOut(order: LoadOrder): Outcome {
  const outcome = new Float64Array(3)
  switch (order.order) {
    case 'prepare':
      check(loop.prepare(order.port, order.firstSource, order.connections))
      break
    case 'open': {
      const { bytes, ends } = joined(order.greetings)
      check(loop.open_all(bytes, ends, order.lines))
      break
    }
    case 'ask': {
      const { requests, lines, depth, seconds } = order
      const { bytes, ends } = joined([...requests, ...requests.slice(0, depth)])
      check(loop.ask(bytes, ends, requests.length, lines, depth, seconds, outcome))
      break
    }
    case 'cycle': {
      const { bytes, ends } = joined([...order.greetings, order.farewell])
      check(loop.cycle(bytes, ends, order.seconds, outcome))
    }
  }
  const [done = 0, seconds = 0, processorSeconds = 0] = outcome
  return { done, seconds, processorSeconds }
}

/** The texts one after the other, and where each of them ends. */
function joined(texts: readonly string[]): { bytes: Buffer; ends: Uint32Array } {
  let end = 0
  const ends = Uint32Array.from(texts, (text) => (end += Buffer.byteLength(text)))
  return { bytes: Buffer.from(texts.join('')), ends }
}

function check(status: number): void {
  if (status < 0) throw new Error(String(new CString(loop.why() ?? 0)))
}
