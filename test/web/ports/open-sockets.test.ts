import { expect, test } from 'bun:test'
import { closeSync, openSync } from 'node:fs'
import { openSockets } from '../../../src/web/ports/open-sockets.ts'
import { eventually } from '../../support/eventually.ts'
import { connectPeer, type Peer } from '../../support/peer.ts'

const sockets = openSockets()
const isKnown = process.platform === 'linux' && sockets !== undefined

/** One that takes connections and says nothing. */
const listen = (hostname: string) =>
  Bun.listen({ hostname, port: 0, socket: { data() {}, close() {} } })

test.skipIf(process.platform !== 'linux')('Linux tells of open sockets', () => {
  expect(sockets).toBeDefined()
})

test.skipIf(!isKnown)('the lowest free descriptor is the next one’s', () => {
  const lowest = sockets?.lowestFree()
  const fd = openSync(import.meta.path, 'r')
  closeSync(fd)
  expect(fd).toBe(lowest as number)
})

test.skipIf(!isKnown)('no descriptor is as high as the end, also behind a hole', () => {
  const many = Array.from({ length: 2_000 }, () => openSync(import.meta.path, 'r'))
  for (const fd of many.slice(0, -1)) closeSync(fd)
  const last = many.at(-1) ?? 0
  expect(sockets?.lowestFree()).toBeLessThan(last)
  expect(sockets?.end()).toBeGreaterThan(last)
  closeSync(last)
})

test.skipIf(!isKnown).each([
  { on: '127.0.0.1', from: '127.0.0.1', as: '127.0.0.1' },
  { on: '::1', from: '::1', as: '::1' },
  { on: '::', from: '127.0.0.6', as: '127.0.0.6' },
])('a connection from $from to $on is known, and shut down', async ({ on, from, as }) => {
  using listener = listen(on)
  using other = listen(on)
  const ip = on === '::' ? '127.0.0.1' : on
  // Often enough for the code to be compiled for what it does, as it is in a flood.
  const peers: Peer[] = []
  for (let each = 0; each < 300; each += 1) {
    peers.push(await connectPeer({ ip, port: listener.port }, { from }))
  }
  using bystander = await connectPeer({ ip, port: other.port }, { from })
  const accepted = () => sockets?.acceptedOn([listener.port]) ?? []
  await eventually(`all of them, not ${accepted().length}`, () => accepted().length === 300)
  for (let each = 0; each < 100; each += 1) {
    const seen = accepted().map(({ ip, port }) => `${ip}:${port}`)
    expect(new Set(seen)).toEqual(new Set(peers.map(({ local }) => `${as}:${local.port}`)))
  }
  const [{ fd = -1, port = 0 } = {}] = accepted()
  expect(fd).toBeLessThan(sockets?.end() ?? 0)
  sockets?.shutDown(fd)
  const ended = peers.find(({ local }) => local.port === port)
  expect(await ended?.rest()).toBe('')
  await eventually('it is closed here too', () => accepted().length === 299)
  expect(bystander.ending).toBeUndefined()
  for (const peer of peers) peer.reset()
})
