import { expect, test } from 'bun:test'
import { Held } from '../../../src/registry/connection/held-bytes.ts'
import { Snapshots } from '../../../src/registry/connection/snapshots.ts'
import { idOf, TestExchange } from '../../support/switchboard.ts'

function house() {
  const exchange = new TestExchange({}, { showsPartners: true })
  const { directory, switchboard } = exchange
  const held = new Held()
  const snapshots = new Snapshots(directory, switchboard, held)
  const join = (name: string) => exchange.join(name)
  return { directory, held, snapshots, join }
}

test('are of who is there, whoever comes and goes', () => {
  const { directory, snapshots, join } = house()
  const seen = () => [
    snapshots.list.value.toString(),
    snapshots.here.value.map(({ name }) => name).join(),
  ]
  expect(seen()).toEqual(['\n', ''])
  const ana = join('Ana')
  join('José')
  expect(seen()).toEqual(['Ana,José\n', 'Ana,José'])
  directory.unregister(ana.registration)
  expect(seen()).toEqual(['José\n', 'José'])
})

test('are the same for all who ask between two changes', () => {
  const { snapshots, join } = house()
  join('Ana')
  const { list, here } = snapshots
  expect(snapshots.list).toBe(list)
  expect(snapshots.here).toBe(here)
  join('Bia')
  expect(snapshots.list).not.toBe(list)
  expect(list.value.toString()).toBe('Ana\n')
})

test('count once for all who hold them, and for nobody once all have let go', () => {
  const { held, snapshots, join } = house()
  join('Ana')
  const { list } = snapshots
  expect(held.total).toBe(0)
  list.hold()
  list.hold()
  expect({ total: held.total, share: list.share }).toEqual({ total: 4, share: 2 })
  join('Bia')
  list.release()
  expect(held.total).toBe(4)
  list.release()
  expect(held.total).toBe(0)
})

test('of who is in a call count with all the partners, once for all who hold them', () => {
  const { held, snapshots, join } = house()
  const everybody = Array.from({ length: 6 }, (_, each) => join(`pessoa ${each}`))
  const [first, ...others] = everybody
  for (const each of everybody) each.ask({ verb: 'ready', conference: true })
  const bytes = () => {
    const { presence } = snapshots
    presence.hold()
    snapshots.presence.hold()
    const held = presence.share * 2
    presence.release()
    snapshots.presence.release()
    return held
  }
  const nobody = bytes()
  first?.ask({ verb: 'call', name: 'pessoa 1' })
  for (const [index, { registration }] of others.entries()) {
    if (index > 0) first?.ask({ verb: 'invite', id: idOf(1), ...registration })
    everybody[index + 1]?.ask({ verb: 'accept', id: idOf(1) })
  }
  const { presence } = snapshots
  presence.hold()
  // Six that know of five others each.
  expect(presence.value.busy.flatMap((push) => push.with ?? [])).toHaveLength(30)
  expect(held.total - nobody).toBeGreaterThan(36 * 50)
  for (const each of everybody) each.ask({ verb: 'hangup', id: idOf(1) })
  expect(snapshots.presence).not.toBe(presence)
  expect(snapshots.presence.value.busy).toEqual([])
  presence.release()
  expect(held.total).toBe(0)
})
