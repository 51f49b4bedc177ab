import { expect, test } from 'bun:test'
import { comingsOf } from '../../../../src/browser/call/grid/comings.ts'
import type { Member } from '../../../../src/browser/call/grid/member.ts'
import { languages } from '../../../../src/text/languages.ts'

const t = languages.en.call
const member = (name: string, link: Member['link'] = 'up'): Member => ({
  key: name.toLowerCase(),
  name,
  ip: '127.0.0.1',
  link,
})

test('who comes and who leaves is said', () => {
  const two = [member('Bia'), member('Cris', 'connecting')]
  expect(comingsOf(t, [member('Bia')], two)).toEqual(['Cris came into the call.'])
  expect(comingsOf(t, two, [member('Cris', 'connecting')])).toEqual(['Bia left the call.'])
  expect(comingsOf(t, two, two)).toEqual([])
})

test('a newcomer does not hear that those who were there have come', () => {
  const first = [member('Bia', 'connecting')]
  expect(comingsOf(t, [], first)).toEqual([])
  expect(comingsOf(t, first, [...first, member('Cris', 'connecting')])).toEqual([])
})

test('of several, whose connection breaks and is back; of two, the banner says it', () => {
  const cris = member('Cris')
  const broken = [member('Bia', 'broken'), cris]
  const whole = [member('Bia'), cris]
  expect(comingsOf(t, whole, broken)).toEqual(['The connection to Bia dropped.'])
  expect(comingsOf(t, broken, whole)).toEqual(['The connection to Bia is back.'])
  expect(comingsOf(t, [member('Bia')], [member('Bia', 'broken')])).toEqual([])
})
