import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Box, boxesOf, type Size } from '../../../../src/browser/call/grid/boxes.ts'

/** What the pictures of a call have of a window, without its title and its buttons. */
const stages = {
  'a phone upright': { width: 374, height: 690 },
  'a phone sideways': { width: 828, height: 250 },
  'a desk': { width: 1256, height: 590 },
  'a large desk': { width: 1896, height: 870 },
}
const camera = 16 / 9
const upright = 9 / 16

/** How many tiles stand in each row, from the top. */
function rowsOf(boxes: readonly Box[]): number[] {
  const tops = [...new Set(boxes.map(({ top }) => top))]
  return tops.map((top) => boxes.filter((box) => box.top === top).length)
}

const areaOf = ({ width, height }: Size) => width * height

const overlap = (one: Box, other: Box) =>
  one.left < other.left + other.width &&
  other.left < one.left + one.width &&
  one.top < other.top + other.height &&
  other.top < one.top + one.height

describe('where the tiles stand', () => {
  test.each([
    { stage: 'a desk', rows: { 3: [2, 1], 4: [2, 2], 5: [3, 2], 6: [3, 3] } },
    { stage: 'a large desk', rows: { 3: [2, 1], 4: [2, 2], 5: [3, 2], 6: [3, 3] } },
    { stage: 'a phone sideways', rows: { 3: [3], 4: [4], 5: [3, 2], 6: [3, 3] } },
    { stage: 'a phone upright', rows: { 3: [1, 1, 1], 4: [1, 1, 1, 1], 6: [2, 2, 2] } },
  ] as const)('pictures of cameras on $stage', ({ stage, rows }) => {
    for (const [count, expected] of Object.entries(rows)) {
      const shapes = Array.from({ length: Number(count) }, () => camera)
      const found = rowsOf(boxesOf(stages[stage], shapes))
      expect({ count, rows: found }).toEqual({ count, rows: [...expected] })
    }
  })

  test('upright pictures stand side by side where wide ones stand one below the other', () => {
    const four = (shape: number) =>
      rowsOf(
        boxesOf(
          stages['a phone upright'],
          Array.from({ length: 4 }, () => shape),
        ),
      )
    expect(four(camera)).toEqual([1, 1, 1, 1])
    expect(four(upright)).toEqual([2, 2])
  })

  const sizes = fc.record({
    width: fc.integer({ min: 200, max: 4000 }),
    height: fc.integer({ min: 120, max: 3000 }),
  })
  const shapes = fc.array(
    fc.option(fc.double({ min: 0.3, max: 4, noNaN: true }), { nil: undefined }),
    {
      minLength: 1,
      maxLength: 16,
    },
  )

  test('never over each other nor beyond the stage, whatever it is', () => {
    fc.assert(
      fc.property(sizes, shapes, fc.nat(), (stage, shapes, pick) => {
        const large = pick % 2 === 0 ? undefined : pick % shapes.length
        const boxes = boxesOf(stage, shapes, large)
        expect(boxes).toHaveLength(shapes.length)
        for (const [at, box] of boxes.entries()) {
          expect(box.left).toBeGreaterThanOrEqual(0)
          expect(box.top).toBeGreaterThanOrEqual(0)
          expect(box.left + box.width).toBeLessThanOrEqual(stage.width)
          expect(box.top + box.height).toBeLessThanOrEqual(stage.height)
          expect(boxes.some((other, index) => index !== at && overlap(box, other))).toBe(false)
        }
      }),
    )
  })

  test('the large one is larger than in the grid, and the others are in a strip beside it', () => {
    for (const stage of Object.values(stages)) {
      for (const count of [3, 4, 5, 6]) {
        const shapes = Array.from({ length: count }, () => camera)
        const [large, ...strip] = boxesOf(stage, shapes, 0) as [Box, ...Box[]]
        expect(areaOf(large)).toBeGreaterThan(areaOf(boxesOf(stage, shapes)[0] as Box))
        for (const small of strip) {
          expect(areaOf(small)).toBeLessThan(areaOf(large) / 2)
          // For a finger (WCAG 2.2, 2.5.8, and the size that it recommends).
          expect(Math.min(small.width, small.height)).toBeGreaterThanOrEqual(44)
        }
      }
    }
  })
})
