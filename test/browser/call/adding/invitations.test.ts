import { describe, expect, test } from 'bun:test'
import {
  createInvitations,
  type Invitation,
} from '../../../../src/browser/call/adding/invitations.ts'
import type { CallNews } from '../../../../src/page-protocol.ts'

const bia = { name: 'Bia', ip: '192.0.2.7' }
const otherBia = { name: 'Bia', ip: '192.0.2.8' }
const cris = { name: 'Cris', ip: '192.0.2.9' }
const id = 'one'

const rings = (tag: string, person = bia): CallNews => ({
  kind: 'invited',
  id,
  ...person,
  ringsForMs: 45_000,
  tag,
})
const refused = (tag: string, code: string): CallNews => ({
  kind: 'refused',
  wish: 'invite',
  id,
  tag,
  code,
})

function begin(...people: (typeof bia)[]) {
  const invitations = createInvitations()
  const tags = people.map((person) => invitations.begin(person))
  invitations.callHas([cris], people)
  const at = () => invitations.all().map(({ invitation }) => invitation.at)
  return { invitations, tag: tags[0] ?? '', at }
}

describe('an invitation', () => {
  test('rings once the registry says so, and is over with the answer', () => {
    const { invitations, tag, at } = begin(bia)
    expect(at()).toEqual(['asking'])
    invitations.heard(rings(tag))
    expect(at()).toEqual(['calling'])
    invitations.callHas([cris, bia], [])
    expect(at()).toEqual([])
  })

  test.each(['declined', 'timeout', 'left'] as const)('comes to nothing: %s', (reason) => {
    const { invitations, tag, at } = begin(bia)
    invitations.heard(rings(tag))
    const heard = invitations.heard({ kind: 'not-coming', id, ...bia, reason })
    expect(heard?.invitation).toEqual({ at: reason })
    expect(invitations.callHas([cris], [])).toEqual([])
    expect(at()).toEqual([reason])
    invitations.dropClosed()
    expect(at()).toEqual([])
  })

  test('of one whose program knows calls of two alone is not offered again in this call', () => {
    const { invitations, tag } = begin(bia, otherBia)
    invitations.heard(refused(tag, 'only-two'))
    invitations.dropClosed()
    expect([bia, otherBia, cris].map(invitations.isRefusedForGood)).toEqual([true, false, false])
    invitations.clear()
    expect(invitations.isRefusedForGood(bia)).toBe(false)
  })

  test('is of one of two people of the same name', () => {
    const { invitations, at } = begin(bia, otherBia)
    invitations.heard({ kind: 'not-coming', id, ...otherBia, reason: 'declined' })
    expect(at()).toEqual(['asking', 'declined'])
  })

  test('is refused by the tag of its wish', () => {
    const { invitations, tag } = begin(bia, otherBia)
    expect(invitations.heard(refused('another', 'busy'))).toBeUndefined()
    invitations.heard(refused(tag, 'busy'))
    const became = invitations.all().map(({ invitation }) => invitation)
    expect(became).toEqual([{ at: 'refused', code: 'busy' }, { at: 'asking' }] as Invitation[])
    // A `call` that was refused has tags of its own.
    expect(
      invitations.heard({ kind: 'refused', wish: 'call', tag: 'invite-2', code: 'busy' }),
    ).toBeUndefined()
  })

  test('that was taken back is heard of no more', () => {
    const { invitations, tag, at } = begin(bia)
    invitations.drop(bia)
    invitations.heard(rings(tag))
    invitations.heard({ kind: 'not-coming', id, ...bia, reason: 'declined' })
    expect(at()).toEqual([])
  })

  test('of which the call hears nothing more has had no answer, or no server', () => {
    const { invitations, tag, at } = begin(bia, otherBia)
    invitations.heard(rings(tag))
    const silent = invitations.callHas([cris], [])
    expect(silent.map(({ invitation }) => invitation.at)).toEqual(['timeout', 'server-away'])
    expect(at()).toEqual(['timeout', 'server-away'])
    expect(invitations.callHas([cris], [])).toEqual([])
  })

  test('is waited for until the call has met it', () => {
    const invitations = createInvitations()
    invitations.begin(bia)
    expect(invitations.callHas([cris], [])).toEqual([])
    expect(invitations.all()).toHaveLength(1)
  })

  test('can be repeated after it came to nothing', () => {
    const { invitations, tag, at } = begin(bia)
    invitations.heard(refused(tag, 'too-fast'))
    const again = invitations.begin(bia)
    expect(again).not.toBe(tag)
    // The late refusal of the first one.
    invitations.heard(refused(tag, 'too-fast'))
    expect(at()).toEqual(['asking'])
  })
})
