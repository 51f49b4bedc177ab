import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { SortedList } from '../../../src/web/book/sorted-list.ts'

type Item = { value: number; serial: number }

const compare = (a: Item, b: Item) => a.value - b.value || a.serial - b.serial
const items = fc
  .array(fc.integer({ min: 0, max: 9 }))
  .map((values) => values.map((value, serial) => ({ value, serial })))
const all = (list: SortedList<Item>) => list.slice(0, list.length)

test('a list is in order however it came about', () => {
  fc.assert(
    fc.property(items, items, (first, more) => {
      const others = more.map(({ value, serial }) => ({ value, serial: serial + first.length }))
      const list = new SortedList(compare, first)
      for (const item of others) list.add(item)
      expect(all(list)).toEqual([...first, ...others].sort(compare))
    }),
  )
})

test('what is taken out is gone, and everything else stays in order', () => {
  fc.assert(
    fc.property(items, fc.func(fc.boolean()), (start, isGone) => {
      const list = new SortedList(compare, start)
      const gone = start.filter(isGone)
      for (const item of gone) list.remove(item)
      expect(all(list)).toEqual(start.filter((item) => !gone.includes(item)).sort(compare))
      expect(list.length).toBe(start.length - gone.length)
    }),
  )
})

test('is the same whenever somebody looks, and however much came and went meanwhile', () => {
  const act = fc.record({
    kind: fc.constantFrom('add', 'remove', 'replace', 'look'),
    value: fc.nat(9),
    times: fc.integer({ min: 1, max: 60 }),
  })
  fc.assert(
    fc.property(items, fc.array(act, { maxLength: 30 }), (start, acts) => {
      const list = new SortedList(compare, start)
      let model = [...start]
      let serial = start.length
      for (const { kind, value, times } of acts) {
        for (let time = 0; time < times; time += 1) {
          const [first] = model
          if (kind === 'add') {
            const item = { value, serial: serial++ }
            list.add(item)
            model.push(item)
          } else if (kind === 'remove' && first) {
            list.remove(first)
            model = model.slice(1)
          } else if (kind === 'replace' && first) {
            const other = { ...first }
            list.remove(first)
            list.add(other)
            model = [...model.slice(1), other]
          }
        }
        expect(list.length).toBe(model.length)
        if (kind === 'look') expect(all(list)).toEqual(model.toSorted(compare))
      }
      const shown = all(list)
      expect(shown).toEqual(model.toSorted(compare))
      for (const item of model) expect(shown).toContain(item)
    }),
  )
})

test('a filtered list is a list of its own', () => {
  fc.assert(
    fc.property(items, (start) => {
      const list = new SortedList(compare, start)
      const isOdd = ({ value }: Item) => value % 2 === 1
      const isThree = ({ value }: Item) => value === 3
      const odd = list.filter(isOdd, isThree)
      const before = all(list)
      const late = [
        { value: 4, serial: -1 },
        { value: 3, serial: -2 },
      ]
      for (const item of late) odd.add(item)
      expect(all(list)).toEqual(before)
      const expected = [...start.filter(isOdd), ...late].sort(compare)
      const first = expected.filter(isThree)
      expect(all(odd)).toEqual([...first, ...expected.filter((item) => !first.includes(item))])
    }),
  )
})

test('the items that it was made of are left as they were', () => {
  const given = [3, 1, 2]
  const list = new SortedList((a: number, b: number) => a - b, given)
  list.add(0)
  expect(given).toEqual([3, 1, 2])
  expect(list.slice(1, 3)).toEqual([1, 2])
})
