import { BadSetting, type Config } from '../config/config.ts'
import { EngineClient } from '../engine/client/engine-client.ts'
import { EngineError, EngineUnavailable } from '../engine/client/engine-error.ts'
import { Engine } from '../engine/engine.ts'
import { OtherRules } from '../engine/node/other-rules.ts'
import { scripts } from '../engine/scripts.ts'
import type { Log } from '../log/log.ts'
import { checkEngineCa } from '../tls/certificate.ts'
import type { Common } from './parts.ts'

/** How often the state of the engine is looked at, for `/healthz`. */
const lookMs = 200

/**
 * The directory that this process shares with others, if the settings name an engine. Its place among
 * them is taken by `join`, and left by `running`. Throws `BadSetting` where a setting is the reason.
 */
export async function sharedDirectory(
  config: Config,
  { health, log, now }: Pick<Common, 'health' | 'log' | 'now'>,
  running: AsyncDisposableStack,
): Promise<Engine | undefined> {
  const settings = config.engine
  if (!settings) return undefined
  const { url, caPath, nodeName, waits } = settings
  if (caPath !== undefined) await checkEngineCa(caPath)
  let tellsWaiting = true
  const client = await asSetting(
    EngineClient.start({
      ...{ url, caPath, nodeName, waits },
      scripts: Object.values(scripts),
      onFailure(why) {
        if (tellsWaiting) log({ event: 'engine.waiting', why: why.message })
        tellsWaiting = false
      },
    }),
  )
  tellsWaiting = false
  const { limits, showsPartners } = config
  const engine = new Engine({ client, nodeName, limits, showsPartners, now, log })
  running.defer(() => engine.stop())
  const looking = setInterval(() => health.engineReachable(engine.ready), lookMs)
  running.defer(() => clearInterval(looking))
  return engine
}

/** Resolves when the directory is known here. */
export async function join(engine: Engine, { engine: settings }: Config, log: Log): Promise<void> {
  await asSetting(engine.join())
  const { size: registrations } = engine.state.directory
  const node = settings?.nodeName ?? ''
  log({ event: 'engine.joined', node, nodes: engine.nodes, registrations })
}

async function asSetting<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof OtherRules) {
      throw new BadSetting(
        'ENGINE_URL: the nodes there have other limits; calls and rings must have the same limits at all nodes',
      )
    }
    if (error instanceof EngineError || error instanceof EngineUnavailable) {
      throw new BadSetting(`ENGINE_URL: ${error.message}`)
    }
    throw error
  }
}
