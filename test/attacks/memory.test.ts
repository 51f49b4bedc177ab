import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { heldBytes, tellHeap } from '../support/held-bytes.ts'
import { connectPeer, type Peer } from '../support/peer.ts'
import { startProcess, type TestProcess } from '../support/process.ts'

/** Bytes that each attacker sends at once: as many as the runtime reads at once. */
const blobBytes = 512 * 1024
const attackers = 24
/** Nobody is trusted, and nearly all that comes is too fast to be looked at. */
const strict = { TRUSTED_ADDRESSES: '', REQUESTS_PER_SECOND: '1' }
/** What is held may be so many times what was sent; the kernel holds some of it. */
const bound = 1

const blobOf = (pattern: string | Uint8Array): Buffer => {
  const unit = Buffer.from(pattern as Uint8Array)
  return Buffer.alloc(blobBytes - (blobBytes % unit.length), unit)
}

type Greeting = (peer: Peer, each: number) => Promise<unknown>

const registers: Greeting = (peer, each) => peer.ask(`register,a${each},${5_000 + each}`)
const saysNothing: Greeting = async () => {}
const isFirstClient: Greeting = async (peer, each) => {
  await peer.send(`a${each},${peer.local.ip},4000,${5_000 + each}`)
  return peer.receive()
}

/** Sends the same on many connections; returns what is held for them over what they sent. */
async function multipleOf(house: TestProcess, greet: Greeting, blob: Buffer): Promise<number> {
  const peers = await Promise.all(
    Array.from({ length: attackers }, (_, each) =>
      connectPeer(house.registry, { from: `127.4.0.${1 + each}` }),
    ),
  )
  await Promise.all(peers.map(greet))
  const before = await heldBytes(house)
  await Promise.all(peers.map((peer) => peer.send(blob).catch(() => {})))
  // By then it has read what there is and rests, or has closed.
  await Promise.all(
    peers.map((peer) =>
      eventually(
        'an answer',
        () => peer.ending ?? /,too-fast\n|,line-too-long\n|longa demais/.test(peer.unread),
      ),
    ),
  )
  const held = (await heldBytes(house)) - before
  for (const peer of peers) peer.reset()
  return held / (attackers * blob.length)
}

describe.each([{ ACCESS_CODE: '' }, { ACCESS_CODE: 'abre-te sésamo' }])(
  'what is held for a peer is about what it sent, with %o',
  (env) => {
    let house: TestProcess
    beforeAll(async () => {
      house = await startProcess({ ...strict, ...env }, { preload: tellHeap })
    })
    afterAll(async () => house[Symbol.asyncDispose]())

    test.each([
      { kind: 'newlines', pattern: '\n' },
      { kind: 'newlines after returns', pattern: '\r\n' },
      { kind: 'returns', pattern: '\r' },
      { kind: 'commas', pattern: ',\n' },
      { kind: 'many commas', pattern: `${','.repeat(1_000)}\n` },
      { kind: 'bytes that are no text', pattern: Uint8Array.of(0xff, 0x0a) },
      { kind: 'letters of two bytes', pattern: 'é\n' },
      { kind: 'letters of three bytes', pattern: '語\n' },
      { kind: 'text with bytes that are none', pattern: Uint8Array.of(0x61, 0x0a, 0xff, 0x0a) },
      { kind: 'requests', pattern: 'list\n' },
      { kind: 'backslashes', pattern: '\\n\n' },
      { kind: 'a line without an end', pattern: 'x' },
    ])('$kind', async ({ pattern }) => {
      const greet = env.ACCESS_CODE === '' ? registers : saysNothing
      const multiple = await multipleOf(house, greet, blobOf(pattern))
      expect(multiple).toBeLessThan(bound)
    })
  },
)

test('what is held for a first client is about what it sent', async () => {
  await using house = await startProcess(strict, { preload: tellHeap })
  expect(await multipleOf(house, isFirstClient, blobOf('ping'))).toBeLessThan(bound)
})
