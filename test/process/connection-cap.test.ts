import { describe, expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { fewDescriptors } from '../support/few-descriptors.ts'
import { boundMs, fairWaits, timeAnswers } from '../support/neighbour.ts'
import { connectPeer, type Peer } from '../support/peer.ts'
import { startProcess, type TestProcess } from '../support/process.ts'
import { descriptorsOf } from '../support/process-facts.ts'
import { openTab } from '../support/tab.ts'

/** What a connection has that says nothing, and what it says else: never a whole request. */
const whatTheySay = { nothing: '', little: 'GET / HTTP/1.1\r\nX-Slow: ' }

/** So many connections to the web page, from addresses by turns, as fast as they are taken. */
async function crowd(house: TestProcess, from: readonly string[], count: number, says = '') {
  const web = { ip: '127.0.0.1', port: Number(new URL(house.url).port) }
  const peers: Peer[] = []

  async function dial(number: number): Promise<void> {
    try {
      const peer = await connectPeer(web, { from: from[number % from.length] ?? '' })
      peers.push(peer)
      if (says) await peer.send(says)
    } catch {
      // Some kernels refuse those that the process is too slow to accept; others were sent away.
    }
  }

  for (let dialled = 0; dialled < count; dialled += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, each) => dial(dialled + each)))
  }
  return {
    left: () => peers.filter(({ ending }) => ending === undefined).length,
    drip: async () => {
      for (const peer of peers) if (!peer.ending) await peer.send('x').catch(() => {})
    },
    [Symbol.dispose]() {
      for (const peer of peers) peer.reset()
    },
  }
}

const answer = async (house: TestProcess) => {
  // A connection of its own each time, as of somebody who comes for the first time.
  const { status } = await fetch(house.url, { keepalive: false })
  return status
}

/** As many of one address as may be beside somebody who is there; resolves once all are given up. */
async function besideIdle(say: keyof typeof whatTheySay): Promise<() => Promise<void>> {
  await using started = new AsyncDisposableStack()
  const house = started.use(
    await startProcess({
      TRUSTED_ADDRESSES: '',
      MAX_HTTP_CONNECTIONS_PER_ADDRESS: '100',
      ...fewDescriptors(2_000),
    }),
  )
  const ana = house.visitor()
  await ana.register('Ana', 5001)
  const tab = await openTab(house, ana)
  started.defer(() => tab.close())
  await tab.saw('>Ana<')
  const before = descriptorsOf(house)
  const neighbour = started.use(await house.connect())
  await neighbour.ask('register,vizinha,5000')

  const flood = started.use(await crowd(house, ['127.0.0.2'], 1_500, whatTheySay[say]))
  await eventually('no more than may be', () => flood.left() === 100)
  await eventually('nor has the process', () => descriptorsOf(house) < before + 100 + 10)
  const waits = await fairWaits(`beside HTTP connections that say ${say}`, () =>
    timeAnswers(neighbour, Bun.sleep(1_000)),
  )
  expect(waits.p99).toBeLessThan(boundMs)
  for (let asked = 0; asked < 10; asked += 1) expect(await answer(house)).toBe(200)
  expect(tab.closed()).toBeUndefined()
  expect(house.output()).toContain('Página web: conexões demais de 127.0.0.2')
  expect(house.output()).not.toContain('Erro interno')

  // Bun gives them up by itself, whatever they go on saying.
  const dripping = setInterval(() => say === 'little' && flood.drip(), 1_000)
  started.defer(() => clearInterval(dripping))
  const rest = started.move()
  return async () => {
    await using _rest = rest
    await eventually('none is left', () => flood.left() === 0, 20_000)
    expect(tab.closed()).toBeUndefined()
  }
}

describe.skipIf(process.platform !== 'linux')('HTTP connections that ask for nothing', () => {
  test('from one address, silent or slow: so many; others, and the registry, are served', async () => {
    // Bun needs some twelve seconds: for both at once.
    const givenUp = [await besideIdle('nothing'), await besideIdle('little')]
    await Promise.all(givenUp.map((wait) => wait()))
  }, 60_000)

  test('from many addresses leave descriptors to the registry, and new ones take turns', async () => {
    await using house = await startProcess({ TRUSTED_ADDRESSES: '', ...fewDescriptors(2_000) })
    const ana = house.visitor()
    await ana.register('Ana', 5001)
    const tab = await openTab(house, ana)
    await tab.saw('>Ana<')
    // Two counts later its connection is known for older than those that follow.
    await Bun.sleep(1_500)
    const addresses = Array.from({ length: 200 }, (_, each) => `127.3.0.${1 + each}`)
    using _flood = await crowd(house, addresses, 4_000)
    await eventually('a twentieth is free', () => descriptorsOf(house) <= 1_900 + 10)

    // Most of the 1,500 that it may take by its descriptors.
    const peers: Peer[] = []
    const names: string[] = []
    for (let each = 0; each < 1_200; each += 1) {
      const peer = await connectPeer(house.registry, { from: `127.4.${each % 200}.1` })
      peers.push(peer)
      if (each % 100 !== 0) continue
      names.push(`p${each}`)
      expect(await peer.ask(`register,p${each},${6_000 + each}`)).toStartWith('success,')
    }
    expect(await peers[1_100]?.ask('list')).toBe(`Ana,${names.join(',')}`)
    expect(await peers[1_199]?.ask('ping')).toBe('pong')
    expect(tab.closed()).toBeUndefined()
    await eventually('the page is there', async () => (await answer(house)) === 200)
    expect(house.output()).not.toContain('Erro interno')
    for (const peer of peers) peer.reset()
    tab.close()
  }, 60_000)
})
