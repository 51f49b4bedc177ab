/**
 * A gate that lets `most` through in a turn of the event loop, where everybody else is answered
 * between two turns. Keys that wait come one after another: who sends much waits behind who sends
 * little. Returns `undefined` where there is nothing to wait for.
 */
export function fewAtATime(most: number): (key: string) => Promise<void> | undefined {
  /** Each key once, whose turn comes first at the front. No list is empty. */
  const waiting = new Map<string, (() => void)[]>()
  let through = 0
  let isTurnSet = false

  function nextTurn(): void {
    isTurnSet = false
    through = 0
    for (let next = first(waiting); next !== undefined && through < most; next = first(waiting)) {
      const [key, [go, ...others]] = next
      waiting.delete(key)
      if (others.length > 0) waiting.set(key, others)
      through += 1
      go?.()
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
    if (through < most && waiting.size === 0) {
      through += 1
      return undefined
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const ofKey = waiting.get(key)
    if (ofKey) ofKey.push(resolve)
    else waiting.set(key, [resolve])
    return promise
  }
}

const first = <Key, Value>(map: ReadonlyMap<Key, Value>): [Key, Value] | undefined =>
  map.entries().next().value
