import fc from 'fast-check'
import { startTestRegistry, type TestRegistry } from '../support/registry.ts'
import { expectWellFormed } from './well-formed.ts'
import { type Action, actions, peers } from './words.ts'

/** A registry to be fuzzed: everything real but the time that a first client is waited for. */
export const fuzzedRegistry = (): TestRegistry => startTestRegistry({ limits: { bareQuietMs: 1 } })

/**
 * The same over real sockets, where any two sendings may arrive as one: nothing throws, what comes
 * back is well formed, and when all are gone nothing is left of them.
 */
export async function overSockets(registry: TestRegistry, all: Action[]): Promise<void> {
  const guests = await Promise.all(Array.from({ length: peers }, () => registry.connect()))
  const gone = new Set<number>()
  for (const action of all) {
    const peer = guests[action.who]
    if (!peer || gone.has(action.who) || peer.ending) continue
    if (action.kind === 'send') await peer.send(action.bytes).catch(() => {})
    else if (action.kind === 'end') peer.halfClose()
    else peer.reset()
    if (action.kind !== 'send') gone.add(action.who)
    if (action.who % 2 === 0) await new Promise(setImmediate)
  }
  for (const peer of guests) {
    if (!peer.ending) peer.halfClose()
    await peer.rest().then((text) => expectWellFormed(Buffer.from(text), 'either'))
    peer.reset()
  }
  await registry.until('all are gone', () => registry.connections === 0)
  if (registry.directory.size > 0) throw new Error('somebody is left in the directory')
  const bug = registry.lines.find((text) => text.startsWith('Erro interno'))
  if (bug) throw new Error(bug)
}

export const overSocketsOf = (registry: TestRegistry) =>
  fc.asyncProperty(actions, (all) => overSockets(registry, all))
