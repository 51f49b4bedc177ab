import { parseEngineUrl } from '../../src/config/engine-url.ts'
import { EngineClient, type EngineClientOptions } from '../../src/engine/client/engine-client.ts'
import type { EngineFault } from '../../src/engine/client/engine-error.ts'
import { eventually } from './eventually.ts'

/** A client of that engine, with what it has told. */
export async function engineClient(url: string, options: Partial<EngineClientOptions> = {}) {
  const client = await EngineClient.start(clientOptions(url, options))
  const told: string[] = []
  client.onUp(() => told.push('up'))
  client.onDown((why) => told.push(`down ${why.message}`))
  return {
    client,
    told,
    isUp: (withinMs?: number) => eventually('the engine is up', () => client.up, withinMs),
    isDown: (withinMs?: number) => eventually('the engine is down', () => !client.up, withinMs),
    [Symbol.dispose]: () => client.stop(),
  }
}

export function clientOptions(
  url: string,
  options: Partial<EngineClientOptions> = {},
): EngineClientOptions {
  const parsed = parseEngineUrl(url)
  if (!parsed.ok) throw new Error(parsed.error)
  const usual = { caPath: undefined, nodeName: 'test', waits: false, scripts: [] }
  return { url: parsed.value, ...usual, ...options }
}

/** What a promise is rejected with. */
export async function faultOf(promise: Promise<unknown>): Promise<EngineFault> {
  try {
    const value = await promise
    throw new Error(`not refused, but ${JSON.stringify(value)}`)
  } catch (error) {
    return error as EngineFault
  }
}
