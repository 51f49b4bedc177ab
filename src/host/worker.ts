/** One of several processes that share the ports of a machine. */
export type Worker = Readonly<{
  /** From 1. */
  number: number
  of: number
}>
