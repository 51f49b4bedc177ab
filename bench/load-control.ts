import { startScript } from './child.ts'

/** `lines`: how many newlines an answer has. `connections` and `greetings` are as many. */
export type LoadOrder =
  | { order: 'prepare'; port: number; firstSource: number; connections: number }
  | { order: 'open'; greetings: readonly string[]; lines: number }
  | ({ order: 'ask' } & Asking)
  | ({ order: 'cycle' } & Cycling)

export type Asking = {
  /** Each connection goes through them again and again; not all begin with the same. */
  requests: readonly string[]
  lines: number
  /** Requests under way on each connection: sent in one write once all before are answered. */
  depth: number
  seconds: number
}

export type Cycling = {
  /** What each connection says first, and whose answer it awaits. */
  greetings: readonly string[]
  /** What it says then; it awaits the answer and the end of input, closes, and begins anew. */
  farewell: string
  seconds: number
}

export type Outcome = {
  /** Requests that were answered, or cycles. */
  done: number
  /** From the first request to the last answer. */
  seconds: number
  /** Of the generator. */
  processorSeconds: number
}

export type LoadAnswer = { outcome: Outcome } | { failure: string }

/** A load generator and its connections to one server, each from an address of its own. */
export type Load = {
  ask(asking: Asking): Promise<Outcome>
  stop(): Promise<void>
}

/** Opens as many connections as there are greetings, and resolves once all of those are answered. */
export async function openLoad(parts: {
  port: number
  /** The source of the first connection, counted from 127.0.0.0; the others follow. */
  firstSource: number
  greetings: readonly string[]
  lines: number
}): Promise<Load> {
  const { port, firstSource, greetings, lines } = parts
  const { give, stop } = startLoad()
  try {
    await give({ order: 'prepare', port, firstSource, connections: greetings.length })
    await give({ order: 'open', greetings, lines })
  } catch (error) {
    await stop()
    throw error
  }
  return { ask: (asking) => give({ order: 'ask', ...asking }), stop }
}

/** Connections that come and go. */
export async function openCycles(parts: {
  port: number
  firstSource: number
  connections: number
}): Promise<{ cycle(cycling: Cycling): Promise<Outcome>; stop(): Promise<void> }> {
  const { give, stop } = startLoad()
  await give({ order: 'prepare', ...parts })
  return { cycle: (cycling) => give({ order: 'cycle', ...cycling }), stop }
}

function startLoad() {
  const { line, tell, stop } = startScript('load.ts')
  async function give(order: LoadOrder): Promise<Outcome> {
    tell(JSON.stringify(order))
    const answer: LoadAnswer = JSON.parse(await line())
    if ('failure' in answer) throw new Error(`load generator: ${answer.failure}`)
    return answer.outcome
  }
  return { give, stop }
}
