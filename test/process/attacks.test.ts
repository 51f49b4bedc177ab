import { describe, expect, test } from 'bun:test'
import { boundMs, fairWaits, timeAnswers } from '../support/neighbour.ts'
import { connectPeer, type Peer } from '../support/peer.ts'
import { startProcess, whoIsThere } from '../support/process.ts'
import { startTestRegistry } from '../support/registry.ts'

describe('who only takes up room', () => {
  test('ten thousand that say nothing: others are served as ever', async () => {
    await using house = await startProcess()
    const idle: Peer[] = []
    for (let batch = 0; batch < 50; batch += 1) {
      const some = Array.from({ length: 200 }, (_, each) =>
        connectPeer(house.registry, { from: `127.2.${batch}.${1 + each}` }),
      )
      idle.push(...(await Promise.all(some)))
    }
    using neighbour = await house.connect()
    expect(await neighbour.ask('register,vizinha,5000')).toStartWith('success,')
    const waits = await fairWaits(`with ${idle.length} idle connections`, () =>
      timeAnswers(neighbour, Bun.sleep(3_000)),
    )
    expect(waits.p99).toBeLessThan(boundMs)
    expect(await whoIsThere(house)).toEqual(['vizinha'])
    expect((await fetch(house.url)).status).toBe(200)
    for (const peer of idle) expect(peer.ending).toBeUndefined()
    for (const peer of idle) peer.reset()
  }, 60_000)

  test('slowly: no first byte, or one now and then, makes the time to sign in longer', async () => {
    await using registry = startTestRegistry({ limits: { signInTimeoutMs: 800 } })
    const begun = performance.now()
    const slow = await Promise.all(Array.from({ length: 60 }, () => registry.connect()))
    const drips = slow.map(async (peer, each) => {
      const text =
        each % 3 === 0 ? '' : each % 3 === 1 ? 'register,lenta,5000' : 'ping\nping\nping\n'
      for (const letter of text) {
        if (peer.ending) break
        await peer.send(letter).catch(() => {})
        await Bun.sleep(100)
      }
      return peer.rest()
    })
    const last = await Promise.all(drips)
    expect(performance.now() - begun).toBeLessThan(3_500)
    for (const words of last) expect(words).toContain('*bye,sign-in-timeout,')
    expect(registry.closed.signIn).toBe(60)
    expect(registry.directory.size).toBe(0)
  }, 15_000)

  test('from one address, with nobody trusted: so many, and the web goes on', async () => {
    await using house = await startProcess({
      TRUSTED_ADDRESSES: '',
      MAX_CONNECTIONS_PER_ADDRESS: '4',
    })
    const peers: Peer[] = []
    for (let each = 0; each < 4; each += 1) {
      const peer = await house.connect()
      expect(await peer.ask('ping')).toBe('pong')
      peers.push(peer)
    }
    using fifth = await house.connect()
    expect(await fifth.line()).toEndWith(',too-many-from-address')
    for (let each = 0; each < 6; each += 1) {
      expect((await house.visitor().register(`Ana ${each}`, 5_000 + each)).status).toBe(303)
    }
    for (const peer of peers) peer.reset()
  })
})

describe('an access code', () => {
  test('keeps out who does not say it, over TCP; the web has the key', async () => {
    await using house = await startProcess({ ACCESS_CODE: 'abre-te sésamo' })
    using peer = await house.connect()
    expect(await peer.ask('register,Ana,5001')).toEndWith(',access-code-needed')
    expect(await peer.ask('auth,abre-te')).toEndWith(',bad-secret')
    expect(await peer.ask('auth,abre-te sésamo')).toStartWith('success,')
    expect(await peer.ask('register,Ana,5001')).toStartWith('success,')
    expect(house.output()).not.toContain('abre-te')
  })
})
