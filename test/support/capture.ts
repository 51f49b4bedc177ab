import { connect, createServer, type Socket } from 'node:net'
import type { Endpoint } from '../../src/endpoint.ts'

/** What one end sent at once. `connection` counts from 0, in the order in which they were opened. */
export type Segment = { connection: number; from: 'client' | 'registry'; bytes: Buffer }

/** A registry's port through which everything passes as it is, and is written down. */
export async function startRecorder(target: Endpoint) {
  const segments: Segment[] = []
  let connections = 0
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const connection = connections++
    const registry = connect(target.port, target.ip)
    for (const [from, source, sink] of [
      ['client', client, registry],
      ['registry', registry, client],
    ] as const) {
      open.add(source)
      source.on('data', (bytes) => {
        segments.push({ connection, from, bytes: Buffer.from(bytes) })
        sink.write(bytes)
      })
      source.on('end', () => sink.end())
      // A reset of one end is an end for the other.
      source.on('error', () => sink.destroy())
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  return {
    endpoint: { ip: '127.0.0.1', port },
    segments,
    [Symbol.dispose]() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

/** The same bytes as a slow network brings them. */
export function inPieces(segments: readonly Segment[], size: number): Segment[] {
  return segments.flatMap((segment) =>
    Array.from({ length: Math.ceil(segment.bytes.length / size) }, (_, index) => ({
      ...segment,
      bytes: segment.bytes.subarray(index * size, (index + 1) * size),
    })),
  )
}

/** What follows each other in one direction, sent as one. */
export function together(segments: readonly Segment[]): Segment[] {
  const all: Segment[] = []
  for (const segment of segments) {
    const last = all.at(-1)
    if (last && last.connection === segment.connection && last.from === segment.from) {
      all[all.length - 1] = { ...last, bytes: Buffer.concat([last.bytes, segment.bytes]) }
    } else all.push(segment)
  }
  return all
}

const syn = 0x02
const pushed = 0x18
const acknowledged = 0x10

/**
 * A capture file with these segments, one each millisecond: 10.0.0.N talks to 10.0.0.1 (raw IPv4,
 * https://www.tcpdump.org/linktypes.html). `portOf` tells the registry's port for each connection.
 */
export function captureOf(segments: readonly Segment[], portOf: (connection: number) => number) {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(262_144, 16)
  header.writeUInt32LE(101, 20)
  const packets: Buffer[] = [header]
  const ends = new Map<number, { client: number; registry: number }>()

  function write({ connection, from, bytes }: Segment, flags: number): void {
    const sent = ends.get(connection) ?? { client: 0, registry: 0 }
    const other = from === 'client' ? 'registry' : 'client'
    const packet = ipv4(connection, from, portOf(connection), flags, bytes)
    packet.writeUInt32BE(1000 + sent[from], 24)
    packet.writeUInt32BE(flags === syn ? 0 : 1000 + sent[other], 28)
    const record = Buffer.alloc(16)
    const at = packets.length - 1
    record.writeUInt32LE(1_700_000_000 + Math.floor(at / 1000), 0)
    record.writeUInt32LE((at % 1000) * 1000, 4)
    record.writeUInt32LE(packet.length, 8)
    record.writeUInt32LE(packet.length, 12)
    packets.push(Buffer.concat([record, packet]))
    ends.set(connection, { ...sent, [from]: sent[from] + bytes.length + (flags & syn ? 1 : 0) })
  }

  for (const segment of segments) {
    if (!ends.has(segment.connection)) {
      const nothing = { ...segment, bytes: Buffer.alloc(0) }
      write({ ...nothing, from: 'client' }, syn)
      write({ ...nothing, from: 'registry' }, syn | acknowledged)
    }
    write(segment, pushed)
  }
  return Buffer.concat(packets)
}

/** An IPv4 packet (RFC 791) with a TCP segment (RFC 9293). Sums are 0, as where a network card makes them. */
function ipv4(
  connection: number,
  from: Segment['from'],
  port: number,
  flags: number,
  bytes: Buffer,
): Buffer {
  const packet = Buffer.alloc(40)
  packet[0] = 0x45
  packet.writeUInt16BE(40 + bytes.length, 2)
  packet[8] = 64
  packet[9] = 6
  const [client, registry] = [12, 16].map((place) => (from === 'client' ? place : 28 - place))
  packet.set([10, 0, 1 + (connection >> 8), connection & 255], client)
  packet.set([10, 0, 0, 1], registry)
  packet.writeUInt16BE(40_000 + connection, from === 'client' ? 20 : 22)
  packet.writeUInt16BE(port, from === 'client' ? 22 : 20)
  packet[32] = 0x50
  packet[33] = flags
  packet.writeUInt16BE(65_535, 34)
  return Buffer.concat([packet, bytes])
}
