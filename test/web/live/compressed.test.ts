import { afterAll, beforeAll, expect, test } from 'bun:test'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { eventually } from '../../support/eventually.ts'
import { frame } from '../../support/frame.ts'
import { upgradeRequest } from '../../support/upgrade.ts'
import { startTestWeb, type TestWeb } from '../../support/web.ts'

let site: TestWeb
beforeAll(async () => {
  site = await startTestWeb()
  for (let number = 0; number < 100; number += 1) {
    const ip = '10.0.0.1'
    site.tcp.directory.register({
      name: `Pessoa ${number}`,
      ip,
      port: 4_000 + number,
      callPort: 5_000 + number,
    })
  }
})
afterAll(() => site[Symbol.asyncDispose]())

type Frame = { compressed: boolean; payload: Buffer }

/** A tab whose frames are read byte by byte (RFC 6455, section 5.2). */
async function openRawTab(name: string, callPort: number, extension: string) {
  const visitor = site.visitor()
  await visitor.register(name, callPort)
  const { hostname, port } = new URL(site.url)
  let received = Buffer.alloc(0)
  let closed = false
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data(_, chunk) {
        received = Buffer.concat([received, chunk])
      },
      close() {
        closed = true
      },
    },
  })
  socket.write(upgradeRequest(site.url, visitor, extension))
  const end = () => received.indexOf('\r\n\r\n')
  await eventually('the upgrade', () => end() > 0)
  const head = received.subarray(0, end()).toString()
  received = received.subarray(end() + 4)
  return {
    visitor,
    head,
    write: (bytes: Buffer) => void socket.write(bytes),
    closed: () => closed,
    frames(): Frame[] {
      const frames: Frame[] = []
      for (let at = 0; at + 2 <= received.length; ) {
        const short = (received[at + 1] ?? 0) & 0x7f
        const start = at + (short === 126 ? 4 : 2)
        const length = short === 126 ? received.readUInt16BE(at + 2) : short
        if (short === 127 || received.length < start + length) break
        const compressed = ((received[at] ?? 0) & 0x40) !== 0
        frames.push({ compressed, payload: received.subarray(start, start + length) })
        at = start + length
      }
      return frames
    },
    end: () => socket.end(),
  }
}

/** The end of a compressed message is not sent (RFC 7692, section 7.2.2). */
const inflated = ({ payload }: Frame): string =>
  inflateRawSync(Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]), {
    finishFlush: constants.Z_SYNC_FLUSH,
  }).toString()

const view = frame(1, Buffer.from('{"filter":"","order":"name","pages":"1"}'))

test('a browser that can is sent its list compressed, and it is the same list', async () => {
  const tab = await openRawTab('Ana', 5_001, 'permessage-deflate; client_max_window_bits')
  expect(tab.head).toContain('permessage-deflate')
  tab.write(view)
  const list = () =>
    tab.frames().find((each) => each.compressed && inflated(each).includes('Pessoa 7'))
  await eventually('the list', () => list() !== undefined)
  const html = inflated(list() ?? { compressed: true, payload: Buffer.of() })
  expect(html.length).toBeGreaterThan(10_000)
  expect(list()?.payload.length).toBeLessThan(html.length / 5)
  tab.end()
})

test('a change is compressed as well, while there are few tabs, and takes at most 300 bytes', async () => {
  const tab = await openRawTab('Bia', 5_002, 'permessage-deflate')
  tab.write(view)
  await eventually('the list', () => tab.frames().length > 1)
  /** The first message with these words, since so many. */
  const bytesOf = async (since: number, words: string) => {
    const change = () =>
      tab
        .frames()
        .findIndex((each, at) => at >= since && each.compressed && inflated(each).includes(words))
    await eventually(words, () => change() >= 0)
    const at = change()
    // A head of four bytes: more than 125 follow.
    return { at: at + 1, bytes: 4 + (tab.frames()[at]?.payload.length ?? Number.NaN) }
  }
  // A whole page is shown, so whoever comes first pushes the last one out.
  using program = await site.tcp.connect()
  await program.ask('register,Aaron,5008')
  const came = await bytesOf(0, 'Aaron</a>')
  using person = await site.tcp.connect()
  await person.ask('register,Abel,5009')
  await person.ask('ready')
  const ready = await bytesOf(came.at, 'data-call-name="Abel"')
  person.close()
  const left = await bytesOf(ready.at, 'delete')
  expect([came, ready, left].map(({ bytes }) => bytes).filter((bytes) => bytes > 300)).toEqual([])
  tab.end()
})

test('a client that cannot is sent everything as it is', async () => {
  const tab = await openRawTab('Caio', 5_003, '')
  expect(tab.head).not.toContain('Sec-WebSocket-Extensions')
  tab.write(view)
  await eventually('the list', () =>
    tab.frames().some(({ payload }) => payload.includes('Pessoa 7')),
  )
  expect(tab.frames().some(({ compressed }) => compressed)).toBe(false)
  tab.end()
})

test('what a client sends may not become more than a message may be', async () => {
  const tab = await openRawTab('Davi', 5_004, 'permessage-deflate')
  const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024, ' '))
  const compressed = (bytes: Buffer) => {
    const sent = frame(1, bytes)
    // The bit that says so (RFC 7692, section 6).
    sent[0] = (sent[0] ?? 0) | 0x40
    return sent
  }
  expect(bomb.length).toBeLessThan(65_536)
  // One that is not too long is heard.
  tab.write(
    compressed(deflateRawSync(Buffer.from('{"filter":"pessoa 7","order":"name","pages":"1"}'))),
  )
  await eventually('the list', () =>
    tab.frames().some((each) => each.compressed && inflated(each).includes('Pessoa 77')),
  )
  const before = process.memoryUsage.rss()
  tab.write(compressed(bomb))
  await eventually('it is closed', () => tab.closed())
  expect(process.memoryUsage.rss() - before).toBeLessThan(32 * 1024 * 1024)
})
