import { expect, test } from 'bun:test'
import { createChoice } from '../../../../src/browser/call/grid/choice.ts'

test('a press makes a tile large, another one the grid', () => {
  const choice = createChoice()
  expect(choice.large()).toBeUndefined()
  choice.press('bia')
  expect(choice.large()).toBe('bia')
  choice.press('cris')
  expect(choice.large()).toBe('cris')
  choice.press('cris')
  expect(choice.large()).toBeUndefined()
})

test('going back says whether there was something to go back from', () => {
  const choice = createChoice()
  expect(choice.back()).toBe(false)
  choice.press('bia')
  expect(choice.back()).toBe(true)
  expect(choice.back()).toBe(false)
})

test('a shared screen is large for as long as it is shared, unless the person chose otherwise', () => {
  const choice = createChoice()
  choice.shares('bia', true)
  expect(choice.large()).toBe('bia')
  choice.press('cris')
  choice.shares('bia', true)
  expect(choice.large()).toBe('cris')
  choice.back()
  expect(choice.large()).toBeUndefined()
  choice.shares('bia', false)
  choice.shares('bia', true)
  expect(choice.large()).toBe('bia')
  choice.shares('bia', false)
  expect(choice.large()).toBeUndefined()
})

test('of two screens the later one; when it ends, the other', () => {
  const choice = createChoice()
  choice.shares('bia', true)
  choice.shares('cris', true)
  expect([choice.large(), choice.sharer()]).toEqual(['cris', 'cris'])
  choice.gone('cris')
  expect([choice.large(), choice.sharer()]).toEqual(['bia', 'bia'])
})

test('who is gone is not large', () => {
  const choice = createChoice()
  choice.press('bia')
  choice.gone('bia')
  expect(choice.large()).toBeUndefined()
})
