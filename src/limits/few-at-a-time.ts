import { FairQueue } from './fair-queue.ts'

/**
 * A gate that lets `most` through in a turn of the event loop, where everybody else is answered between
 * two turns. Unlike `Turns` it knows nothing of what is done behind it. Returns `undefined` where there is
 * nothing to wait for.
 */
export function fewAtATime(most: number): (key: string) => Promise<void> | undefined {
  const waiting = new FairQueue<() => void>()
  let through = 0
  let isTurnSet = false

  function nextTurn(): void {
    isTurnSet = false
    through = 0
    while (through < most) {
      const next = waiting.take()
      if (!next) break
      through += 1
      next.item()
    }
    if (through > 0) setTurn()
  }

  function setTurn(): void {
    if (isTurnSet) return
    isTurnSet = true
    setImmediate(nextTurn)
  }

  return (key) => {
    setTurn()
    if (through < most && waiting.empty) {
      through += 1
      return undefined
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.add(key, resolve)
    return promise
  }
}
