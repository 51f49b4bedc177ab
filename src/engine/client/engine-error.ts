/**
 * The engine could not be asked: it is away, says nothing in time, or is not in a state to serve
 * (still loading, no master, too few replicas, no memory). Whoever asked may ask again later.
 */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable'

  /** `mayHaveRun`: the command was sent, and nobody knows whether it was executed, or still will be. */
  constructor(
    message: string,
    readonly mayHaveRun: boolean,
    /** The engine's own word for its state, such as `LOADING`; a system's, such as `ECONNREFUSED`. */
    readonly code?: string,
  ) {
    super(message)
  }
}

/** The engine answered with an error that waiting does not mend: a script's, or a refused password. */
export class EngineError extends Error {
  override readonly name = 'EngineError'

  constructor(
    message: string,
    /** The first word of the engine's answer, such as `WRONGPASS` or `ERR`. */
    readonly code: string,
  ) {
    super(message)
  }
}

export type EngineFault = EngineUnavailable | EngineError

/** States of a server that end by themselves, or when another becomes the master. */
const passing = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOREPLICAS',
  'OOM',
  'READONLY',
  'TRYAGAIN',
])

/** What an answer of the server that begins with an error's code means. */
export function faultOfAnswer(message: string): EngineFault {
  const code = /^[A-Z]+/.exec(message)?.[0] ?? 'ERR'
  // The server counts clients before it hears the password. There may be fewer soon.
  const isPassing = passing.has(code) || message.startsWith('ERR max number of clients')
  // A script that wrote before it failed is not taken back, but these come before the first write.
  return isPassing ? new EngineUnavailable(message, false, code) : new EngineError(message, code)
}
