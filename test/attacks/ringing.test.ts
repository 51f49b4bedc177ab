import { expect, test } from 'bun:test'
import { connectPeer, type Peer } from '../support/peer.ts'
import { startProcess } from '../support/process.ts'

/** How long the attack goes on, and how long its victim takes to decline, in milliseconds. */
const attackMs = 8_000
const declinesAfterMs = 250

/** Declines whatever rings, and counts it, until its connection is closed. */
async function declineAll(victim: Peer, rung: string[]): Promise<void> {
  while (victim.ending === undefined) {
    const line = await victim.line().catch(() => '')
    const [push, id, name = ''] = line.split(',')
    if (push !== '*call') continue
    rung.push(name)
    await Bun.sleep(declinesAfterMs)
    await victim.sendLine(`decline,${id}`).catch(() => {})
  }
}

/** Calls again and again; what else arrives meanwhile does not matter. */
async function callWithoutEnd(attacker: Peer, until: number): Promise<void> {
  while (performance.now() < until) {
    await attacker.sendLine('call,vitima')
    await Bun.sleep(100)
  }
}

test('many connections of one address ring at somebody who declines a few times, not all the time', async () => {
  await using house = await startProcess()
  using victim = await house.connect()
  await victim.ask('register,vitima,5000')
  await victim.ask('ready')
  const attackers = await Promise.all(
    Array.from({ length: 12 }, async (_, each) => {
      const attacker = await connectPeer(house.registry, { from: '127.0.0.2' })
      await attacker.ask(`register,atacante ${each},${5_001 + each}`)
      return attacker
    }),
  )
  const rung: string[] = []
  const declining = declineAll(victim, rung)
  const until = performance.now() + attackMs
  await Promise.all(attackers.map((attacker) => callWithoutEnd(attacker, until)))
  // Without an end the address would have all that may ring at one person: twelve, and one each 5 s.
  expect(rung.length).toBeGreaterThan(3)
  expect(rung.length).toBeLessThanOrEqual(7)

  // Nobody else is kept out by it.
  using neighbour = await connectPeer(house.registry, { from: '127.0.0.3' })
  await neighbour.ask('register,vizinha,5000')
  expect(await neighbour.ask('call,vitima')).toStartWith('success,')
  expect(await neighbour.line()).toStartWith('*declined,')
  expect(rung.at(-1)).toBe('vizinha')
  for (const attacker of attackers) attacker.reset()
  victim.reset()
  await declining
}, 20_000)
