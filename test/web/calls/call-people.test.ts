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
  expect(people.returned(at('Ana', '203.0.113.5'), false, at('Ana')).offers).toBe(true)
  expect(people.news(id, 0, [])[0]).toMatchObject({ ...at('Ana', '203.0.113.5'), offers: true })
  expect(people.returned(at('Bia no celular'), true, at('Bia')).offers).toBe(false)
  expect(told(people)).toEqual(['resumed Ana', 'resumed Bia no celular'])
})

test('one that takes nobody’s place is one more, whatever its name', () => {
  const people = new CallPeople()
  people.came(at('Ana', '10.0.0.1'), false)
  expect(people.returned(at('Ana', '10.0.0.2'), true).offers).toBe(true)
  expect(people.returned(at('Cris'), true, at('Bia')).offers).toBe(true)
  expect(told(people)).toEqual(['resumed Ana', 'resumed Ana', 'resumed Cris'])
})

test('one that was gone is back as a new one', () => {
  const people = new CallPeople()
  people.came(at('Ana'), true)
  people.gone(at('Ana'), 'lost')
  expect(told(people)).toEqual(['gone Ana'])
  expect(people.returned(at('Ana'), false).offers).toBe(false)
  expect(told(people)).toEqual(['resumed Ana'])
})

const visitOf = (people: CallPeople, name: string) =>
  people.news(id, 0, []).flatMap((news) => {
    const isTold = news.kind === 'resumed' || news.kind === 'gone'
    return isTold && news.name === name ? [news.visit] : []
  })[0]

test('one stay in the call is one visit, by whatever names, and is another one next time', () => {
  const people = new CallPeople()
  const { visit } = people.came(at('Ana'), true)
  people.returned(at('Ana no celular'), true, at('Ana'))
  expect(people.returned(at('Ana no celular'), true).visit).toBe(visit)
  expect(people.gone(at('Ana no celular'), 'lost')).toBe(visit)
  // Lost, she comes back into her own place from elsewhere.
  const back = people.returned(at('Ana no celular', '10.0.0.9'), true)
  expect(back).toEqual({ offers: true, visit, older: false })
  expect(visitOf(people, 'Ana no celular')).toBe(visit)
  people.gone(at('Ana no celular', '10.0.0.9'), 'hangup')
  expect(people.came(at('Ana no celular', '10.0.0.9'), false).visit).not.toBe(visit)
})

test('another one with a name that was there is another visit', () => {
  const people = new CallPeople()
  const { visit } = people.came(at('Ana'), true)
  people.returned(at('Beatriz'), true, at('Ana'))
  const another = people.came(at('Ana'), false)
  expect([visitOf(people, 'Beatriz'), visitOf(people, 'Ana')]).toEqual([visit, another.visit])
  // Two are lost, so nobody knows which of them comes back.
  people.came(at('Bia'), false)
  people.came(at('Bia', '10.0.0.9'), false)
  for (const ip of ['10.0.0.7', '10.0.0.9']) people.gone(at('Bia', ip), 'lost')
  expect(people.returned(at('Bia', '10.0.0.1'), true).older).toBe(true)
})

test('of one that comes back before anything is known of it, more may be known elsewhere', () => {
  const people = new CallPeople()
  const { visit, older } = people.returned(at('Ana'), true)
  expect(older).toBe(true)
  expect(people.returned(at('Beatriz'), true, at('Ana'))).toMatchObject({ visit, older })
  expect(people.news(id, 0, [])).toMatchObject([{ ...at('Beatriz'), visit, older }])
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
