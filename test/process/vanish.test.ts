import { describe, expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import type { Peer } from '../support/peer.ts'
import { residentBytes, startProcess, type TestProcess, whoIsThere } from '../support/process.ts'

const gone = (house: TestProcess) =>
  house.logged().filter((line) => line.startsWith('Cliente desconectado: '))

/** Ways to go without a word. */
const exits: { how: string; vanish: (peer: Peer) => Promise<void> | void }[] = [
  { how: 'a window that is closed', vanish: (peer) => peer.close() },
  { how: 'a reset', vanish: (peer) => peer.reset() },
  {
    how: 'a half-close',
    async vanish(peer) {
      peer.halfClose()
      expect(await peer.rest()).toBe('')
    },
  },
  {
    how: 'a reset in the midst of a line',
    async vanish(peer) {
      await peer.send('details,Bi')
      peer.reset()
    },
  },
  {
    how: 'an end in the midst of a line',
    async vanish(peer) {
      await peer.send('details,Bi')
      peer.close()
    },
  },
]

describe('a peer that vanishes without a word', () => {
  test.each(exits)('leaves no entry and one line in the log: $how', async ({ vanish }) => {
    await using house = await startProcess()
    using peer = await house.connect()
    const line = `Cliente desconectado: Ana (127.0.0.1:${peer.local.port})`
    expect(await peer.ask('register,Ana,5001')).toStartWith('success,')
    await vanish(peer)
    await house.printed(line)
    expect(await whoIsThere(house)).toEqual([])
    using successor = await house.connect()
    expect(await successor.ask('register,Ana,5001')).toBe('success,Registrado com sucesso')
    expect(gone(house)).toEqual([line])
    expect(house.errors()).toBe('')
  })

  test.each(exits)('leaves nothing as a first client either: $how', async ({ vanish }) => {
    await using house = await startProcess()
    using peer = await house.connect()
    await peer.send(`Ana,127.0.0.1,${peer.local.port},5001`)
    expect(await peer.receive()).toBe('success,Registrado com sucesso')
    await vanish(peer)
    await house.printed('Cliente desconectado: Ana')
    expect(await whoIsThere(house)).toEqual([])
    expect(gone(house)).toHaveLength(1)
    expect(house.errors()).toBe('')
  })

  test('leaves no entry where its registration was cut off', async () => {
    await using house = await startProcess()
    for (const part of ['A', 'Ana,127.0.0.1', 'register,Ana', 'register,Ana,50']) {
      using peer = await house.connect()
      await peer.send(part)
      peer.reset()
    }
    expect(await whoIsThere(house)).toEqual([])
    expect(gone(house)).toEqual([])
    expect(house.errors()).toBe('')
  })

  test('costs nothing: a thousand who come and go leave the directory and the memory as they were', async () => {
    // A pipe that is read by nobody but this test would keep all lines in our own memory.
    await using house = await startProcess()
    async function comeAndGo(each: number): Promise<void> {
      const peer = await house.connect()
      const answer = await peer.ask(`Ana ${each},127.0.0.1,4000,${5_000 + (each % 1_000)}`)
      expect(answer).toBe('success,Registrado com sucesso')
      const exit = exits[each % exits.length]
      await exit?.vanish(peer)
      if (exit?.how === 'a half-close') peer.close()
    }
    async function cycles(from: number): Promise<number> {
      for (let each = from; each < from + 1_000; each += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, index) => comeAndGo(each + index)))
      }
      await eventually('all are missed', async () => (await whoIsThere(house)).length === 0)
      return residentBytes(house)
    }
    const warm = await cycles(0)
    const after = await cycles(1_000)
    const later = await cycles(2_000)
    // What is left of garbage differs from time to time; 1,000 leaked connections would be more, each time.
    expect(Math.min(after - warm, later - after)).toBeLessThan(8 * 1024 * 1024)
    expect(house.errors()).toBe('')
  }, 20_000)
})
