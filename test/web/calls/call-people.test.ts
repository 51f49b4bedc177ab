import { expect, test } from 'bun:test'
import { CallPeople } from '../../../src/web/calls/call-people.ts'

const id = 'abcdefghijklmnopqrstuv'
const at = (name: string, ip = '10.0.0.7') => ({ name, ip })

const told = (people: CallPeople) =>
  people.news(id, 0, []).map((news) => ('name' in news ? `${news.kind} ${news.name}` : news.kind))

test('the oldest member is the first, however long ago it was invited', () => {
  const people = new CallPeople()
  people.came(at('Ana'), true)
  people.invited(at('Cris'), 9, undefined)
  people.came(at('Bia'), false)
  people.came(at('Cris'), false)
  expect(told(people)).toEqual(['resumed Ana', 'resumed Bia', 'resumed Cris'])
})

test('a member that comes back from another address keeps its place, and who offers', () => {
  const people = new CallPeople()
  people.came(at('Ana'), true)
  people.came(at('Bia'), false)
  expect(people.returned(at('Ana', '203.0.113.5'), false, true)).toBe(true)
  expect(people.news(id, 0, [])[0]).toMatchObject({ ...at('Ana', '203.0.113.5'), offers: true })
  expect(told(people)).toEqual(['resumed Ana', 'resumed Bia'])
})

test('one of a name that two have is one more', () => {
  const people = new CallPeople()
  people.came(at('Ana', '10.0.0.1'), false)
  people.came(at('Ana', '10.0.0.2'), false)
  expect(people.returned(at('Ana', '10.0.0.3'), true, false)).toBe(true)
  expect(told(people)).toHaveLength(3)
})

test('one that was gone is back as a new one', () => {
  const people = new CallPeople()
  people.came(at('Ana'), true)
  people.gone(at('Ana'), 'lost')
  expect(told(people)).toEqual(['gone Ana'])
  expect(people.returned(at('Ana'), false, false)).toBe(false)
  expect(told(people)).toEqual(['resumed Ana'])
})

test('one of another name is the member that was lost first', () => {
  const people = new CallPeople()
  for (const name of ['Ana', 'Bia', 'Cris', 'Davi']) people.came(at(name), false)
  people.gone(at('Davi'), 'hangup')
  people.gone(at('Bia'), 'lost')
  people.gone(at('Ana'), 'lost')
  people.returned(at('Bia no celular'), true, false)
  expect(told(people)).toEqual(['resumed Cris', 'gone Davi', 'gone Ana', 'resumed Bia no celular'])
  // The name of a lost member comes before.
  people.gone(at('Cris'), 'lost')
  people.returned(at('Cris', '203.0.113.5'), true, false)
  expect(told(people)).toEqual(['gone Davi', 'gone Ana', 'resumed Bia no celular', 'resumed Cris'])
})

test('one of another name, where there was one other alone, is that one', () => {
  const people = new CallPeople()
  people.came(at('Bia'), true)
  expect(people.returned(at('Bia no celular'), false, false)).toBe(true)
  expect(told(people)).toEqual(['resumed Bia no celular'])
  // Of those that put a call together, there may be more.
  people.returned(at('Cris'), false, true)
  expect(told(people)).toEqual(['resumed Bia no celular', 'resumed Cris'])
})

test('an invitation that is taken back leaves nothing, unless its person came', () => {
  const people = new CallPeople()
  people.invited(at('Ana'), 9, undefined)
  people.invited(at('Bia'), 9, undefined)
  people.came(at('Bia'), false)
  for (const name of ['Ana', 'Bia', 'Cris']) people.uninvited(at(name))
  expect(told(people)).toEqual(['resumed Bia'])
})

test('of many that have gone the last are known, and all that are there', () => {
  const people = new CallPeople()
  people.came(at('Ana'), true)
  for (let index = 0; index < 1_000; index += 1) {
    people.invited(at(`n${index}`), 9, undefined)
    if (index % 2 === 0) people.notComing(at(`n${index}`), 'declined')
    else people.gone(at(`n${index}`), 'hangup')
  }
  const known = told(people)
  expect(known).toHaveLength(17)
  expect(known[0]).toBe('resumed Ana')
  expect(known.at(-1)).toBe('gone n999')
})
