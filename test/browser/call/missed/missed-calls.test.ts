import { expect, test } from 'bun:test'
import { addMissed, missedCalls, settle } from '../../../../src/browser/call/missed/missed-calls.ts'
import { block } from '../../../../src/browser/call/panels/blocked.ts'
import { useStorage } from '../../../support/stored.ts'

const stored = useStorage()
const key = 'encontro.missed'
const callOf = (id: string, name = 'Bia') => ({ id, name, ip: '192.0.2.7', to: 'Ana', at: 1_000 })
const ids = () => missedCalls('Ana').map(({ id }) => id)

test('they are kept once however many tabs hear of them, the latest first', () => {
  for (const id of ['a', 'b', 'a', 'b']) addMissed(callOf(id))
  expect(ids()).toEqual(['b', 'a'])
})

test('what was dismissed or answered is not missed, also by a tab that hears of it late', () => {
  addMissed(callOf('a'))
  settle(['a', 'b'])
  for (const id of ['a', 'b', 'c']) addMissed(callOf(id))
  expect(ids()).toEqual(['c'])
})

test('they are of the person that was called, not of the next one at this browser', () => {
  addMissed(callOf('a'))
  expect(missedCalls('Zoe')).toEqual([])
  expect(ids()).toEqual(['a'])
})

test('blocked people leave none', () => {
  addMissed(callOf('a'))
  addMissed({ ...callOf('b', 'Cris'), ip: '192.0.2.8' })
  block({ name: 'Bia', ip: '192.0.2.7', nameOnly: false })
  expect(ids()).toEqual(['b'])
})

test('the latest thirty are kept, and however many are settled, a few kilobytes', () => {
  for (let each = 0; each < 500; each += 1) {
    addMissed(callOf(`call ${each}`))
    if (each % 2 === 0) settle([`call ${each}`])
  }
  expect(ids()).toHaveLength(30)
  expect(ids()[0]).toBe('call 499')
  expect(stored.get(key)?.length).toBeLessThan(6_000)
})

test.each(['nonsense', 'null', '[]', '{"calls":{},"settled":1}', '{"calls":[1,{"id":"a"}]}'])(
  'what something else has stored, %s, is none',
  (text) => {
    stored.set(key, text)
    expect(ids()).toEqual([])
    addMissed(callOf('a'))
    expect(ids()).toEqual(['a'])
  },
)
