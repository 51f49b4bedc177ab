import { expect, test } from 'bun:test'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connectPeer, type Peer } from '../support/peer.ts'
import { startProcess, type TestProcess } from '../support/process.ts'

const operatorKey = 'a-key-of-the-operator'

/** Where a process listens on this machine alone, as anybody on it can find out (`proc(5)`). */
function listeningPorts(pid: number): number[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`).match(/^socket:\[(\d+)\]$/)?.[1]
      } catch {
        // Closed in the meantime.
        return undefined
      }
    }),
  )
  return readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.has(inode))
    .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16))
}

/** One for browsers' own connections, one for their consoles, and one for the operator's page where there is a key. */
function ownDoorsOf({ pid, registry, url }: TestProcess, expected: number): number[] {
  const known = [registry.port, Number(new URL(url).port)]
  const others = listeningPorts(pid).filter((port) => !known.includes(port))
  expect(others).toHaveLength(expected)
  return others
}

/** Dials it; nothing where it is closed before Bun calls that connected. */
const dialled = (port: number, from: string): Promise<Peer | undefined> =>
  connectPeer({ ip: '127.0.0.1', port }, { from }).catch(() => undefined)

test("whoever fills the process's own listeners from this machine keeps nobody from the page", async () => {
  await using house = await startProcess({ MAX_CONNECTIONS: '60', OPERATOR_KEY: operatorKey })
  const ports = ownDoorsOf(house, 3)
  const peers: Peer[] = []
  for (let each = 0; each < 100; each += 1) {
    for (const port of ports) {
      const peer = await dialled(port, `127.5.0.${1 + each}`)
      if (peer) peers.push(peer)
    }
  }
  for (const peer of peers.slice(0, 40)) await peer.sendLine('auth,guess').catch(() => {})
  expect((await house.visitor().register('Ana', 5001)).status).toBe(303)
  for (const peer of peers) expect(await peer.rest()).toBe('')
  using neighbour = await house.connect()
  expect(await neighbour.ask('register,Bia,5002')).toStartWith('success,')
  expect(await neighbour.ask('list')).toBe('Ana,Bia')
}, 20_000)

test('nor does whoever dials them without end', async () => {
  await using house = await startProcess({ MAX_CONNECTIONS: '300' })
  const ports = ownDoorsOf(house, 2)
  let over = false
  let times = 0
  const dial = async (_: unknown, each: number) => {
    while (!over) {
      const peer = await dialled(ports[each % ports.length] as number, `127.5.1.${1 + each}`)
      times += 1
      await peer?.rest()
      peer?.reset()
    }
  }
  const dialling = Promise.all(Array.from({ length: 64 }, dial))
  let people = 0
  const come = async () => {
    for (let each = 0; each < 20; each += 1) {
      people += 1
      const came = await house.visitor().register(`Ana ${people}`, 5_000 + people)
      expect(came.status).toBe(303)
    }
  }
  while (times < 500) await come()
  over = true
  await dialling
}, 30_000)
