import { expect, test } from 'bun:test'
import { Held } from '../../../src/registry/connection/held-bytes.ts'
import { Snapshots } from '../../../src/registry/connection/snapshots.ts'
import { Directory } from '../../../src/registry/directory/directory.ts'

function house() {
  const directory = new Directory({ now: () => 0 })
  const held = new Held()
  const snapshots = new Snapshots(directory, held)
  let ports = 1
  const join = (name: string) => {
    const joined = directory.register({ name, ip: '10.0.0.1', port: 4000, callPort: ports++ })
    if (!joined.ok) throw new Error(joined.error)
    return joined.value
  }
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
  directory.unregister(ana)
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
