import { describe, expect, test } from 'bun:test'
import { chunkBytes, frame } from '../../../../src/browser/call/files/file-message.ts'
import { maxWindow } from '../../../../src/browser/call/files/send-window.ts'
import { maxOffered } from '../../../../src/browser/call/files/sending.ts'
import type { TransferState, WhyOver } from '../../../../src/browser/call/files/transfer.ts'
import { FilePair, settled, someFile } from './file-pair.ts'

/** Ana's file has been offered to Bia. */
async function offered(size = 100_000) {
  const pair = new FilePair()
  pair.ana.channel.open()
  pair.bia.channel.open()
  const states: TransferState[] = []
  const file = someFile('foto.jpg', size)
  const takeBack = pair.ana.end.offer(file, (state) => states.push(state))
  await pair.flow()
  const [offer] = pair.bia.offers
  if (!offer) throw new Error('no offer')
  return { pair, file, states, takeBack, offer }
}

/** The number of the file, before each piece. */
const framesOverhead = 4 * (maxWindow / chunkBytes)

const last = (states: readonly TransferState[]) => states.at(-1)
const over = (why: WhyOver): TransferState => ({ at: 'over', why })

describe('a file', () => {
  test.each([0, 1, chunkBytes, chunkBytes + 1, 300_001])(
    'of %d bytes arrives as it was',
    async (size) => {
      const { pair, file, states, offer } = await offered(size)
      expect(offer).toMatchObject({ name: 'foto.jpg', size })
      offer.file.accept()
      await pair.flow()
      const stored = pair.bia.disk.files.get('foto.jpg')
      expect(stored?.whole).toBe(true)
      expect(Buffer.concat(stored?.pieces ?? []).equals(file.bytes)).toBe(true)
      expect(last(states)).toEqual({ at: 'done' })
      expect(last(offer.states)).toEqual({ at: 'done', kept: undefined })
    },
  )

  test('is not sent before it is accepted, nor when it is declined', async () => {
    const { pair, states, offer } = await offered()
    expect(pair.ana.channel.bytesUnderWay).toBe(0)
    offer.file.stop()
    await pair.flow()
    expect(last(states)).toEqual(over('declined'))
    expect(pair.bia.disk.files.size).toBe(0)
  })

  test('is still offered when the person closes the question for its destination', async () => {
    const { pair, states, offer } = await offered()
    pair.bia.disk.chooses = false
    offer.file.accept()
    await pair.flow()
    expect(last(offer.states)).toEqual({ at: 'offered' })
    pair.bia.disk.chooses = true
    offer.file.accept()
    await pair.flow()
    expect(last(states)).toEqual({ at: 'done' })
  })

  test('several go one after another, in both directions', async () => {
    const { pair, offer } = await offered()
    const ended: string[] = []
    for (const name of ['b', 'c']) {
      pair.ana.end.offer(someFile(name, 50_000), ({ at }) => at === 'done' && ended.push(name))
    }
    pair.bia.end.offer(someFile('d', 50_000), ({ at }) => at === 'done' && ended.push('d'))
    await pair.flow()
    for (const each of [...pair.bia.offers.toReversed(), ...pair.ana.offers]) each.file.accept()
    await pair.flow()
    expect(ended.toSorted()).toEqual(['b', 'c', 'd'])
    expect(last(offer.states)?.at).toBe('done')
    expect([...pair.bia.disk.files.values()].every(({ whole }) => whole)).toBe(true)
  })

  test('waits with the offers that the other end would not show', async () => {
    const { pair } = await offered()
    for (let count = 0; count < 20; count += 1)
      pair.ana.end.offer(someFile(`${count}`, 9), () => {})
    await pair.flow()
    expect(pair.bia.offers).toHaveLength(maxOffered)
    pair.bia.offers[0]?.file.stop()
    await pair.flow()
    expect(pair.bia.offers).toHaveLength(maxOffered + 1)
  })
})

describe('back-pressure', () => {
  test('nothing is sent without room in the channel', async () => {
    const { pair, states, offer } = await offered()
    pair.ana.channel.room = false
    offer.file.accept()
    await pair.flow()
    expect(last(states)).toEqual({ at: 'waiting' })
    pair.ana.channel.giveRoom()
    await pair.flow()
    expect(last(states)).toEqual({ at: 'done' })
  })

  test('a disk that is slow holds the sender back, whatever the channel takes', async () => {
    const { pair, states, offer } = await offered(3 * maxWindow)
    const { promise, resolve } = Promise.withResolvers<void>()
    pair.bia.disk.busy = promise
    offer.file.accept()
    await pair.flow()
    const sent = pair.bia.offers[0]?.states
    expect(last(sent ?? [])).toEqual({ at: 'waiting' })
    expect(pair.bia.disk.files.get('foto.jpg')?.pieces).toEqual([])
    expect(pair.ana.channel.bytesSent).toBeLessThanOrEqual(maxWindow + framesOverhead)
    resolve()
    await pair.flow()
    expect(last(states)).toEqual({ at: 'done' })
  })

  test('less is under way where pieces take longer, so that sound and picture do not wait', async () => {
    const { pair, offer } = await offered(8 * 1024 * 1024)
    offer.file.accept()
    await settled()
    let most = 0
    /** Each piece takes that long, for so many pieces. */
    async function pass(pieces: number, ms: number) {
      most = 0
      for (let count = 0; count < pieces; ) {
        most = Math.max(most, pair.ana.channel.bytesUnderWay)
        pair.now += ms
        if (pair.ana.channel.deliver()) count += 1
        await settled()
        while (pair.bia.channel.deliver()) await settled()
      }
      return most
    }
    const quick = await pass(100, 1)
    await pass(100, 100)
    expect(await pass(20, 100)).toBeLessThan(quick / 4)
  })
})

describe('a file that is stopped leaves nothing', () => {
  const moments = [
    'before it is accepted',
    'while its destination is opened',
    'half way',
    'at its end',
  ]

  /** Brings it to that moment. */
  async function at(moment: string) {
    const world = await offered()
    if (moment === 'before it is accepted') return world
    world.offer.file.accept()
    if (moment === 'while its destination is opened') return world
    const { promise, resolve } = Promise.withResolvers<void>()
    const { ana, bia } = world.pair
    while (last(world.states)?.at !== 'moving') {
      await settled()
      ana.channel.deliver()
      await settled()
      bia.channel.deliver()
    }
    if (moment === 'half way') return world
    bia.disk.busy = promise
    await world.pair.flow()
    setTimeout(resolve, 5)
    return world
  }

  test.each(moments)('by its receiver, %s', async (moment) => {
    const { pair, states, offer } = await at(moment)
    offer.file.stop()
    await pair.flow()
    await Bun.sleep(10)
    expect([...pair.bia.disk.files.keys()]).toEqual([])
    expect(last(states)).toEqual(over(moment === moments[0] ? 'declined' : 'cancelled-there'))
    expect(last(offer.states)).toEqual(over(moment === moments[0] ? 'declined' : 'cancelled-here'))
  })

  test.each(moments)('by its sender, %s', async (moment) => {
    const { pair, states, offer, takeBack } = await at(moment)
    takeBack()
    await pair.flow()
    await Bun.sleep(10)
    expect([...pair.bia.disk.files.keys()]).toEqual([])
    expect(last(states)).toEqual(over('cancelled-here'))
    expect(last(offer.states)).toEqual(over('cancelled-there'))
  })

  test.each(moments)('by the end of the call, %s', async (moment) => {
    const { pair, states, offer } = await at(moment)
    pair.ana.channel.close()
    pair.bia.channel.close()
    await settled()
    await Bun.sleep(10)
    expect([...pair.bia.disk.files.keys()]).toEqual([])
    expect(last(states)).toEqual(over('gone'))
    expect(last(offer.states)).toEqual(over('gone'))
  })

  test('where the disk is full, and where the file can be read no more', async () => {
    const full = await at('half way')
    full.pair.bia.disk.full = true
    await full.pair.flow()
    expect([...full.pair.bia.disk.files.keys()]).toEqual([])
    expect(last(full.states)).toEqual(over('failed-there'))

    const unread = await at('half way')
    unread.file.read = () => Promise.reject(new Error('moved'))
    await unread.pair.flow()
    expect([...unread.pair.bia.disk.files.keys()]).toEqual([])
    expect(last(unread.offer.states)).toEqual(over('failed-there'))
    expect(last(unread.states)).toEqual(over('failed-here'))
  })

  test('and the next one goes its way', async () => {
    const { pair, takeBack } = await at('half way')
    const states: TransferState[] = []
    pair.ana.end.offer(someFile('next', 40_000), (state) => states.push(state))
    takeBack()
    await pair.flow()
    pair.bia.offers[1]?.file.accept()
    await pair.flow()
    expect(last(states)).toEqual({ at: 'done' })
  })
})

describe('whoever means ill', () => {
  const number = 7
  const bytes = (count: number) => frame(number, new ArrayBuffer(count))

  async function accepted(size: number) {
    const pair = new FilePair()
    pair.bia.channel.say({ kind: 'offer', file: number, name: 'x', size })
    pair.bia.offers[0]?.file.accept()
    await settled()
    return pair
  }

  test('cannot send more than announced', async () => {
    const pair = await accepted(100)
    pair.bia.channel.hear(bytes(101))
    await settled()
    expect(last(pair.bia.offers[0]?.states ?? [])).toEqual(over('failed-here'))
    expect([...pair.bia.disk.files.keys()]).toEqual([])
  })

  test('nor say that less is all', async () => {
    const pair = await accepted(100)
    pair.bia.channel.hear(bytes(50))
    pair.bia.channel.say({ kind: 'end', file: number, bytes: 50 })
    await settled()
    expect([...pair.bia.disk.files.keys()]).toEqual([])
  })

  test('nor fill the memory of one whose disk is slow', async () => {
    const pair = await accepted(1e12)
    pair.bia.disk.busy = new Promise(() => {})
    for (let sent = 0; sent < 3 * maxWindow; sent += 65_536) pair.bia.channel.hear(bytes(65_536))
    await settled()
    expect(last(pair.bia.offers[0]?.states ?? [])).toEqual(over('failed-here'))
  })

  test('nor show more offers than a person can look at', async () => {
    const pair = new FilePair()
    for (let file = 0; file < 1_000; file += 1) {
      pair.bia.channel.say({ kind: 'offer', file, name: 'x', size: 1 })
      pair.bia.channel.say({ kind: 'withdraw', file, why: 'cancelled' })
    }
    expect(pair.bia.offers.length).toBeLessThan(50)
    // Later there is room for a few again.
    const before = pair.bia.offers.length
    pair.now += 5_000
    pair.bia.channel.say({ kind: 'offer', file: 5_000, name: 'x', size: 1 })
    expect(pair.bia.offers).toHaveLength(before + 1)
  })

  test('nor make a sender send what nobody asked for, or believe what did not happen', async () => {
    const { pair, states } = await offered()
    const { channel } = pair.ana
    channel.say({ kind: 'done', file: 0 })
    channel.say({ kind: 'got', file: 0, bytes: 50 })
    channel.say({ kind: 'accept', file: 99 })
    await settled()
    expect(states).toEqual([{ at: 'offered' }])
    expect(channel.bytesUnderWay).toBe(0)
  })

  test('is not heard where it says nonsense', async () => {
    const pair = await accepted(100)
    for (const text of ['', '{', 'null', '[]', '{"kind":"offer"}', 'x'.repeat(100_000)]) {
      pair.bia.channel.hear(text)
    }
    for (const size of [-1, 1.5, Number.NaN, 1e300, '5', null]) {
      pair.bia.channel.hear(JSON.stringify({ kind: 'offer', file: 1, name: 'x', size }))
    }
    for (const file of [-1, 2 ** 32, '7', {}]) {
      pair.bia.channel.hear(JSON.stringify({ kind: 'offer', file, name: 'x', size: 1 }))
    }
    pair.bia.channel.hear(new Uint8Array(3))
    pair.bia.channel.hear(frame(8, new ArrayBuffer(10)))
    pair.bia.channel.say({ kind: 'offer', file: number, name: 'again', size: 1 })
    expect(pair.bia.offers).toHaveLength(1)
    pair.bia.channel.hear(bytes(100))
    pair.bia.channel.say({ kind: 'end', file: number, bytes: 100 })
    await settled()
    expect(last(pair.bia.offers[0]?.states ?? [])?.at).toBe('done')
  })
})

test('an older page never says that it takes files', async () => {
  const pair = new FilePair()
  pair.ana.channel.open()
  await pair.flow()
  expect(pair.ana.end.takesFiles()).toBe(false)
  pair.bia.channel.open()
  await pair.flow()
  expect(pair.ana.end.takesFiles()).toBe(true)
})
