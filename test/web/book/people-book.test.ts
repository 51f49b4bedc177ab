import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { fold, PeopleBook, type PersonChange } from '../../../src/web/book/people-book.ts'
import type { Listing, Push } from '../../../src/wire/message.ts'

function openBook() {
  const changes: PersonChange[] = []
  let replacements = 0
  const book = new PeopleBook({
    change: (change) => changes.push(change),
    replaced: () => {
      replacements += 1
    },
  })
  return { book, changes, replacements: () => replacements }
}

const listing = (name: string, changes: Partial<Listing> = {}): Listing => ({
  name,
  ip: '10.0.0.7',
  callPort: 5001,
  since: 1,
  ...changes,
})

/** The opening state that a watcher is told. */
function open(book: PeopleBook, listings: Listing[]): void {
  book.reopen()
  for (const each of listings) book.apply({ kind: 'here', ...each })
  book.apply({ kind: 'synced', count: listings.length })
}

const idle = { ready: false, busy: false }

const names = (book: PeopleBook, order: 'name' | 'newest' = 'name') =>
  book
    .sorted(order)
    .slice(0, book.size)
    .map(({ name }) => name)

const person = fc.record({
  name: fc.constantFrom('Ana', 'ana', 'Ána', 'Bia 2', 'Bia 10', '日本', 'Zeca', '😀'),
  ip: fc.constantFrom('10.0.0.7', '10.0.0.8', '2001:db8::7'),
})

/** What a registry may say: openings, joins of who is not there, leaves of who is. */
type Act =
  | { do: 'open'; who: { name: string; ip: string }[] }
  | { do: 'toggle'; who: { name: string; ip: string } }
  | { do: 'ready' | 'busy' | 'free'; who: { name: string; ip: string } }
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('open' as const), who: fc.array(person) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('toggle' as const), who: person }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('ready', 'busy', 'free'), who: person }),
  },
)

describe('the book', () => {
  test('holds what a naive list would, after any sequence of pushes', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const { book, changes, replacements } = openBook()
        let model = new Map<string, Listing & { ready: boolean; busy: boolean }>()
        let callPort = 1
        let expectedChanges = 0
        let expectedReplacements = 0
        const keyOf = ({ name, ip }: { name: string; ip: string }) => `${name} ${ip}`
        for (const each of acts) {
          callPort += 1
          if (each.do === 'open') {
            model = new Map(
              each.who.map((who) => [
                keyOf(who),
                { ...listing(who.name, { ...who, callPort: callPort++ }), ...idle },
              ]),
            )
            open(book, [...model.values()])
            expectedReplacements += 1
            continue
          }
          const { name, ip } = each.who
          const there = model.get(keyOf(each.who))
          if (each.do !== 'toggle') {
            // The registry says so of those alone who are there.
            if (!there) continue
            book.apply({ kind: each.do, name, ip })
            if (each.do === 'ready') there.ready = true
            else there.busy = each.do === 'busy'
            expectedChanges += 1
            continue
          }
          expectedChanges += 1
          if (model.delete(keyOf(each.who))) {
            book.apply({ kind: 'left', name, ip })
          } else {
            const joined = listing(name, { ip, callPort })
            model.set(keyOf(joined), { ...joined, ...idle })
            book.apply({ kind: 'joined', ...joined })
          }
        }
        const expected = [...model.values()]
        expect(book.size).toBe(expected.length)
        const newest = book.sorted('newest').slice(0, 1_000)
        // Those who can be called first.
        const inOrder = [
          ...expected.filter(({ ready }) => ready).reverse(),
          ...expected.filter(({ ready }) => !ready).reverse(),
        ]
        expect(newest.map(({ callPort }) => callPort)).toEqual(
          inOrder.map(({ callPort }) => callPort),
        )
        const byName = book.sorted('name').slice(0, 1_000)
        expect(new Set(byName)).toEqual(new Set(newest))
        expect(newest.map(({ ready, busy }) => ({ ready, busy }))).toEqual(
          inOrder.map(({ ready, busy }) => ({ ready, busy })),
        )
        const collator = new Intl.Collator('pt', { sensitivity: 'accent', numeric: true })
        for (const [index, each] of byName.slice(1).entries()) {
          const before = byName[index]
          if (before?.ready !== each.ready) expect(before?.ready).toBe(true)
          else expect(collator.compare(before.name, each.name)).toBeLessThanOrEqual(0)
        }
        for (const each of expected) {
          expect(book.find(each.name, each.ip)).toMatchObject(each)
          expect(book.takesCalls(each.ip, each.callPort)).toBe(true)
        }
        expect(new Set(newest.map(({ id }) => id)).size).toBe(expected.length)
        expect(changes).toHaveLength(expectedChanges)
        expect(replacements()).toBe(expectedReplacements)
      }),
    )
  })

  test('is replaced as a whole by a new opening state, and keeps the old until that is complete', () => {
    const { book, changes, replacements } = openBook()
    open(book, [listing('Ana'), listing('Bia', { callPort: 5002 })])
    const before = book.find('Bia', '10.0.0.7')
    book.reopen()
    book.apply({ kind: 'here', ...listing('Caio', { callPort: 5003 }) })
    expect(names(book)).toEqual(['Ana', 'Bia'])
    // Cut off, and begun again.
    book.reopen()
    book.apply({ kind: 'here', ...listing('Bia', { callPort: 5009 }) })
    book.apply({ kind: 'synced', count: 1 })
    expect(names(book)).toEqual(['Bia'])
    expect(names(book, 'newest')).toEqual(['Bia'])
    expect(book.find('Ana', '10.0.0.7')).toBeUndefined()
    expect(book.takesCalls('10.0.0.7', 5001)).toBe(false)
    expect(book.takesCalls('10.0.0.7', 5009)).toBe(true)
    // Another row: what was shown of the old one must not be taken for it.
    expect(book.find('Bia', '10.0.0.7')?.id).not.toBe(before?.id)
    expect(changes).toEqual([])
    expect(replacements()).toBe(2)
  })

  test('knows from the opening state who takes calls here and who is in one', () => {
    const { book, changes } = openBook()
    book.reopen()
    book.apply({ kind: 'here', ...listing('Ana') })
    book.apply({ kind: 'here', ...listing('Bia', { callPort: 5002 }) })
    book.apply({ kind: 'ready', name: 'Ana', ip: '10.0.0.7' })
    book.apply({ kind: 'busy', name: 'Ana', ip: '10.0.0.7' })
    book.apply({ kind: 'busy', name: 'Nobody', ip: '10.0.0.7' })
    book.apply({ kind: 'synced', count: 2 })
    expect(book.find('Ana', '10.0.0.7')).toMatchObject({ ready: true, busy: true })
    expect(book.find('Bia', '10.0.0.7')).toMatchObject({ ready: false, busy: false })
    expect(changes).toEqual([])
  })

  test('knows whom a person talks with, until they talk no more', () => {
    const { book, changes } = openBook()
    const ana = { name: 'Ana', ip: '10.0.0.7' }
    const bia = { name: 'Bia', ip: '10.0.0.7' }
    const partnersOf = ({ name, ip }: typeof ana) => book.find(name, ip)?.partners
    const only = (name: string) => ({ names: [name], more: 0 })
    book.reopen()
    book.apply({ kind: 'here', ...listing('Ana') })
    book.apply({ kind: 'here', ...listing('Bia', { callPort: 5002 }) })
    book.apply({ kind: 'busy', ...ana, with: [bia] })
    book.apply({ kind: 'busy', ...bia, with: [ana] })
    book.apply({ kind: 'synced', count: 2 })
    expect([partnersOf(ana), partnersOf(bia)]).toEqual([only('Bia'), only('Ana')])
    book.apply({ kind: 'free', ...ana })
    expect([partnersOf(ana), partnersOf(bia)]).toEqual([undefined, only('Ana')])
    // Another call rings, which has no partner yet.
    book.apply({ kind: 'busy', ...ana })
    expect(partnersOf(ana)).toBeUndefined()
    book.apply({ kind: 'busy', ...ana, with: [{ name: 'Lia', ip: '10.0.0.9' }] })
    expect(partnersOf(ana)).toEqual(only('Lia'))
    book.apply({ kind: 'ready', ...ana })
    expect(partnersOf(ana)).toEqual(only('Lia'))
    // Of several it names the first two.
    book.apply({ kind: 'busy', ...ana, with: [{ name: 'Lia', ip: '10.0.0.9' }, bia, bia] })
    expect(partnersOf(ana)).toEqual({ names: ['Lia', 'Bia'], more: 1 })
    const long = 'L'.repeat(64)
    book.apply({ kind: 'busy', ...ana, with: [{ name: long, ip: '10.0.0.9' }, bia] })
    expect(partnersOf(ana)).toEqual({ names: [`${'L'.repeat(23)}…`, 'Bia'], more: 0 })
    book.apply({ kind: 'busy', ...ana, with: [{ name: long, ip: '10.0.0.9' }] })
    expect(partnersOf(ana)).toEqual(only(long))
    expect(changes).toHaveLength(7)
  })

  test('tells of each change once it is made', () => {
    const { book, changes } = openBook()
    open(book, [])
    book.apply({ kind: 'joined', ...listing('Ana') })
    const ana = book.find('Ana', '10.0.0.7')
    book.apply({ kind: 'left', name: 'Ana', ip: '10.0.0.7' })
    expect(changes).toEqual([
      { kind: 'joined', person: ana },
      { kind: 'left', person: ana },
    ] as PersonChange[])
  })

  test.each<Push>([
    { kind: 'left', name: 'Nobody', ip: '10.0.0.7' },
    { kind: 'left', name: 'Ana', ip: '10.0.0.8' },
    { kind: 'bye', code: 'shutdown', text: 'Conexão encerrada' },
    { kind: 'here', ...listing('Zeca') },
  ])('is left as it is by $kind of $name at $ip', (push) => {
    const { book, changes } = openBook()
    open(book, [listing('Ana')])
    book.apply(push)
    expect(names(book)).toEqual(['Ana'])
    expect(changes).toEqual([])
  })

  test('sorts by name as people do', () => {
    const { book } = openBook()
    const unsorted = ['Zé', 'ana 10', 'Érica', 'ana 2', 'Eva', 'Ana 1', 'bruno']
    open(
      book,
      unsorted.map((name, index) => listing(name, { callPort: index + 1 })),
    )
    expect(names(book)).toEqual(['Ana 1', 'ana 2', 'ana 10', 'bruno', 'Érica', 'Eva', 'Zé'])
  })
})

test.each([
  ['José', 'jose'],
  ['jose\u0301', 'jose'],
  ['ÇÃO', 'cao'],
  ['Łódź', 'łodz'],
  ['10.0.0.7', '10.0.0.7'],
  ['日本', '日本'],
])('%s is found by %s', (text, folded) => {
  expect(fold(text)).toBe(folded)
  expect(fold(folded)).toBe(folded)
})

describe('waiting for somebody', () => {
  test('is over when they come, and at once where they are here', async () => {
    const { book } = openBook()
    open(book, [listing('Ana')])
    await book.arrival('Ana', '10.0.0.7', 60_000)
    let came = false
    const waited = book.arrival('Bia', '10.0.0.7', 60_000).then(() => {
      came = true
    })
    book.apply({ kind: 'joined', ...listing('Caio', { callPort: 5002 }) })
    await Bun.sleep(0)
    expect(came).toBe(false)
    book.apply({ kind: 'joined', ...listing('Bia', { callPort: 5003 }) })
    await waited
    expect(book.find('Bia', '10.0.0.7')).toBeDefined()
  })

  test('is over after so long in any case', async () => {
    const { book } = openBook()
    await book.arrival('Ana', '10.0.0.7', 10)
    expect(book.size).toBe(0)
  })
})
