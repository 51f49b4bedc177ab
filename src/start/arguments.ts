import type { Worker } from '../host/worker.ts'

/** What the program is asked to do. */
export type Asked =
  | 'start'
  | 'check'
  /** To ask the server that runs with the same settings how it is. */
  | 'healthy'
  | 'help'
  | 'version'
  /** To start so many processes that share the ports. */
  | { workers: number }
  /** To be one of them. */
  | { worker: Worker }

/** More than any machine has cores for. */
const maxWorkers = 256

const askedBy: Record<string, 'check' | 'healthy' | 'help' | 'version'> = {
  '--check': 'check',
  '--healthy': 'healthy',
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-v': 'version',
}

/** An argument that is none: a server that started all the same would not do what was meant. */
export class BadArgument extends Error {
  override readonly name = 'BadArgument'
}

/** Reads the arguments after the program's name. Throws `BadArgument` for the first that is not known. */
export function readArguments(words: readonly string[]): Asked {
  const all: Asked[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string
    const [name, joined] = word.split('=', 2)
    if (name === '--workers' || name === '--worker') {
      const value = joined ?? words[at + 1]
      if (joined === undefined) at += 1
      all.push(name === '--workers' ? { workers: workersIn(value) } : { worker: workerIn(value) })
      continue
    }
    // Not `toString` and the like.
    const asked = Object.hasOwn(askedBy, word) ? askedBy[word] : undefined
    if (!asked) throw new BadArgument(`${JSON.stringify(word)}: no such argument; see --help`)
    all.push(asked)
  }
  const order: Asked[] = ['help', 'version', 'check', 'healthy']
  return order.find((asked) => all.includes(asked)) ?? all.at(-1) ?? 'start'
}

function workersIn(value = ''): number {
  const workers = /^\d{1,3}$/.test(value) ? Number(value) : 0
  if (workers >= 1 && workers <= maxWorkers) return workers
  throw new BadArgument(
    `--workers ${JSON.stringify(value)}: must be a number of processes, from 1 to ${maxWorkers}`,
  )
}

/** As a process with `--workers` says it to each of its own. */
function workerIn(value = ''): Worker {
  const [, number, of] = /^(\d{1,3})\/(\d{1,3})$/.exec(value) ?? []
  if (number && of) return { number: Number(number), of: Number(of) }
  throw new BadArgument(`--worker ${JSON.stringify(value)}: is only for --workers itself`)
}
