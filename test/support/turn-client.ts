import { createHash, createHmac } from 'node:crypto'
import type { Endpoint } from '../../src/endpoint.ts'
import { eventually } from './eventually.ts'

/** A message of TURN (RFC 8656), as far as tests look at it. */
type Answer = { code: number; attributes: Map<number, Buffer> }

const cookie = Buffer.from('2112a442', 'hex')
const methods = { allocate: 0x003, createPermission: 0x008 }
const types = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  peer: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  family: 0x0017,
  transport: 0x0019,
}

/** What is lost is said again, as the same transaction (RFC 8489, section 6.2.1). */
const retransmitMs = 500

export type TurnClient = {
  /** 0 for a relay, or the code with which it was refused. */
  allocate: () => Promise<number>
  /** 0 where packets may be relayed to that address, or the code with which it was refused. */
  permit: (ip: string) => Promise<number>
  [Symbol.dispose](): void
}

/** A client of a TURN server over UDP that can do what no browser would. Each has one relay at most. */
export async function connectTurn(
  server: Endpoint,
  { username = '', credential = '' }: { username?: string; credential?: string },
  relay: 'IPv4' | 'IPv6' = 'IPv4',
): Promise<TurnClient> {
  const answers = new Map<string, Answer>()
  const socket = await Bun.udpSocket({
    socket: {
      data(_, data) {
        const bytes = Buffer.from(data)
        answers.set(bytes.toString('hex', 8, 20), read(bytes))
      },
      // The server does not listen yet: it is asked again.
      error() {},
    },
  })
  let realm = ''
  let nonce = Buffer.alloc(0)

  async function ask(method: number, wanted: (id: Buffer) => Buffer[]): Promise<Answer> {
    const id = crypto.getRandomValues(Buffer.alloc(12))
    const isKnown = nonce.length > 0
    const attributes = Buffer.concat([...wanted(id), ...(isKnown ? proof() : [])])
    const message = isKnown ? signed(method, id, attributes) : stunMessage(method, id, attributes)
    let askedAt = Number.NEGATIVE_INFINITY
    return eventually('the TURN server answers', () => {
      if (performance.now() - askedAt > retransmitMs) {
        askedAt = performance.now()
        socket.send(message, server.port, server.ip)
      }
      return answers.get(id.toString('hex'))
    })
  }

  const proof = () => [
    attribute(types.username, Buffer.from(username)),
    attribute(types.realm, Buffer.from(realm)),
    attribute(types.nonce, nonce),
  ]

  function signed(method: number, id: Buffer, attributes: Buffer): Buffer {
    const key = createHash('md5').update(`${username}:${realm}:${credential}`).digest()
    const head = stunMessage(method, id, attributes, 24)
    const hmac = createHmac('sha1', key).update(head).digest()
    return Buffer.concat([head, attribute(types.integrity, hmac)])
  }

  /** The server names its realm and a nonce to whoever asks without a proof. */
  async function askProving(method: number, wanted: (id: Buffer) => Buffer[]): Promise<number> {
    const first = await ask(method, wanted)
    if (first.code !== 401 || nonce.length > 0) return first.code
    realm = first.attributes.get(types.realm)?.toString() ?? ''
    nonce = Buffer.from(first.attributes.get(types.nonce) ?? [])
    return (await ask(method, wanted)).code
  }

  return {
    allocate: () =>
      askProving(methods.allocate, () => [
        attribute(types.transport, Buffer.from([17, 0, 0, 0])),
        attribute(types.family, Buffer.from([relay === 'IPv4' ? 1 : 2, 0, 0, 0])),
      ]),
    permit: (ip) =>
      askProving(methods.createPermission, (id) => [attribute(types.peer, placeOf(ip, id))]),
    [Symbol.dispose]: () => socket.close(),
  }
}

/** `more` bytes are announced that follow later. */
function stunMessage(method: number, id: Buffer, attributes: Buffer, more = 0): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(method, 0)
  head.writeUInt16BE(attributes.length + more, 2)
  return Buffer.concat([head, cookie, id, attributes])
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)])
}

/** An address with port 9, as it travels: XORed with the message's first bytes (RFC 8489, 14.2). */
function placeOf(ip: string, id: Buffer): Buffer {
  const bytes = ip.includes(':') ? bytesOfIpv6(ip) : Buffer.from(ip.split('.').map(Number))
  const mask = Buffer.concat([cookie, id])
  const place = Buffer.alloc(4)
  place.writeUInt16BE(bytes.length === 4 ? 1 : 2, 0)
  place.writeUInt16BE(9 ^ mask.readUInt16BE(0), 2)
  return Buffer.concat([place, Buffer.from(bytes.map((byte, at) => byte ^ (mask[at] ?? 0)))])
}

function bytesOfIpv6(ip: string): Buffer {
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [head = '', tail] = ip.split('::')
  const [before, after] = [groups(head), groups(tail ?? '')]
  const left = Array.from({ length: 8 - before.length - after.length }, () => '0')
  const all = [...before, ...left, ...after].map((group) => group.padStart(4, '0'))
  return Buffer.from(all.join(''), 'hex')
}

function read(bytes: Buffer): Answer {
  const attributes = new Map<number, Buffer>()
  for (let at = 20; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2)
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length + (-length & 3)
  }
  const error = attributes.get(types.error)
  return { code: error ? (error[2] ?? 0) * 100 + (error[3] ?? 0) : 0, attributes }
}
