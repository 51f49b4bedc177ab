import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { conversationsOf } from '../../scripts/protocol/document.ts'
import { protocolText } from '../../scripts/protocol.ts'
import { runConversation } from '../support/conversation.ts'
import { startTestNode } from '../support/node.ts'
import { hasRedis, type Redis, startRedis } from '../support/redis.ts'
import type { TestRegistry, TestRegistryOverrides } from '../support/registry.ts'
import { readTranscript } from '../support/transcript.ts'

const folder = join(import.meta.dir, '..', 'conversations')
const conversations = [
  ...readdirSync(folder).map((title) => ({
    title,
    text: readFileSync(join(folder, title), 'utf8'),
  })),
  ...conversationsOf(protocolText).map(({ section, text }, index) => ({
    title: `${section} #${index + 1}`,
    text,
  })),
  // Their engine is one of the test's own.
].filter(({ text }) => !text.includes('engine>'))

/** How long the engine's loss of memory is waited for, at every start of a node alone. */
const times = { recoverMs: 0 }

describe.skipIf(!hasRedis)('every conversation, with an engine', () => {
  let redis: Redis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(async () => {
    await redis?.[Symbol.asyncDispose]()
  })

  test('there are some', () => expect(conversations.length).toBeGreaterThan(120))

  test.each(conversations)('with one node: $title', async ({ text }) => {
    await runConversation(text, {
      startRegistry: (overrides) => startTestNode(redis.url, { ...overrides, times }),
    })
  })

  // One node alone is told of in full by the log, and it alone stops.
  const spread = conversations.filter(({ text }) => {
    const { steps, limits } = readTranscript(text)
    return (
      Object.keys(limits).length === 0 &&
      steps.every(({ kind }) => kind !== 'log' && kind !== 'stop')
    )
  })

  test.each(spread)(
    'with two nodes, and every second peer at the other: $title',
    async ({ text }) => {
      await runConversation(text, {
        startRegistry: (overrides) => startTwoNodes(redis.url, overrides),
      })
    },
  )
})

async function startTwoNodes(url: string, overrides: TestRegistryOverrides): Promise<TestRegistry> {
  const first = await startTestNode(url, { ...overrides, times })
  const second = await startTestNode(url, { ...overrides, times })
  let peers = 0
  const stop = async () => {
    await second.stop()
    await first.stop()
  }
  const settled = async () => {
    await first.settled?.()
    await second.settled?.()
    const revs = () => [first, second].map(({ engine }) => engine.replica.rev)
    await first.until('both know the same', () => revs()[0] === revs()[1])
  }
  return Object.create(first, {
    settled: { value: settled },
    connect: {
      value: (options?: { name?: string; from?: string }) =>
        (peers++ % 2 === 0 ? first : second).connect(options),
    },
    connections: { get: () => first.connections + second.connections },
    stop: { value: stop },
    [Symbol.asyncDispose]: { value: stop },
  })
}
