import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { PeopleBook, Person } from '../../../src/web/book/people-book.ts'
import {
  differenceOf,
  ListGroup,
  pageSize,
  type Shown,
  showView,
} from '../../../src/web/live/lists/list-group.ts'
import type { ListView } from '../../../views/people.tsx'

const row = (id: string): Person =>
  new Person(
    { name: id, ip: '10.0.0.7', callPort: 5001, since: 1 },
    { ready: false, busy: false, partners: undefined },
    Number.parseInt(id.slice(1), 36),
  )

const people = new Map(Array.from({ length: 100 }, (_, index) => [`p${index}`, row(`p${index}`)]))

const shown = (ids: readonly string[], changes: Partial<Shown> = {}): Shown => ({
  rows: ids.map((id) => people.get(id) ?? row(id)),
  matching: ids.length,
  total: 10,
  more: false,
  ...changes,
})

/** What htmx makes of an update: deletes first, then each run after its row or at the start. */
function apply(before: readonly string[], difference: ReturnType<typeof differenceOf>): string[] {
  const rows = before.filter((id) => !difference.removed.includes(id))
  for (const { after, rows: run } of difference.inserted) {
    const place = after === undefined ? 0 : rows.indexOf(after) + 1
    if (after !== undefined && place === 0) throw new Error(`no row ${after} to follow`)
    rows.splice(place, 0, ...run.map(({ id }) => id))
  }
  return rows
}

/** Two lists in which the rows that stay keep their order, as those of a sorted list do. */
const twoLists = fc
  .array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 100 })
  .map((presence) => presence.map(([was, is], index) => ({ id: `p${index}`, was, is })))

describe('a difference', () => {
  test('applied to what was shown gives what is', () => {
    fc.assert(
      fc.property(twoLists, (rows) => {
        const before = rows.filter(({ was }) => was).map(({ id }) => id)
        const after = rows.filter(({ is }) => is).map(({ id }) => id)
        const difference = differenceOf(shown(before), shown(after))
        expect(apply(before, difference)).toEqual(after)
        const staying = new Set(before.filter((id) => after.includes(id)))
        for (const run of difference.inserted) {
          expect(run.rows.length).toBeGreaterThan(0)
          if (run.after !== undefined) expect(staying).toContain(run.after)
        }
        // One run for each place: whatever the order in which they are put in.
        const places = difference.inserted.map((run) => run.after)
        expect(new Set(places).size).toBe(places.length)
        // Nothing is sent that was there already.
        const sent = difference.inserted.flatMap((run) => run.rows.map(({ id }) => id))
        expect(sent.filter((id) => before.includes(id))).toEqual([])
        expect(difference.changed).toEqual([])
      }),
    )
  })

  test('tells which of the rows that stay look different', () => {
    const before = shown(['p1', 'p2', 'p3'])
    const busy = row('p2').become({ busy: true })
    const after = { ...before, rows: [row('p0'), ...before.rows.slice(0, 1), busy] }
    const difference = differenceOf(before, after)
    expect(difference.changed).toEqual([busy])
    expect(difference.removed).toEqual(['p3'])
    expect(difference.inserted).toEqual([{ after: undefined, rows: [row('p0')] }])
  })

  test.each([
    { what: 'nothing changed', before: shown(['a']), after: shown(['a']), changed: false },
    {
      what: 'there is more now',
      before: shown(['a']),
      after: shown(['a'], { more: true }),
      changed: true,
    },
    { what: 'nobody is left', before: shown(['a']), after: shown([]), changed: true },
    {
      what: 'one is not alone any more',
      before: shown(['a'], { total: 1 }),
      after: shown(['a', 'b'], { total: 2 }),
      changed: true,
    },
    {
      what: 'the only one has left',
      before: shown([], { total: 1 }),
      after: shown([], { total: 0 }),
      changed: true,
    },
    {
      what: 'many became more',
      before: shown(['a'], { total: 5 }),
      after: shown(['a', 'b'], { total: 6 }),
      changed: false,
    },
  ])('redraws what is below the list where $what: $changed', ({ before, after, changed }) => {
    expect(differenceOf(before, after).belowChanged).toBe(changed)
  })
})

const everybody: ListView = { filter: '', order: 'name', start: 1, pages: 1 }

function bookOf(count: number): PeopleBook {
  const book = new PeopleBook({ change: () => {}, replaced: () => {} })
  book.reopen()
  for (let number = 0; number < count; number += 1) {
    const name = `Ana ${String(number).padStart(3, '0')}`
    book.apply({ kind: 'here', name, ip: '10.0.0.7', callPort: 1 + number, since: 1 })
  }
  book.apply({ kind: 'synced', count })
  return book
}

describe('a view', () => {
  test.each([
    { what: 'everybody', view: everybody, first: 'Ana 000', rows: pageSize, more: true },
    {
      what: 'two pages',
      view: { ...everybody, pages: 2 },
      first: 'Ana 000',
      rows: 2 * pageSize,
      more: true,
    },
    {
      what: 'the third page',
      view: { ...everybody, start: 3 },
      first: 'Ana 100',
      rows: 20,
      more: false,
    },
    {
      what: 'a page that is not there',
      view: { ...everybody, start: 9 },
      first: undefined,
      rows: 0,
      more: false,
    },
    {
      what: 'the newest',
      view: { ...everybody, order: 'newest' as const },
      first: 'Ana 119',
      rows: 50,
      more: true,
    },
    {
      what: 'a filter',
      view: { ...everybody, filter: 'ÁNA 11' },
      first: 'Ana 110',
      rows: 10,
      more: false,
    },
    {
      what: 'a filter that lets nobody through',
      view: { ...everybody, filter: 'nobody' },
      first: undefined,
      rows: 0,
      more: false,
    },
  ])('of $what shows $rows rows', ({ view, first, rows, more }) => {
    const now = showView(bookOf(120), view)
    expect(now.rows[0]?.name).toBe(first as string)
    expect(now.rows).toHaveLength(rows)
    expect({ more: now.more, total: now.total }).toEqual({ more, total: 120 })
  })

  test('that is kept is at every moment what a fresh look would give', () => {
    const change = fc.record({
      name: fc.constantFrom('Ána', 'Bia', 'Anabela', 'Zeca'),
      at: fc.nat(2),
    })
    const filter = fc.constantFrom('', 'an', 'AN', '0.1', 'x')
    fc.assert(
      fc.property(fc.array(change), filter, (changes, filter) => {
        let group: ListGroup | undefined
        const book = new PeopleBook({
          change: (change) => group?.hear([change]),
          replaced: () => group?.noteReplaced(),
        })
        book.reopen()
        book.apply({ kind: 'synced', count: 0 })
        const view = { ...everybody, filter }
        group = new ListGroup(book, view, 'pt')
        for (const [index, { name, at }] of changes.entries()) {
          const ip = `10.0.0.${at}`
          if (book.find(name, ip)) book.apply({ kind: 'left', name, ip })
          else book.apply({ kind: 'joined', name, ip, callPort: index + 1, since: 1 })
          if (index % 3 === 0) {
            group.take()
            group.update()
            expect(group.shown).toEqual(showView(book, view))
          }
        }
        group.take()
        group.update()
        expect(group.shown).toEqual(showView(book, view))
      }),
    )
  })
})
