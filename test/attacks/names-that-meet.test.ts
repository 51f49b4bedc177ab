import { expect, test } from 'bun:test'
import { PairMap } from '../../src/pair-map.ts'

/**
 * FNV-1a, with which the directory once spread its names. What a start of 32 bits does to names of
 * one length in signs that differ in their last six bits depends on its own last six: there are 64
 * cases, and each can be tried.
 */
const fnv = (start: number, text: string): number => {
  let hash = start
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193)
  }
  return hash
}

const cases = 64
const length = 6
/** From `-` to `?`, the digits among them. */
const signs = 19
const blocks = 10

function block(each: number): string {
  let text = ''
  for (let left = each * 102_947; text.length < length; left = Math.floor(left / signs)) {
    text += String.fromCharCode(0x2d + (left % signs))
  }
  return text
}

const tried = Array.from({ length: 600_000 }, (_, each) => block(each))
const slots = 2 ** 20
const seen = new Int32Array(slots)

/** Two blocks after which the hash is the same. */
function meeting(start: number): [string, string] {
  seen.fill(-1)
  for (const [each, text] of tried.entries()) {
    const hash = fnv(start, text)
    const other = tried[seen[hash & (slots - 1)] as number]
    if (other !== undefined && fnv(start, other) === hash) return [other, text]
    seen[hash & (slots - 1)] = each
  }
  throw new Error('no two of them meet')
}

/** Names of one hash: one of each pair for each block (Joux, Multicollisions, 2004). */
function namesThatMeet(start: number): string[] {
  let names = ['']
  let hash = start
  for (let each = 0; each < blocks; each += 1) {
    const pair = meeting(hash)
    hash = fnv(hash, pair[0])
    names = names.flatMap((name) => pair.map((end) => name + end))
  }
  return names
}

type Item = { first: string; second: number }

/** How long it takes to find the last of them in a table that holds them all: the least of some tries. */
function timeOf(names: string[], tries: number): number {
  const pairs = new PairMap<number, Item>(
    ({ first }) => first,
    ({ second }) => second,
  )
  for (const first of names) pairs.set({ first, second: 1 })
  const last = names.slice(-100)
  let least = Number.POSITIVE_INFINITY
  for (let left = tries; left > 0; left -= 1) {
    const begun = performance.now()
    for (const first of last) if (!pairs.get(first, 1)) throw new Error(`lost: ${first}`)
    least = Math.min(least, performance.now() - begun)
  }
  return least
}

test('names that were chosen to meet in a table cost no more than any others', () => {
  const ordinary = tried.slice(0, 2 ** blocks).map((text) => text.repeat(blocks))
  timeOf(ordinary, 50)
  const usual = timeOf(ordinary, 20)
  const slowest = Array.from({ length: cases }, (_, start) => namesThatMeet(start))
    .map((names) => ({ names, time: timeOf(names, 3) }))
    .reduce((one, other) => (one.time > other.time ? one : other))
  expect(timeOf(slowest.names, 20) / usual).toBeLessThan(4)
}, 60_000)
