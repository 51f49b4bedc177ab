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

test('one that takes the place of a member keeps it, and who offers', () => {
  const people = new CallPeople()
  people.came(at('Ana'), true)
  people.came(at('Bia'), false)
  people.gone(at('Ana', '203.0.113.5'), 'left')
  expect(people.returned(at('Ana', '203.0.113.5'), false, at('Ana'))).toBe(true)
  expect(people.news(id, 0, [])[0]).toMatchObject({ ...at('Ana', '203.0.113.5'), offers: true })
  expect(people.returned(at('Bia no celular'), true, at('Bia'))).toBe(false)
  expect(told(people)).toEqual(['resumed Ana', 'resumed Bia no celular'])
})

test('one that takes nobody’s place is one more, whatever its name', () => {
  const people = new CallPeople()
  people.came(at('Ana', '10.0.0.1'), false)
  expect(people.returned(at('Ana', '10.0.0.2'), true)).toBe(true)
  expect(people.returned(at('Cris'), true, at('Bia'))).toBe(true)
  expect(told(people)).toEqual(['resumed Ana', 'resumed Ana', 'resumed Cris'])
})

test('one that was gone is back as a new one', () => {
  const people = new CallPeople()
  people.came(at('Ana'), true)
  people.gone(at('Ana'), 'lost')
  expect(told(people)).toEqual(['gone Ana'])
  expect(people.returned(at('Ana'), false)).toBe(false)
  expect(told(people)).toEqual(['resumed Ana'])
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
