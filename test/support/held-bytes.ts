import { eventually } from './eventually.ts'
import type { TestProcess } from './process.ts'

/** A module for `startProcess`, with which a process can be asked for `heldBytes`. */
export const tellHeap = new URL('./tell-heap.ts', import.meta.url).pathname

/** What the process holds after a collection of its garbage, in bytes. */
export async function heldBytes(house: Pick<TestProcess, 'errors' | 'signal'>): Promise<number> {
  const told = () => house.errors().match(/^held \d+$/gm) ?? []
  const before = told().length
  house.signal('SIGUSR2')
  await eventually('what it holds', () => told().length > before, 20_000)
  return Number(told().at(-1)?.slice('held '.length))
}
