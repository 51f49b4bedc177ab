import { afterEach, beforeEach } from 'bun:test'

/** A storage of the test's own in place of the browser's, empty before each test of the file. */
export function useStorage(): Map<string, string> {
  const stored = new Map<string, string>()
  beforeEach(() => {
    stored.clear()
    globalThis.localStorage = {
      getItem: (name: string) => stored.get(name) ?? null,
      setItem: (name: string, text: string) => void stored.set(name, text),
      removeItem: (name: string) => void stored.delete(name),
    } as Storage
  })
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'localStorage')
  })
  return stored
}
