import { canChooseDestination, chooseDestination } from './chosen-destination.ts'
import type { OpenDestination } from './destination.ts'
import { maxInMemory, memoryDestination } from './memory-destination.ts'
import { canStore, storedDestination } from './stored-destination.ts'

/** The largest file that this browser can take. */
export const maxTaken = (): number =>
  canChooseDestination() || canStore() ? Number.MAX_SAFE_INTEGER : maxInMemory

/** The best destination that this browser has: on the disk where it can, in memory where it cannot. */
export const openDestination: OpenDestination = async (name, size) => {
  if (canChooseDestination()) return chooseDestination(name)
  if (canStore()) {
    try {
      return await storedDestination()
    } catch (error) {
      // A private window.
      if (size > maxInMemory) throw error
    }
  }
  if (size > maxInMemory) throw new Error('too large for this browser')
  return memoryDestination()
}
