import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectPeer, idIn, type Peer } from '../support/peer.ts'
import { startProcess, type TestProcess } from '../support/process.ts'
import { openTab, type TestTab } from '../support/tab.ts'
import type { TestWeb } from '../support/web.ts'

const goodbye = '*bye,shutdown,Conexão encerrada\n'
const pairs = 20

let lastPort = 5_000

async function registered(house: TestProcess, name: string, from?: string): Promise<Peer> {
  const peer = await connectPeer(house.registry, { name, ...(from ? { from } : {}) })
  lastPort += 1
  expect(await peer.ask(`register,${name},${lastPort}`)).toStartWith('success,')
  return peer
}

/** They ring, or talk; and the id of their call. */
async function call(caller: Peer, callee: Peer, talks: boolean): Promise<string> {
  await callee.ask('ready')
  const id = idIn(await caller.ask(`call,${callee.name}`))
  expect(await callee.line()).toBe(`*call,${id},${caller.name},127.0.0.1`)
  if (!talks) return id
  expect(await callee.ask(`accept,${id}`)).toBe(`success,${id}`)
  expect(await caller.line()).toBe(`*accepted,${id}`)
  return id
}

async function watcher(house: TestProcess): Promise<Peer> {
  const peer = await house.connect()
  await peer.sendLine('watch')
  while (!(await peer.line()).startsWith('*synced,'));
  return peer
}

/** Zeca calls a browser, and its page answers. */
async function callPage(zeca: Peer, tab: TestTab): Promise<string> {
  const id = idIn(await zeca.ask('call,Ana'))
  await tab.saw(`"id":"${id}"`)
  tab.say({ call: { kind: 'accept', id } })
  expect(await zeca.line()).toBe(`*accepted,${id}`)
  return id
}

test('at a stop all hear goodbye and nothing else; after it calls go on by their ids', async () => {
  const STATE_DIRECTORY = mkdtempSync(join(tmpdir(), 'encontro-'))
  const before = await startProcess({ STATE_DIRECTORY })
  const ids: string[] = []
  const peers: Peer[] = []
  const ana = before.visitor()
  await ana.register('Ana', 4_001)
  const tab = await openTab({ url: before.url } as TestWeb, ana)
  await tab.saw('>Ana<')
  for (let pair = 0; pair < pairs; pair += 1) {
    const caller = await registered(before, `quem liga ${pair}`)
    const callee = await registered(before, `quem atende ${pair}`)
    ids.push(await call(caller, callee, pair % 5 !== 0))
    peers.push(caller, callee)
  }
  const zeca = await registered(before, 'Zeca')
  const withPage = await callPage(zeca, tab)
  peers.push(zeca, await watcher(before), await watcher(before))

  before.signal('SIGTERM')
  const heard = await Promise.all(peers.map((peer) => peer.rest()))
  expect(heard).toEqual(peers.map(() => goodbye))
  for (const peer of peers) peer.close()
  expect(await before.exited).toBe(0)

  await using after = await startProcess({ STATE_DIRECTORY })
  // The registry knows nothing of it, and the two have other names; one has another address.
  const one = await registered(after, 'Um', '127.0.0.2')
  const two = await registered(after, 'Dois')
  expect(await one.ask(`resume,${ids[1]}`)).toBe(`success,${ids[1]}`)
  expect(await two.ask(`resume,${ids[1]}`)).toBe(`success,${ids[1]}`)
  expect(await two.line()).toBe(`*resumed,${ids[1]},Um,127.0.0.2`)
  expect(await one.line()).toBe(`*resumed,${ids[1]},Dois,127.0.0.1`)
  expect(await two.ask(`signal,${ids[1]},b2k`)).toBe(`success,${ids[1]}`)
  expect(await one.line()).toBe(`*signal,${ids[1]},b2k`)

  const again = after.visitor()
  again.takeCookiesOf(ana, after.url)
  const back = await openTab({ url: after.url } as TestWeb, again)
  back.say({ call: { kind: 'resume', id: withPage, name: 'Zeca', ip: '127.0.0.1' } })
  const moved = await registered(after, 'Zeca em casa', '127.0.0.3')
  expect(await moved.ask(`resume,${withPage}`)).toBe(`success,${withPage}`)
  expect(await moved.line()).toBe(`*resumed,${withPage},Ana,127.0.0.1`)
  const resumed = await back.saw('"kind":"resumed"')
  expect(JSON.parse(resumed).call).toMatchObject({ name: 'Zeca em casa', ip: '127.0.0.3' })
  for (const peer of [one, two, moved]) peer.reset()
  rmSync(STATE_DIRECTORY, { recursive: true })
}, 60_000)
