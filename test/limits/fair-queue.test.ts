import { expect, test } from 'bun:test'
import { FairQueue } from '../../src/limits/fair-queue.ts'

function queueOf(...entries: [string, number][]) {
  const queue = new FairQueue<number>()
  for (const [key, item] of entries) queue.add(key, item)
  return queue
}

const drain = (queue: FairQueue<number>) => {
  const items: number[] = []
  for (let next = queue.take(); next; next = queue.take()) items.push(next.item)
  return items
}

test('keys come one after another, and items of one key in their order', () => {
  expect(drain(queueOf(['a', 1], ['a', 2], ['a', 3], ['b', 4], ['c', 5], ['b', 6]))).toEqual([
    1, 4, 5, 2, 6, 3,
  ])
})

test('what is given back comes before what else its key has, when that key has its turn', () => {
  const queue = queueOf(['a', 1], ['a', 2], ['b', 3])
  expect(queue.take()).toEqual({ key: 'a', item: 1 })
  queue.giveBack('a', 1)
  expect(drain(queue)).toEqual([3, 1, 2])
})

test('an empty queue says so', () => {
  const queue = queueOf(['a', 1])
  expect(queue.empty).toBe(false)
  queue.take()
  expect([queue.empty, queue.take()]).toEqual([true, undefined])
})
