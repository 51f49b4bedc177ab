import { expect, test } from 'bun:test'
import { heldBytes, tellHeap } from '../support/held-bytes.ts'
import { connectPeer, type Peer } from '../support/peer.ts'
import { startProcess, type TestProcess } from '../support/process.ts'

const people = 800
const readers = 100
/** As many lists as no kernel keeps for a reader that does not read. */
const lists = 60

/** As long as a name may be, in bytes. */
const longName = (each: number) => `${'\u{1f600}'.repeat(59)}${String(each).padStart(5, '0')}`

const roomy = {
  TRUSTED_ADDRESSES: '',
  MAX_CONNECTIONS: '5000',
  CONNECTIONS_PER_SECOND: '1000',
}

async function crowd(house: TestProcess): Promise<Peer[]> {
  const peers: Peer[] = []
  for (let each = 0; each < people; each += 1) {
    const from = `127.6.0.${1 + (each % 10)}`
    const peer = await connectPeer(house.registry, { from })
    peers.push(peer)
    expect(await peer.ask(`register,${longName(each)},${1_024 + each}`)).toStartWith('success,')
  }
  return peers
}

/** Answered in turn with everybody else, so that by now the others have been answered too. */
async function afterOthers(neighbour: Peer): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) expect(await neighbour.ask('ping')).toBe('pong')
}

test.each([
  { how: 'one by one', asked: 'list\n' },
  { how: 'among others', asked: 'ping\nlist\n' },
])(
  'who asks for the list $how and does not read waits with all others for one',
  async ({ asked }) => {
    await using house = await startProcess(roomy, { preload: tellHeap })
    const peers = await crowd(house)
    const listBytes = people * (Buffer.byteLength(longName(0)) + 1)
    using neighbour = await connectPeer(house.registry, { from: '127.6.1.1' })
    const before = await heldBytes(house)
    for (const peer of peers.slice(0, readers)) {
      peer.pause()
      await peer.send(asked.repeat(lists))
    }
    await afterOthers(neighbour)
    const held = (await heldBytes(house)) - before
    expect(held / listBytes).toBeLessThan(readers / 5)
    for (const peer of peers) peer.reset()
  },
  60_000,
)

test('with a list for each reader the process holds no more than it may, and others stay', async () => {
  const most = 3 * 1024 * 1024
  await using house = await startProcess(
    { ...roomy, MAX_HELD_BYTES: String(most) },
    { preload: tellHeap },
  )
  const peers = await crowd(house)
  using neighbour = await connectPeer(house.registry, { from: '127.6.1.1' })
  expect(await neighbour.ask('register,vizinha,5000')).toStartWith('success,')
  const before = await heldBytes(house)
  for (const [each, peer] of peers.slice(0, readers).entries()) {
    peer.pause()
    // After a change there is another list.
    using passer = await connectPeer(house.registry, { from: '127.6.1.2' })
    expect(await passer.ask(`register,p${each},5000`)).toStartWith('success,')
    await peer.send('list\n'.repeat(lists))
    for (let turn = 0; turn < 5; turn += 1) expect(await neighbour.ask('ping')).toBe('pong')
  }
  await afterOthers(neighbour)
  const held = (await heldBytes(house)) - before
  expect(held / most).toBeLessThan(4)
  expect(house.output()).toContain('por quem mais bytes esperavam')
  expect(await neighbour.ask('details,vizinha')).toStartWith('127.6.1.1,')
  for (const peer of peers) peer.reset()
}, 60_000)
