import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { PairMap } from '../src/pair-map.ts'

type Item = { first: string; second: number; serial: number }

test('is as a list that is searched from its beginning', () => {
  const act = fc.record({
    kind: fc.constantFrom('set', 'set', 'delete'),
    first: fc.constantFrom('a', 'b', 'c'),
    second: fc.nat(3),
  })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const pairs = new PairMap<number, Item>(
        ({ first }) => first,
        ({ second }) => second,
      )
      let model: Item[] = []
      for (const [serial, { kind, ...pair }] of acts.entries()) {
        const item = { ...pair, serial }
        const same = (other: Item) => other.first === pair.first && other.second === pair.second
        if (kind === 'delete') {
          pairs.delete(item)
          model = model.filter((other) => !same(other))
        } else {
          pairs.set(item)
          const replaced = model.map((other) => (same(other) ? item : other))
          model = model.some(same) ? replaced : [...model, item]
        }
        for (const first of ['a', 'b', 'c']) {
          const under = model.filter((other) => other.first === first)
          expect(pairs.earliest(first)).toBe(under[0] as Item)
          for (const second of [0, 1, 2, 3]) {
            expect(pairs.get(first, second)).toBe(under.find((o) => o.second === second) as Item)
          }
        }
      }
      pairs.clear()
      expect(pairs.earliest('a')).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})

test('holds thousands, and as few again, each where it is looked for', () => {
  const pairs = new PairMap<number, Item>(
    ({ first }) => first,
    ({ second }) => second,
  )
  const items = Array.from({ length: 20_000 }, (_, serial) => ({
    first: `p${serial}`,
    second: serial % 7,
    serial,
  }))
  for (const item of items) pairs.set(item)
  for (const item of items) expect(pairs.get(item.first, item.second)).toBe(item)
  const staying = items.filter(({ serial }) => serial % 1_000 === 0)
  for (const item of items) if (!staying.includes(item)) pairs.delete(item)
  for (const item of items) {
    const found = pairs.earliest(item.first)
    if (item.serial % 1_000 === 0) expect(found).toBe(item)
    else expect(found).toBeUndefined()
  }
})
