/**
 * Where the engine keeps what belongs to the directory. The number is that of the commands and of what
 * they lead to: nodes that would decide differently must not share a log.
 */
export const prefix = '{encontro:1}:'

export const keys = {
  state: `${prefix}state`,
  nodes: `${prefix}nodes`,
  log: (epoch: string) => `${prefix}log:${epoch}`,
  inbox: (node: string) => `${prefix}in:${node}`,
} as const

/** All in milliseconds. */
export type EngineTimes = Readonly<{
  /** Between two signs of life of a node. */
  beatMs: number
  /** Without a sign of life for so long, a node's registrations end. */
  leaseMs: number
  /** How long nodes have to enter their own again, where the engine has lost its memory. */
  recoverMs: number
  /** How long the whole state of another node is waited for. */
  stateMs: number
}>

export const engineTimes: EngineTimes = {
  beatMs: 1_000,
  leaseMs: 5_000,
  recoverMs: 2_000,
  stateMs: 1_500,
}

/** Entries of the log that the engine keeps, about: some seconds of the busiest log. */
export const keptEntries = 50_000

/** How long an inbox outlives the last sign of life of its node. */
export const inboxMs = 60_000
