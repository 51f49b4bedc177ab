import { expect, test } from 'bun:test'
import { Inbox } from '../../src/engine/node/inbox.ts'
import type { SharedCalls } from '../../src/registry/calls/shared-calls.ts'
import type { Registration } from '../../src/registry/directory/registration.ts'
import type { CallPush } from '../../src/wire/message.ts'
import { TestLine } from '../support/cluster/replicas.ts'

const bia: Registration = { name: 'bia', ip: '10.0.0.1', port: 4000, callPort: 5000, since: 0 }
const signal = (payload: string) => ({ kind: 'signal' as const, id: 'x'.repeat(22), payload })

/** The inbox of a node that has one peer, number 7, and what that was told. */
function inboxAt(node: { rev: number; room: boolean }) {
  const passed: string[] = []
  const sent: string[] = []
  const line = Object.assign(new TestLine(), { hasRoom: () => node.room })
  const inbox = new Inbox({
    me: () => 'here',
    rev: () => node.rev,
    calls: () =>
      ({
        passSignal: (_: Registration, push: CallPush) =>
          passed.push('payload' in push ? push.payload : ''),
      }) as unknown as SharedCalls,
    peerOf: (serial) => (serial === 7 ? { registration: bia, line } : undefined),
    send: (to, text) => sent.push(`${to} ${text}`),
    told: () => {},
  })
  const take = (rev: number, payload: string) =>
    inbox.take(JSON.stringify({ kind: 'signal', rev, from: 'there', to: 7, push: signal(payload) }))
  return { inbox, take, passed, sent }
}

test('a signal waits until all is known here that its sender knew, and those after it wait too', () => {
  const node = { rev: 4, room: true }
  const { inbox, take, passed } = inboxAt(node)
  take(5, 'first')
  take(3, 'second')
  inbox.settle()
  expect(passed).toEqual([])
  node.rev = 5
  inbox.settle()
  expect(passed).toEqual(['first', 'second'])
})

test('a peer that reads too slowly is waited for, and its sender told', async () => {
  const node = { rev: 5, room: false }
  const { inbox, take, passed, sent } = inboxAt(node)
  take(5, 'first')
  take(5, 'second')
  inbox.settle()
  expect(passed).toEqual([])
  expect(sent).toEqual(['there {"kind":"full","of":7,"is":true}'])
  node.room = true
  await Bun.sleep(60)
  expect(passed).toEqual(['first', 'second'])
  expect(sent.at(-1)).toBe('there {"kind":"full","of":7,"is":false}')
  const line = inbox.lineTo('there', 9)
  inbox.take('{"kind":"full","of":9,"is":true}')
  expect(line.hasRoom(1)).toBe(false)
  inbox.take('{"kind":"full","of":9,"is":false}')
  expect(line.hasRoom(1)).toBe(true)
  // Of a node that dies with a peer that reads too slowly nothing is kept.
  inbox.take('{"kind":"full","of":9,"is":true}')
  inbox.forget(9)
  expect(line.hasRoom(1)).toBe(true)
  inbox.clear()
})
