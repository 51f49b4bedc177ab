import { describe, expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { startTestNode, type TestNode } from '../support/node.ts'
import { hasRedis, startRedis } from '../support/redis.ts'

/** The numbers of one node, by their names. */
function numbersOf({ engine }: TestNode): Record<string, unknown> {
  const numbers = engine.figures.map((figure) =>
    figure.type === 'histogram'
      ? [figure.name, figure.histogram.count]
      : [figure.name, figure.read()],
  )
  return Object.fromEntries(numbers)
}

describe.skipIf(!hasRedis)('figures of an engine', () => {
  test('tell of its nodes, of decisions, and of its loss', async () => {
    await using redis = await startRedis()
    const times = { recoverMs: 1_000 }
    await using here = await startTestNode(redis.url, { times })
    await using there = await startTestNode(redis.url, { times })
    await here.settled?.()
    await there.settled?.()
    const before = numbersOf(here)
    expect(before).toMatchObject({
      encontro_engine_ready: 1,
      encontro_nodes: 2,
      encontro_engine_waiting: 0,
      encontro_engine_owed: 0,
      encontro_engine_losses_total: 0,
      encontro_displaced_total: 0,
      encontro_engine_rejoins_total: { epoch: 0, fenced: 0, gap: 0, behind: 0, 'no-state': 0 },
    })
    const peer = await here.connect()
    expect(await peer.ask('register,ana,5000')).toBe('success,Registrado com sucesso')
    const decided = 'encontro_engine_decision_seconds'
    expect(numbersOf(here)[decided]).toBe((before[decided] as number) + 1)

    await redis.kill()
    await eventually('it is away', () => numbersOf(here).encontro_engine_ready === 0)
    await redis.start()
    await eventually('it is back', () => numbersOf(here).encontro_engine_ready === 1, 10_000)
    await eventually('both are', () => numbersOf(here).encontro_nodes === 2, 10_000)
    expect(there.directory.names).toBe('ana')
    expect(numbersOf(here)).toMatchObject({
      encontro_engine_losses_total: 1,
      encontro_engine_rejoins_total: { epoch: 1 },
    })
  }, 20_000)
})
