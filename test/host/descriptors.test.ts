import { expect, test } from 'bun:test'
import { connectionsFor, descriptorLimit, shortageOf } from '../../src/host/descriptors.ts'

test.each([
  [20_000, 15_000],
  [1_024, 768],
  [1, 1],
  [1_048_576, 100_000],
  [Number.POSITIVE_INFINITY, 100_000],
  [undefined, 3_072],
])('of %p descriptors connections may take %p', (descriptors, connections) => {
  expect(connectionsFor(descriptors)).toBe(connections)
})

test.each([
  [750, 1_000, undefined],
  [751, 1_000, { connections: 751, descriptors: 1_000, enough: 750, wanted: 1_002 }],
  [1, 1, undefined],
  [500_000, Number.POSITIVE_INFINITY, undefined],
  [150_000, 1_048_576, undefined],
  [500_000, undefined, undefined],
])('%p connections of %p descriptors: too many, %p', (connections, descriptors, shortage) => {
  expect(shortageOf(connections, descriptors)).toEqual(shortage)
})

test.skipIf(process.platform !== 'linux')('the limit is what the system says', () => {
  const hard = Bun.spawnSync(['sh', '-c', 'ulimit -Hn']).stdout.toString().trim()
  expect(descriptorLimit()).toBe(hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard))
})
