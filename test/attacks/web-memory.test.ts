import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { eventually } from '../support/eventually.ts'
import { frame } from '../support/frame.ts'
import { heldBytes, tellHeap } from '../support/held-bytes.ts'
import { residentBytes, startProcess, type TestProcess } from '../support/process.ts'
import { upgradeRequest } from '../support/upgrade.ts'
import type { Visitor } from '../support/visitor.ts'

/**
 * What the page's process holds for browsers, over the bytes that they sent: a WebSocket's messages, and
 * requests. What is written back and not read counts too.
 */

/** The objects of the process may be so many times what was sent; the kernel holds some of it. */
const bound = 1
/** With what the runtime keeps outside of them: of what is not there whole, for which no garbage is made. */
const residentBound = 5

const times = (unit: string | Buffer, bytes: number): Buffer => {
  const one = Buffer.from(unit as string)
  return Buffer.alloc(bytes - (bytes % one.length), one)
}

let house: TestProcess
let host = ''
let browsers = 0

beforeAll(async () => {
  house = await startProcess({ TRUSTED_ADDRESSES: '' }, { preload: tellHeap })
  host = new URL(house.url).host
})
afterAll(async () => house[Symbol.asyncDispose]())

type Attacker = { socket: Socket; received: () => number; isOver: () => boolean }

/** Each at an address of its own. */
async function attacker(each: number): Promise<Attacker> {
  const localAddress = `127.5.${each >> 7}.${1 + (each & 127)}`
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(house.url).port), localAddress })
  let received = 0
  let over = false
  socket.on('data', (chunk) => {
    received += chunk.length
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    over = true
  })
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  return { socket, received: () => received, isOver: () => over }
}

/** Tabs of a browser of their own. */
async function newBrowser(): Promise<Opener> {
  const visitor = house.visitor()
  browsers += 1
  await visitor.register(`atacante ${browsers}`, 5_000 + browsers)
  return (each) => openTab(visitor, each)
}

async function openTab(visitor: Visitor, each: number): Promise<Attacker> {
  const opened = await attacker(each)
  opened.socket.write(upgradeRequest(house.url, visitor))
  await eventually('an upgrade', () => opened.received() > 100)
  return opened
}

/** By the time that somebody else was answered often, be it with 429, all that was there has been read. */
async function afterOthers(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1)
    await (await fetch(`${house.url}/assets/icon.svg`)).text()
}

type Opener = (each: number) => Promise<Attacker>
type Attack = { opener: () => Promise<Opener>; count: number; reads: boolean }

/** Sends the same on each connection; gives what is held for them over what they sent. */
async function multiplesOf({ opener, count, reads }: Attack, blob: Buffer) {
  const open = await opener()
  const attackers = await Promise.all(Array.from({ length: count }, (_, each) => open(each)))
  const before = { held: await heldBytes(house), resident: await residentBytes(house) }
  for (const { socket } of attackers) {
    if (!reads) socket.pause()
    socket.write(blob)
  }
  const isSent = ({ socket, isOver }: Attacker) => isOver() || socket.writableLength === 0
  // Who is not read stays with a part of it, and who reads nothing is not read any more.
  await eventually('all is sent', () => attackers.every(isSent), 3_000).catch(() => {})
  await afterOthers()
  const sent = attackers.reduce(
    (sum, { socket }) => sum + socket.bytesWritten - socket.writableLength,
    0,
  )
  const held = ((await heldBytes(house)) - before.held) / sent
  const resident = ((await residentBytes(house)) - before.resident) / sent
  for (const { socket } of attackers) socket.resetAndDestroy()
  return { held, resident }
}

/** The first time code is compiled, and rooms are made that are used again. */
async function expectBounded(what: string, attack: Attack, blob: Buffer): Promise<void> {
  await multiplesOf(attack, blob)
  const { held, resident } = await multiplesOf(attack, blob)
  console.info(
    `${what}: ${held.toFixed(2)} times what was sent, resident ${resident.toFixed(2)} times`,
  )
  expect(held).toBeLessThan(bound)
  if (what.includes('half') || what.includes('fragments')) {
    expect(resident).toBeLessThan(residentBound)
  }
}

const text = (words: string): Buffer => frame(1, Buffer.from(words))
const signal = `{"call":{"kind":"signal","id":"x","payload":"${'a'.repeat(50_000)}"}}`

describe('what is held for a tab is about what it sent:', () => {
  test.each([
    { kind: 'short messages in one write', blob: times(text('{}'), 512 * 1024) },
    { kind: 'a message in fragments of a byte', blob: fragments(50_000) },
    { kind: 'half a message', blob: frame(1, Buffer.alloc(60_000)).subarray(0, 50_000) },
    { kind: 'pings that are answered', blob: times(frame(9, Buffer.alloc(125)), 512 * 1024) },
    { kind: 'empty pings', blob: times(frame(9, Buffer.alloc(0)), 512 * 1024) },
    { kind: 'long signals', blob: times(text(signal), 500_000) },
    { kind: 'brackets in brackets', blob: times(text('['.repeat(60_000)), 180_000) },
    { kind: 'objects in arrays', blob: times(text('[{"a":'.repeat(140)), 128 * 1024) },
  ])(
    '$kind',
    ({ kind, blob }) =>
      expectBounded(kind, { opener: newBrowser, count: 24, reads: !kind.includes('ping') }, blob),
    20_000,
  )
})

function fragments(count: number): Buffer {
  const begins = frame(1, Buffer.from('['), { final: false })
  return Buffer.concat([begins, times(frame(0, Buffer.from('['), { final: false }), count * 7)])
}

const get = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`
const form = (body: string, type = 'application/x-www-form-urlencoded') =>
  [
    'POST /register HTTP/1.1',
    `Host: ${host}`,
    'Sec-Fetch-Site: same-origin',
    `Content-Type: ${type}`,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
const fields = (field: string) => form(times(field, 16_000).toString())
const parts = '--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n'

describe('what is held for a request is about what it sent:', () => {
  test.each([
    { kind: 'many headers', asked: () => get('/', 'a:b\r\n'.repeat(150)).repeat(20) },
    {
      kind: 'half of a long header',
      asked: () => get('/', `x: ${'y'.repeat(15_000)}`).slice(0, -2),
    },
    { kind: 'a cookie of many', asked: () => get('/', `Cookie: ${'a=;'.repeat(4_800)}\r\n`) },
    { kind: 'many languages', asked: () => get('/', `Accept-Language: ${'a,'.repeat(7_000)}\r\n`) },
    { kind: 'many words in an address', asked: () => get(`/?${'a=%&'.repeat(3_500)}`) },
    { kind: 'short fields', asked: () => fields('a&') },
    { kind: 'no fields', asked: () => fields('&') },
    { kind: 'fields of escapes', asked: () => fields('a=%&') },
    { kind: 'letters of escapes', asked: () => fields('%41') },
    {
      kind: 'parts',
      asked: () => form(`${parts.repeat(300)}--b--\r\n`, 'multipart/form-data; boundary=b'),
    },
    { kind: 'half a body', asked: () => fields('a&').slice(0, -1_000) },
    { kind: 'a body in chunks of a byte', asked: chunks },
    { kind: 'pages that nobody reads', asked: () => get(`/?${'x'.repeat(3_500)}`).repeat(60) },
    {
      kind: 'scripts that nobody reads',
      asked: () => get(`/assets/htmx.js?${'x'.repeat(3_500)}`).repeat(60),
    },
  ])(
    '$kind',
    ({ kind, asked }) =>
      expectBounded(
        kind,
        {
          opener: async () => attacker,
          count: kind.includes('reads') ? 24 : 120,
          reads: !kind.includes('reads'),
        },
        Buffer.from(asked()),
      ),
    20_000,
  )
})

const chunks = () =>
  `${form('').replace('Content-Length: 0', 'Transfer-Encoding: chunked')}${'1\r\na\r\n'.repeat(8_000)}`
