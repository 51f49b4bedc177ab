import { expect, test } from 'bun:test'
import {
  audioKbpsFor,
  firstLevel,
  levelFor,
  lowestLevel,
  screenLevels,
  type VideoLevel,
  videoLevels,
} from '../../../../src/browser/call/connection/budget.ts'

const counts = Array.from({ length: 15 }, (_, at) => at + 1)
const all = (receivers: number, sharing: boolean) =>
  videoLevels.map((_, level) => levelFor(level, receivers, sharing))

test.each([
  { sharing: false, levels: videoLevels },
  { sharing: true, levels: screenLevels },
])('one receiver gets what there is (a screen: $sharing)', ({ sharing, levels }) => {
  expect(firstLevel(1)).toBe(0)
  expect(all(1, sharing)).toEqual([...levels])
})

test.each(counts)('%d receivers together get no more video than one', (receivers) => {
  for (const sharing of [false, true]) {
    const best = levelFor(0, 1, sharing).maxKbps
    for (const { maxKbps } of all(receivers, sharing)) {
      expect(maxKbps * receivers).toBeLessThanOrEqual(best)
    }
  }
})

test.each(counts)(
  'sound to %d receivers is enough for a voice, and has its own bound',
  (receivers) => {
    expect(audioKbpsFor(receivers)).toBeGreaterThanOrEqual(24)
    expect(audioKbpsFor(receivers)).toBeLessThanOrEqual(64)
    if (receivers <= 6) expect(audioKbpsFor(receivers) * receivers).toBeLessThanOrEqual(163)
  },
)

test.each<[number, VideoLevel]>([
  [2, { maxKbps: 900, scaleDownBy: 1.5, maxFrameRate: 30 }],
  [3, { maxKbps: 600, scaleDownBy: 1.5, maxFrameRate: 30 }],
  [4, { maxKbps: 450, scaleDownBy: 2, maxFrameRate: 24 }],
  // 640 x 360 for a tile of 400.
  [5, { maxKbps: 360, scaleDownBy: 2, maxFrameRate: 24 }],
  [15, { maxKbps: 120, scaleDownBy: 3, maxFrameRate: 15 }],
])('a camera for each of %d has the size that suits its share', (receivers, level) => {
  expect(levelFor(firstLevel(receivers), receivers, false)).toEqual(level)
})

test('all pictures together have about as many points as the one of a call of two', () => {
  const points = ({ scaleDownBy, maxFrameRate }: VideoLevel) => maxFrameRate / scaleDownBy ** 2
  for (const receivers of [2, 3, 4, 5]) {
    const each = points(levelFor(0, receivers, false))
    expect((each * receivers) / points(levelFor(0, 1, false))).toBeLessThan(1.4)
  }
})

test('a screen for five is slower, and as sharp as for one', () => {
  expect(levelFor(0, 5, true)).toEqual({ maxKbps: 500, scaleDownBy: 1, maxFrameRate: 8 })
})

test.each(counts)('for %d there is a way down from the share', (receivers) => {
  const first = firstLevel(receivers)
  expect(first).toBeLessThan(lowestLevel)
  for (const sharing of [false, true]) {
    const rates = all(receivers, sharing).map(({ maxKbps }) => maxKbps)
    for (let at = first + 1; at <= lowestLevel; at += 1) {
      expect(rates[at] ?? 0).toBeLessThanOrEqual(rates[at - 1] ?? 0)
    }
  }
  const [best, least] = [levelFor(first, receivers, false), levelFor(lowestLevel, receivers, false)]
  expect(least.maxKbps).toBeLessThan(best.maxKbps)
})
