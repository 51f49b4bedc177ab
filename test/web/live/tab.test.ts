import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { CallWish } from '../../../src/page-protocol.ts'
import { parseJson, readCallWish, readTabView, type TabView } from '../../../src/web/live/tab.ts'
import { maxPages } from '../../../views/people.tsx'

const list = (changes: Partial<NonNullable<TabView['list']>> = {}) =>
  ({ filter: '', order: 'name', start: 1, pages: 1, ...changes }) as const

const view = (changes: Partial<NonNullable<TabView['list']>> = {}): TabView => ({
  list: list(changes),
  person: undefined,
})

const read = readTabView

describe('what a tab says first', () => {
  const rows: { said: Record<string, unknown>; seen: TabView }[] = [
    { said: { filter: '' }, seen: view() },
    { said: { filter: ' ana ' }, seen: view({ filter: 'ana' }) },
    { said: { filter: '', order: 'newest' }, seen: view({ order: 'newest' }) },
    { said: { filter: '', page: '3', pages: '2' }, seen: view({ start: 3, pages: 2 }) },
    { said: { filter: '', page: 3, pages: 2 }, seen: view({ start: 3, pages: 2 }) },
    { said: { filter: '', pages: String(maxPages) }, seen: view({ pages: maxPages }) },
    { said: {}, seen: { list: undefined, person: undefined } },
    { said: { pages: 3 }, seen: { list: undefined, person: undefined } },
    {
      said: { personName: 'Bia', personIp: '10.0.0.7' },
      seen: { list: undefined, person: { name: 'Bia', ip: '10.0.0.7' } },
    },
    {
      said: { filter: 'x', personName: 'Bia', personIp: '10.0.0.7' },
      seen: { ...view({ filter: 'x' }), person: { name: 'Bia', ip: '10.0.0.7' } },
    },
    { said: { filter: '', personName: 'Bia' }, seen: view() },
    { said: { filter: '', personName: '', personIp: '' }, seen: view() },
    { said: { filter: '', HEADERS: { 'HX-Request': 'true' }, more: [1] }, seen: view() },
  ]
  test.each(rows.map(({ said, seen }) => ({ text: JSON.stringify(said), seen })))(
    'is the view that it shows: $text',
    ({ text, seen }) => {
      expect(readTabView(parseJson(text), undefined)).toEqual(seen)
    },
  )
})

describe('what a tab says later', () => {
  test.each<{ what: string; said: Record<string, unknown>; before: TabView; seen: TabView }>([
    {
      what: 'the same view again keeps its pages',
      said: { filter: 'ana', page: '2', pages: '3' },
      before: view({ filter: 'ana', start: 2, pages: 3 }),
      seen: view({ filter: 'ana', start: 2, pages: 3 }),
    },
    {
      what: 'another filter begins at its first page',
      said: { filter: 'ana', page: '2', pages: '3' },
      before: view({ start: 2, pages: 3 }),
      seen: view({ filter: 'ana' }),
    },
    {
      what: 'another order begins at its first page',
      said: { filter: '', order: 'newest', pages: '3' },
      before: view({ pages: 3 }),
      seen: view({ order: 'newest' }),
    },
    {
      what: 'more pages alone make the same view longer',
      said: { pages: 4 },
      before: view({ filter: 'ana', order: 'newest', start: 2, pages: 3 }),
      seen: view({ filter: 'ana', order: 'newest', start: 2, pages: 4 }),
    },
    {
      what: 'more pages keep the person that is looked at',
      said: { pages: 2 },
      before: { list: list(), person: { name: 'Bia', ip: '10.0.0.7' } },
      seen: { list: list({ pages: 2 }), person: { name: 'Bia', ip: '10.0.0.7' } },
    },
    {
      what: 'however many more pages are asked for, one comes',
      said: { pages: maxPages },
      before: view({ pages: 3 }),
      seen: view({ pages: 4 }),
    },
    {
      what: 'the same, where the whole view is said',
      said: { filter: '', pages: maxPages },
      before: view(),
      seen: view({ pages: 2 }),
    },
    {
      what: 'a dialog that is closed is nobody',
      said: { filter: '' },
      before: { list: list(), person: { name: 'Bia', ip: '10.0.0.7' } },
      seen: view(),
    },
  ])('$what', ({ said, before, seen }) => {
    expect(read(said, before)).toEqual(seen)
  })
})

describe('what is not ours is nothing', () => {
  test.each([
    '',
    'x',
    '{',
    'null',
    '1',
    '"filter"',
    '[]]',
    '{"filter":1}',
    '{"filter":null}',
    `{"filter":"${'x'.repeat(201)}"}`,
    '{"filter":"","order":"oldest"}',
    '{"filter":"","page":"0"}',
    '{"filter":"","page":-1}',
    '{"filter":"","page":1.5}',
    '{"filter":"","page":"x"}',
    '{"filter":"","page":1e9}',
    '{"filter":"","pages":0}',
    `{"filter":"","pages":${maxPages + 1}}`,
    '{"pages":true}',
    `{"personName":"${'x'.repeat(201)}","personIp":"10.0.0.7"}`,
    '{"personName":["Bia"],"personIp":"10.0.0.7"}',
  ])('%s', (text) => {
    expect(readTabView(parseJson(text), view())).toBeUndefined()
  })

  test('also where it is JSON, but deeper than any page of ours says', () => {
    const deep = (depth: number) => `{"filter":"","x":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect(parseJson(deep(200))).toBeDefined()
    expect(parseJson(deep(20_000))).toBeUndefined()
    expect(parseJson(JSON.stringify({ filter: '{'.repeat(200) }))).toBeDefined()
  })

  test('and nothing that is said throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const seen = readTabView(parseJson(text), undefined)
        if (!seen?.list) return
        expect(seen.list.pages).toBeWithin(1, maxPages + 1)
        expect(seen.list.start).toBeGreaterThanOrEqual(1)
      }),
    )
  })
})

describe('what a tab wishes of a call', () => {
  const bia = { name: 'Bia', ip: '10.0.0.7' }
  const id = 'abcdefghijklmnopqrstuv'

  test.each<CallWish>([
    { kind: 'call', ...bia },
    { kind: 'call', ...bia, tag: '7' },
    { kind: 'accept', id },
    { kind: 'decline', id },
    { kind: 'hangup', id },
    { kind: 'servers', id },
    { kind: 'resume', id, ...bia },
    { kind: 'invite', id, ...bia },
    { kind: 'invite', id, ...bia, tag: '7' },
    { kind: 'uninvite', id, ...bia },
    { kind: 'signal', id, payload: 'YQ' },
    { kind: 'signal', id, payload: 'YQ', to: bia },
  ])('is read: %j', (call) => {
    expect(readCallWish({ call })).toEqual(call)
  })

  const long = 'x'.repeat(201)
  test.each<Record<string, unknown>>([
    { kind: 'unvite', id, ...bia },
    { kind: 'invite', ...bia },
    { kind: 'invite', id, name: 'Bia' },
    { kind: 'invite', id, ip: bia.ip },
    { kind: 'invite', id, ...bia, name: long },
    { kind: 'invite', id, ...bia, ip: long },
    { kind: 'invite', id, ...bia, name: ['Bia'] },
    { kind: 'invite', id, ...bia, tag: '' },
    { kind: 'invite', id, ...bia, tag: long },
    { kind: 'invite', id: `${id}\n`, ...bia },
    { kind: 'uninvite', ...bia },
    { kind: 'uninvite', id },
    { kind: 'uninvite', id: `${id},x`, ...bia },
    { kind: 'signal', id, payload: 'YQ', to: 'Bia' },
    { kind: 'signal', id, payload: 'YQ', to: null },
    { kind: 'signal', id, payload: 'YQ', to: {} },
    { kind: 'signal', id, payload: 'YQ', to: { name: 'Bia' } },
    { kind: 'signal', id, payload: 'YQ', to: { ...bia, name: long } },
    { kind: 'signal', id, payload: 'YQ', to: { ...bia, ip: 7 } },
    { kind: 'signal', id, payload: 'a,b', to: bia },
  ])('is not: %j', (call) => {
    expect(readCallWish({ call })).toBeUndefined()
  })
})
