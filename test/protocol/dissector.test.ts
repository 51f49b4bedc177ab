import { beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wireEn } from '../../src/text/wire-en.ts'
import { captureOf, inPieces, type Segment, startRecorder, together } from '../support/capture.ts'
import { connectPeer } from '../support/peer.ts'
import { startTestRegistry } from '../support/registry.ts'

const hasTshark = Bun.which('tshark') !== null
const script = join(import.meta.dir, '..', '..', 'protocol', 'encontro.lua')

if (!hasTshark) console.warn('No tshark: its tests are skipped. On Debian: apt-get install tshark')

/** One packet as `tshark -T json` has it: each field with all its values. */
type Packet = Record<string, string[]>

async function dissect(capture: Buffer, ...options: string[]): Promise<Packet[]> {
  const folder = mkdtempSync(join(tmpdir(), 'encontro-capture-'))
  const file = join(folder, 'capture.pcap')
  await Bun.write(file, capture)
  const command = ['tshark', '-X', `lua_script:${script}`, '-r', file, '-2', '-n', '-T', 'ek']
  const child = Bun.spawn([...command, ...options], { stdout: 'pipe', stderr: 'pipe' })
  const [out = '', errors = ''] = await Promise.all(
    [child.stdout, child.stderr].map((stream) => new Response(stream).text()),
  )
  rmSync(folder, { recursive: true })
  // It warns of root, and tells of a script that it could not read.
  if ((await child.exited) !== 0 || /lua/i.test(errors)) throw new Error(errors)
  if (/Lua Error|_ws_malformed/.test(out))
    throw new Error(out.match(/.*(Lua Error|_ws_mal).*/)?.[0])
  return out
    .split('\n')
    .filter((line) => line.startsWith('{"timestamp"'))
    .map((line) => flat(JSON.parse(line).layers))
}

/** Fields by their name in filters; those of several messages in one packet follow each other. */
function flat(layers: Record<string, unknown>): Packet {
  const packet: Packet = {}
  const add = (name: string, value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) add(name, each)
    else if (typeof value === 'object' && value !== null) {
      for (const [inner, each] of Object.entries(value)) add(inner, each)
    } else {
      const plain = name.replace(/^(encontro|tcp|frame|json)_\1_/, '$1_')
      packet[plain] = [...(packet[plain] ?? []), String(value)]
    }
  }
  for (const [layer, value] of Object.entries(layers)) add(layer, value)
  return packet
}

const linesOf = (packets: Packet[], connection: number): string[] =>
  packets.filter(of(connection)).flatMap((packet) => packet.encontro_line ?? [])

const of = (connection: number) => (packet: Packet) => packet.tcp_stream?.[0] === String(connection)

/** The packet in which this line ended. */
function withLine(packets: Packet[], line: string): Packet {
  const found = packets.find((packet) => packet.encontro_line?.includes(line))
  if (!found)
    throw new Error(`no “${line}” in ${JSON.stringify(packets.map((p) => p.encontro_line))}`)
  return found
}

// The compiler holds the page's words in step with the wire, and this the dissector with the page.
test.each(['requests', 'pushes'] as const)('the dissector knows all %s', (table) => {
  const [, rows = ''] = readFileSync(script, 'utf8').split(`local ${table} = {`)
  const known = rows
    .slice(0, rows.indexOf('\n}'))
    .matchAll(/^ {2}(\w+) =/gm)
    .map(([, key]) => key as string)
    .toArray()
  expect(known.sort()).toEqual(Object.keys(wireEn[table]).sort())
})

const signal = { description: { type: 'offer', sdp: 'v=0\r\n' }, chat: 'Olá' }
const payload = Buffer.from(JSON.stringify(signal)).toString('base64url')

/** José calls Bia; Caio is a first client; a browser errs. What each sent and got is told beside. */
async function conversation() {
  await using registry = startTestRegistry()
  using recorder = await startRecorder(registry.endpoint)
  const peer = () => connectPeer(recorder.endpoint)
  const a = await peer()
  await a.ask('register,José,5000')
  const b = await peer()
  await b.send('register,bia,5001\nready\n')
  await b.line()
  await b.line()
  await a.ask('list')
  await a.ask('details,bia')
  await a.ask('watch\nping')
  for (let line = ''; line !== 'pong'; ) line = await a.line()
  const id = (await a.ask('call,bia')).split(',')[1] as string
  await b.line()
  await a.line()
  await a.line()
  await b.ask(`accept,${id}`)
  await a.line()
  await b.ask(`signal,${id},${payload}`)
  await a.line()
  await b.ask(`hangup,${id}`)
  await b.ask(`hangup,${id}`)
  await b.ask('auth,segredo')
  await b.ask('valsa')
  await b.ask('hello')
  await b.sendLine('help\nquit')
  await b.rest()
  const first = await peer()
  await first.send('Caio,127.0.0.1,4000,5002')
  await first.receive()
  for (const request of ['list', 'details,nobody', 'quit']) {
    await first.send(request)
    await first.receive()
  }
  const browser = await peer()
  await browser.send('GET / HTTP/1.1\r\n\r\n')
  await browser.rest()
  await registry.stop()
  await a.rest()
  return { id, segments: recorder.segments }
}

const said = (segments: readonly Segment[], connection: number): string =>
  Buffer.concat(segments.filter((s) => s.connection === connection).map((s) => s.bytes)).toString()

describe.skipIf(!hasTshark && !process.env.CI)('the dissector for Wireshark', () => {
  let id: string
  let segments: Segment[]
  let packets: Packet[]

  /** Those who speak lines again: in pieces of 3 bytes (10 and 11) and of 50 (20, 21), and at once (30, 31). */
  beforeAll(async () => {
    ;({ id, segments } = await conversation())
    const lines = segments.filter(({ connection }) => connection < 2)
    const from = (first: number) => (segment: Segment) => ({
      ...segment,
      connection: segment.connection + first,
    })
    const again = [
      ...inPieces(lines, 3).map(from(10)),
      ...inPieces(together(lines), 50).map(from(20)),
      ...together(lines).map(from(30)),
    ]
    packets = await dissect(captureOf([...segments, ...again], () => 3001))
  }, 30_000)

  const stream = (connection: number): number =>
    [...new Set([...segments.map((s) => s.connection), 10, 11, 20, 21, 30, 31])].indexOf(connection)

  test('shows every line, however the segments are cut', () => {
    const sorted = (connection: number) => linesOf(packets, stream(connection)).sort()
    const sent = said(segments, 0).split('\n').slice(0, -1).sort()
    expect(sent.length).toBeGreaterThan(20)
    expect(sorted(0)).toEqual(sent)
    for (const cut of [10, 20, 30]) {
      expect(sorted(cut)).toEqual(sorted(0))
      expect(sorted(cut + 1)).toEqual(sorted(1))
    }
  })

  test('ties each reply to its request', () => {
    const request = withLine(packets, 'details,bia')
    const reply = withLine(packets, '127.0.0.1,5001')
    expect(request).toMatchObject({
      encontro_request: ['details'],
      encontro_meaning: ['asks where somebody takes calls'],
      encontro_name: ['bia'],
      encontro_response_in: reply.frame_number,
    })
    expect(reply).toMatchObject({
      encontro_reply: ['details'],
      encontro_response_to: request.frame_number,
      encontro_ip: ['127.0.0.1'],
      encontro_call_port: ['5001'],
      // The capture has a packet each millisecond.
      encontro_time: ['0.001000000'],
    })
  })

  test('ties them in pieces, too', () => {
    const pieces = packets.filter(of(stream(10)))
    const request = withLine(pieces, 'list')
    const reply = withLine(pieces, 'José,bia')
    expect(reply.encontro_response_to).toEqual(request.frame_number as string[])
    expect(reply.encontro_name).toEqual(['José', 'bia'])
    for (const packet of packets.filter(of(stream(20)))) {
      const replies = packet.encontro_reply?.length ?? 0
      expect(packet.encontro_response_to?.length ?? 0).toBeGreaterThanOrEqual(replies)
    }
    const ping = withLine(pieces, 'ping')
    expect(withLine(pieces, 'pong').encontro_response_to).toContain(ping.frame_number?.[0] ?? '')
  })

  test('the state answers `watch`, and pushes are marked', () => {
    const here = withLine(packets, '*synced,2')
    expect(here.encontro_push).toEqual(['here', 'here', 'ready', 'synced'])
    expect(here.encontro_since?.[0]).toStartWith('20')
    expect(here.encontro_count).toEqual(['2'])
    const call = withLine(packets, `*call,${id},José,127.0.0.1`)
    expect(call.encontro_push).toEqual(['call'])
    expect(call.encontro_response_to).toBeUndefined()
  })

  test('one call can be filtered by its id, also the request that has none and a refusal', () => {
    const lines = packets
      .filter((packet) => packet.encontro_call?.includes(id))
      .filter((packet) => Number(packet.tcp_stream) < 2)
      .flatMap((packet) => packet.encontro_line ?? [])
    for (const line of ['call,bia', `success,${id}`, `*accepted,${id}`, `*ended,${id},hangup`]) {
      expect(lines).toContain(line)
    }
    expect(lines).toContain('error,Chamada não encontrada,unknown-call')
    expect(lines).not.toContain('José,bia')
  })

  test('reads the JSON in a signal', () => {
    for (const line of [`signal,${id},${payload}`, `*signal,${id},${payload}`]) {
      const packet = withLine(packets, line)
      expect(packet.encontro_signal).toEqual([JSON.stringify(signal)])
      expect(packet.json_key).toContain('chat')
      expect(packet.json_value_string).toContain('Olá')
    }
  })

  test('a refusal has its code, for experts too', () => {
    const refusal = withLine(packets, 'error,Requisição desconhecida,unknown-request')
    expect(refusal).toMatchObject({
      encontro_code: ['unknown-request'],
      encontro_text: ['Requisição desconhecida'],
    })
    expect(JSON.stringify(refusal)).toContain('Refused: unknown-request')
    expect(withLine(packets, 'valsa').encontro_unknown).toEqual(['valsa'])
    const able = packets.find((packet) => packet.encontro_reply?.includes('hello'))
    expect(able?.encontro_version).toEqual(['1'])
    expect(able?.encontro_feature).toContain('resume-by-id')
    const bye = withLine(packets, '*bye,shutdown,Conexão encerrada')
    expect(bye.encontro_code).toEqual(['shutdown'])
  })

  test('a secret is not shown', () => {
    expect(withLine(packets, 'auth,…').encontro_request).toEqual(['auth'])
    const shown = packets.flatMap((packet) =>
      Object.entries(packet).filter(([name]) => name.startsWith('encontro')),
    )
    expect(JSON.stringify(shown)).not.toContain('segredo')
  })

  test('a first client: a message for each segment', () => {
    const bare = packets.filter(of(stream(2))).filter((packet) => packet.encontro_line)
    expect(bare.map((packet) => packet.encontro_line?.[0])).toEqual([
      'Caio,127.0.0.1,4000,5002',
      'success,Registrado com sucesso',
      'list',
      'José,Caio',
      'details,nobody',
      'error,Usuário não encontrado',
      'quit',
      'Conexão encerrada',
    ])
    expect(bare.flatMap((packet) => packet.encontro_framing ?? [])).toEqual(Array(8).fill('bare'))
    expect(bare[0]).toMatchObject({
      encontro_request: ['register'],
      encontro_name: ['Caio'],
      encontro_ip: ['127.0.0.1'],
      encontro_port: ['4000'],
      encontro_call_port: ['5002'],
    })
    expect(bare[3]).toMatchObject({ encontro_response_to: bare[2]?.frame_number })
  })

  test('what is no request is shown as it is', () => {
    const [asked] = packets.filter(of(stream(3))).filter((packet) => packet.encontro_line)
    expect(asked?.encontro_unknown?.[0]).toBe('GET / HTTP/1.1')
  })

  test('later versions, long lines, bytes that are no text, and rubbish are no error', async () => {
    const made: Segment[] = []
    const client = (connection: number, text: string | Buffer) =>
      made.push({ connection, from: 'client', bytes: Buffer.from(text) })
    const registry = (connection: number, text: string) =>
      made.push({ connection, from: 'registry', bytes: Buffer.from(text) })
    client(0, 'register,ana,5000\n')
    registry(0, 'success,Registrado com sucesso\n*busy,bia,10.0.0.2,cris,10.0.0.3,later\n')
    registry(0, '*call,x,bia,10.0.0.2,3,cris,10.0.0.3,davi,10.0.0.4\n*gone,x,bia,10.0.0.2,lost\n')
    client(0, 'invite,127.0.0.1,4000,5000\ninvite,0123456789_-abcdefABCD,bia,10.0.0.2\n')
    registry(0, '*waltz,1,2\n*here\n*synced,x\n*here,a,b,99999,999999999999999999\n')
    client(0, `signal,x,${'A'.repeat(65_000)}\nsignal,x,_w\nsignal,x,!\n`)
    client(0, Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x2c, 0x2c, 0x0a, 0x0d, 0x0a]))
    // A registration in two halves is lines, though its first half has three commas.
    client(1, 'ana,10.0.0.9,4000,5')
    client(1, '000\n')
    registry(1, 'success,Registrado com sucesso\n')
    registry(2, 'error,O servidor atingiu o limite de conexões,too-many-connections\n')
    // Another port: known by its first words, and by nothing else.
    client(3, 'register,bia,5000\n')
    registry(3, 'success,Registrado com sucesso\n')
    client(4, 'valsa\n')
    for (let rubbish = 5; rubbish < 25; rubbish++) {
      client(rubbish, crypto.getRandomValues(Buffer.alloc(200)))
      registry(rubbish, Buffer.from(crypto.getRandomValues(Buffer.alloc(200))).toString('latin1'))
    }
    const port = (connection: number) => (connection === 3 || connection === 4 ? 4444 : 4001)
    const found = await dissect(captureOf(made, port), '-o', 'encontro.ports:3001,4000-4010')
    expect(withLine(found, '*busy,bia,10.0.0.2,cris,10.0.0.3,later')).toMatchObject({
      encontro_with_name: ['cris'],
      encontro_with_ip: ['10.0.0.3'],
      encontro_further: ['later'],
    })
    const invitation = withLine(found, '*call,x,bia,10.0.0.2,3,cris,10.0.0.3,davi,10.0.0.4')
    expect(invitation).toMatchObject({
      encontro_count: ['3'],
      encontro_with_name: ['cris', 'davi'],
    })
    expect(invitation.encontro_reason).toEqual(['lost'])
    const named = withLine(found, 'invite,127.0.0.1,4000,5000')
    expect(named.encontro_request).toEqual(['register', 'invite'])
    expect(withLine(found, '*waltz,1,2').encontro_push).toContain('waltz')
    expect(withLine(found, 'signal,x,!').encontro_payload).toContain('!')
    expect(linesOf(found, 1)).toEqual([
      'ana,10.0.0.9,4000,5',
      '000',
      'success,Registrado com sucesso',
    ])
    expect(withLine(found, '000').encontro_meaning).toEqual(['continues the message before'])
    expect(linesOf(found, 2)).toHaveLength(1)
    expect(linesOf(found, 3)).toEqual(['register,bia,5000', 'success,Registrado com sucesso'])
    expect(linesOf(found, 4)).toEqual([])
  }, 30_000)
})
