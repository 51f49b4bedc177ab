import { EngineClient } from '../../src/engine/client/engine-client.ts'
import { Engine } from '../../src/engine/engine.ts'
import { type EngineTimes, engineTimes } from '../../src/engine/keys.ts'
import { scripts } from '../../src/engine/scripts.ts'
import type { LogEntry } from '../../src/log/log.ts'
import { clientOptions } from './engine-client.ts'
import { defaultLimits } from './limits.ts'
import { startTestRegistry, type TestRegistry, type TestRegistryOverrides } from './registry.ts'

export type TestNode = TestRegistry & {
  readonly engine: Engine
  readonly client: EngineClient
  /** What the engine logged. */
  readonly told: readonly LogEntry[]
}

export type TestNodeOverrides = TestRegistryOverrides & { times?: Partial<EngineTimes> }

/** A registry in this process that shares its directory with others at the same engine. */
export async function startTestNode(
  url: string,
  { times, ...overrides }: TestNodeOverrides = {},
): Promise<TestNode> {
  const told: LogEntry[] = []
  const client = await EngineClient.start(
    clientOptions(url, { scripts: Object.values(scripts), nodeName: 'test' }),
  )
  const engine = new Engine({
    client,
    nodeName: 'test',
    limits: { ...defaultLimits, ...overrides.limits },
    showsPartners: overrides.showsPartners ?? false,
    now: () => performance.now(),
    log: (entry) => told.push(entry),
    times: { ...engineTimes, ...times },
  })
  const registry = startTestRegistry({ ...overrides, ordering: engine })
  await engine.join()
  await engine.listensAt([registry.endpoint])
  const stop = async () => {
    await registry.stop()
    await engine.stop()
    const bug = told.find(({ event }) => event === 'bug')
    if (bug && overrides.bugs !== 'expected') throw new Error(JSON.stringify(bug))
  }
  // Not copied: some of a registry's fields are read anew each time.
  return Object.assign(Object.create(registry), {
    ...{ engine, client, told, stop },
    settled: () => registry.until('what happened is in the log', () => engine.idle),
    [Symbol.asyncDispose]: stop,
  })
}
