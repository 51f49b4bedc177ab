import { afterEach, expect, test } from 'bun:test'
import { keep, kept } from '../../../../src/browser/call/panels/kept.ts'

function storage(allows: boolean): Map<string, string> {
  const stored = new Map<string, string>()
  globalThis.localStorage = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem(name: string, text: string) {
      if (!allows) throw new DOMException('full', 'QuotaExceededError')
      stored.set(name, text)
    },
    removeItem: (name: string) => void stored.delete(name),
  } as Storage
  return stored
}
afterEach(() => {
  keep('relay-only', '')
  Reflect.deleteProperty(globalThis, 'localStorage')
})

test('a choice is stored, and forgotten where it is empty', () => {
  const stored = storage(true)
  keep('relay-only', 'yes')
  expect([kept('relay-only'), stored.get('encontro.relay-only')]).toEqual(['yes', 'yes'])
  keep('relay-only', '')
  expect([kept('relay-only'), stored.size]).toEqual([undefined, 0])
})

test('what the storage has no room for holds as long as the page is open', () => {
  storage(false)
  keep('relay-only', 'yes')
  expect(kept('relay-only')).toBe('yes')
  keep('relay-only', '')
  expect(kept('relay-only')).toBeUndefined()
})

test('so does what a browser may not store at all', () => {
  keep('relay-only', 'yes')
  expect(kept('relay-only')).toBe('yes')
  keep('relay-only', '')
  expect(kept('relay-only')).toBeUndefined()
})
