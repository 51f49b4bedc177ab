import fc from 'fast-check'
import { Connection, type ConnectionSocket } from '../../src/registry/connection/connection.ts'
import { Directory } from '../../src/registry/directory/directory.ts'
import { lockFor, partsWithoutSockets } from '../support/socketless.ts'
import { expectModel, type Model, newModel } from './model.ts'
import { expectWellFormed } from './well-formed.ts'
import { type Action, actions, callId, line, peers } from './words.ts'

type Guest = { subject: Connection; received: Buffer[]; closed: boolean }

/** Connections without sockets, in a house of their own. A bug throws. */
export function createHouse() {
  const directory = new Directory({ now: () => 0 })
  let ids = 0
  const newId = () => callId(ids++)
  const parts = partsWithoutSockets(directory, { newId, limits: { bareQuietMs: 100_000 } })
  const { switchboard } = parts.services
  function connect(each: number): Guest {
    const received: Buffer[] = []
    const close = () => {
      guest.closed = true
    }
    const wire: ConnectionSocket = {
      write(bytes, offset = 0, length) {
        const asked = Buffer.from(bytes as string).subarray(offset, length && offset + length)
        received.push(asked)
        return asked.length
      },
      pause() {},
      resume() {},
      shutdown() {},
      end: close,
      terminate: close,
    }
    const lock = lockFor((secret) => secret === 'chave-do-operador')
    const remote = { ip: '127.0.0.1', port: 40_000 + each }
    const rights = { trusted: true, locked: false, lock }
    const guest: Guest = {
      subject: new Connection(wire, remote, rights, parts),
      received,
      closed: false,
    }
    return guest
  }
  return { directory, switchboard, connect }
}

/** Any bytes in any pieces from anybody: nothing throws, and what is answered is well formed. */
export function anything(all: Action[]): void {
  const { directory, switchboard, connect } = createHouse()
  const guests = Array.from({ length: peers }, (_, each) => connect(each))
  for (const action of all) {
    const { subject } = guests[action.who] as Guest
    if (action.kind === 'send') subject.data(Buffer.from(action.bytes))
    else if (action.kind === 'end') subject.inputEnd()
    else subject.gone()
    expectExclusive(directory)
  }
  for (const { subject, received } of guests) {
    subject.gone()
    expectWellFormed(Buffer.concat(received), 'lines')
  }
  const { ready, busy } = switchboard.presence
  if (directory.size + ready.length + busy.length > 0) throw new Error('somebody is left')
}

/** Whole lines: each registration is answered, and the directory is, as a simple model says. */
export function asModelled(said: { who: number; text: string }[]): void {
  const { directory, connect } = createHouse()
  const guests = Array.from({ length: peers }, (_, each) => connect(each))
  const model: Model = newModel(peers)
  for (const { who, text } of said) {
    const { subject, received } = guests[who] as Guest
    const before = received.length
    subject.data(Buffer.from(`${text}\n`))
    const answer = Buffer.concat(received.slice(before)).toString()
    expectModel(model, { who, text, answer }, directory)
  }
}

function expectExclusive(directory: Directory): void {
  const all = directory.all()
  const pairs = all.flatMap(({ name, ip, callPort }) => [`n ${name} ${ip}`, `p ${ip} ${callPort}`])
  if (new Set(pairs).size !== 2 * all.length) throw new Error(`not exclusive: ${pairs}`)
}

export const wildly = fc.property(actions, anything)

const tidy = line.filter((text) => !/[\r\n]/.test(text) && text.length < 1_000)

export const tidily = fc.property(
  fc.array(fc.record({ who: fc.nat({ max: peers - 1 }), text: tidy }), { maxLength: 40 }),
  asModelled,
)
