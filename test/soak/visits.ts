import type { Peer } from '../support/peer.ts'

/** A number from 0 up to, not including, `below`. */
export type Draw = (below: number) => number

/** The same numbers for the same seed (mulberry32). */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Visit = (peer: Peer, draw: Draw) => Promise<void>

const name = (draw: Draw) => `pessoa ${draw(400)}`
const register = (peer: Peer, draw: Draw) => peer.ask(`register,${name(draw)},${1 + draw(60_000)}`)
const awhile = (draw: Draw) => Bun.sleep(draw(1_000))

async function talk(peer: Peer, draw: Draw): Promise<void> {
  await register(peer, draw)
  await peer.ask('ready')
  await peer.sendLine(`call,${name(draw)}`)
  const end = performance.now() + 500 + draw(1_500)
  while (performance.now() < end) {
    const line = await peer.line()
    const [kind, id] = line.split(',')
    if (kind === '*call') await peer.sendLine(`${draw(2) ? 'accept' : 'decline'},${id}`)
    if (kind === '*accepted') await peer.sendLine(`signal,${id},${'QUJD'.repeat(draw(2_000))}`)
    if (kind === '*signal' && draw(3) === 0) await peer.sendLine(`hangup,${id}`)
    await peer.sendLine('ping')
  }
}

/** What clients do, the good ones and the bad ones. Connections that a client leaves open are closed by the soak. */
export const visits: Record<string, Visit> = {
  async polite(peer, draw) {
    await register(peer, draw)
    await peer.ask('list')
    await peer.ask(`details,${name(draw)}`)
    await awhile(draw)
    await peer.ask('quit')
    peer.close()
  },
  async watches(peer, draw) {
    await register(peer, draw)
    await peer.sendLine('watch')
    await awhile(draw)
    await peer.receive()
  },
  talks: talk,
  async vanishes(peer, draw) {
    await talk(peer, draw)
    peer.reset()
  },
  async halfCloses(peer, draw) {
    await peer.send(`register,${name(draw)},${1 + draw(60_000)}\nlist\nlist`)
    peer.halfClose()
    await peer.rest()
  },
  async resetsMidLine(peer, draw) {
    await register(peer, draw)
    await peer.send('details,pess')
    peer.reset()
  },
  async floods(peer, draw) {
    await peer.send('list\n'.repeat(1 + draw(20_000)))
    await awhile(draw)
  },
  async floodsWithoutReading(peer, draw) {
    await register(peer, draw)
    peer.pause()
    await peer.send('help\n'.repeat(30_000))
    await Bun.sleep(3_000)
  },
  async watchesWithoutReading(peer, draw) {
    await register(peer, draw)
    peer.pause()
    await peer.sendLine('watch')
    await Bun.sleep(2_000 + draw(2_000))
    peer.reset()
  },
  async saysNothing(peer) {
    await peer.rest()
  },
  async saysOneByteNowAndThen(peer) {
    for (const letter of 'register,lento,5000') {
      await peer.send(letter)
      await Bun.sleep(200)
    }
  },
  async saysTooMuch(peer, draw) {
    await peer.send('x'.repeat(1_025 + draw(100_000)))
    await peer.rest()
  },
  async isABrowser(peer) {
    await peer.send('POST / HTTP/1.1\r\nHost: x\r\n\r\nregister,intruso,5000\n')
    await peer.rest()
  },
  async isAFirstClient(peer, draw) {
    await peer.send(`${name(draw)},${peer.local.ip},4000,${1 + draw(60_000)}`)
    await peer.receive()
    await peer.send('list')
    await peer.receive()
    await awhile(draw)
    if (draw(2)) await peer.send('quit')
  },
  async guesses(peer, draw) {
    await peer.send(`auth,${draw(1_000_000)}\n`.repeat(10))
    await peer.rest()
  },
  async sendsAnything(peer, draw) {
    for (let each = 0; each < 5; each += 1) {
      await peer.send(Uint8Array.from({ length: 1 + draw(500) }, () => draw(256)))
      await Bun.sleep(draw(50))
    }
  },
}
