import { expect, test } from 'bun:test'
import { freeName } from '../../../src/web/session/free-name.ts'

test.each<{ taken: string; others: string[]; free: string }>([
  { taken: 'Ana', others: [], free: 'Ana 2' },
  { taken: 'Ana', others: ['Ana 2', 'Ana 3'], free: 'Ana 4' },
  { taken: 'Ana 2', others: ['Ana 2'], free: 'Ana 3' },
  { taken: '7', others: [], free: '7 2' },
  { taken: 'x'.repeat(64), others: [], free: `${'x'.repeat(62)} 2` },
  { taken: `${'x'.repeat(61)} abc`, others: [], free: `${'x'.repeat(61)} 2` },
  { taken: '👩‍💻'.repeat(21), others: [], free: `${'👩‍💻'.repeat(20)} 2` },
])('beside $taken and $others the free name is $free', ({ taken, others, free }) => {
  expect(freeName(taken, (name) => others.includes(name))).toBe(free)
})

test('there is none where all numbers are taken', () => {
  expect(freeName('Ana', () => true)).toBeUndefined()
})
