import { startScript } from '../child.ts'
import { type Encontro, startEncontro } from '../encontro.ts'
import { processorSeconds } from '../proc.ts'

/** Who is told: connections that watch, or browsers with the list open. */
export type Kind = 'watchers' | 'browsers'

export type Opening = {
  kind: Kind
  count: number
  /** Pages that each browser has open; of watchers nothing. */
  pages: number
  registryPort: number
  url: string
}

export type Order =
  /** Passers-by connect, and some of them register. */
  | { order: 'gather'; joins: number }
  /** So many join, and as many leave in turn with them, at that pace. */
  | { order: 'pass'; joins: number; changesPerSecond: number }
  /** So many join at once; when all were told, so many leave at once. */
  | { order: 'rush'; joins: number }
  /** All passers-by leave. */
  | { order: 'clear' }

/** What one order brought. */
export type Told = {
  /** Until the last was told. */
  seconds: number
  /** To all of the audience together. */
  bytes: number
  messages: number
  /** Of all arrivals of a `pass`, in milliseconds. */
  delays: { p50: number; p99: number } | undefined
}

/** The same, with the processor seconds that it took on either side. */
export type Performance = Told & { server: number; audience: number }

/** A server with its audience. */
export type Stage = {
  pid: number
  registryPort: number
  give(order: Order): Promise<Performance>
  stop(): Promise<void>
}

export async function setStage(
  kind: Kind,
  count: number,
  pages = 1,
  encontro?: Encontro,
): Promise<Stage> {
  await using stack = new AsyncDisposableStack()
  const server = encontro ?? (await startEncontro())
  stack.defer(server.stop)
  const { pid, registryPort, url } = server
  const opening: Opening = { kind, count, pages, registryPort, url }
  const audience = startScript('presence/audience-process.ts', JSON.stringify(opening))
  stack.defer(audience.stop)
  await audience.line()
  const kept = stack.move()
  return {
    pid,
    registryPort,
    async give(order) {
      const before = [processorSeconds(pid), processorSeconds(audience.pid)] as const
      audience.tell(JSON.stringify(order))
      const told: Told = JSON.parse(await audience.line())
      return {
        ...told,
        server: processorSeconds(pid) - before[0],
        audience: processorSeconds(audience.pid) - before[1],
      }
    },
    stop: () => kept.disposeAsync(),
  }
}
