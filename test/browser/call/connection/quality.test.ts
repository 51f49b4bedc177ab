import { describe, expect, test } from 'bun:test'
import { firstLevel, videoLevels } from '../../../../src/browser/call/connection/budget.ts'
import {
  type Adaptation,
  adaptTo,
  adaptToReceivers,
  type Badge,
  badgeAfter,
  firstAdaptation,
  firstBadge,
  type Grade,
  gradeOf,
  type Sample,
  sampleOf,
} from '../../../../src/browser/call/connection/quality.ts'
import { pointsOf } from '../../../../src/browser/call/panels/quality-panel.ts'

const calm: Sample = {
  at: 0,
  arrived: 100,
  roundTripMs: 40,
  lossIn: 0,
  lossOut: 0,
  kbpsIn: 800,
  kbpsOut: 800,
  availableOutKbps: 2_000,
  limited: false,
  frameRateIn: 30,
  heightIn: 720,
}

test('a sample is what changed since the last look', () => {
  const look = (bytes: number, packets: number, lost: number) => [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
    {
      id: 'P',
      type: 'candidate-pair',
      currentRoundTripTime: 0.05,
      availableOutgoingBitrate: 1e6,
    },
    {
      id: 'I',
      type: 'inbound-rtp',
      kind: 'video',
      bytesReceived: bytes,
      packetsReceived: packets,
      packetsLost: lost,
      framesPerSecond: 25,
      frameHeight: 480,
    },
    { id: 'O', type: 'outbound-rtp', bytesSent: bytes, qualityLimitationReason: 'bandwidth' },
    { id: 'R', type: 'remote-inbound-rtp', fractionLost: 0.02, roundTripTime: 0.06 },
  ]
  const first = sampleOf(look(0, 0, 0), undefined, 1_000)
  expect(first.sample).toMatchObject({ kbpsIn: 0, lossIn: undefined, roundTripMs: 50 })
  const { sample } = sampleOf(look(125_000, 90, 10), first.counters, 2_000)
  expect(sample).toEqual({
    at: 2_000,
    arrived: 90,
    roundTripMs: 50,
    lossIn: 0.1,
    lossOut: 0.02,
    kbpsIn: 1_000,
    kbpsOut: 1_000,
    availableOutKbps: 1_000,
    limited: true,
    frameRateIn: 25,
    heightIn: 480,
  })
  expect(sampleOf([], undefined, 1).sample.roundTripMs).toBeUndefined()
})

test.each<[Partial<Sample>, Grade]>([
  [{}, 'good'],
  [{ lossIn: 0.05 }, 'fair'],
  [{ lossOut: 0.2 }, 'poor'],
  [{ roundTripMs: 350 }, 'fair'],
  [{ roundTripMs: 900 }, 'poor'],
  [{ roundTripMs: undefined, lossIn: undefined, lossOut: undefined }, 'good'],
  // As every call begins: browsers believe in little until they have tried more.
  [{ limited: true, availableOutKbps: 300 }, 'good'],
])('%j is %s', (odd, grade) => {
  expect(gradeOf({ ...calm, ...odd }, true, 0)).toBe(grade)
})

test.each<[number, Grade]>([
  [1, 'good'],
  [2, 'fair'],
  [3, 'fair'],
  [4, 'poor'],
])('a picture that has given way to level %d is %s, though nothing is lost', (level, grade) => {
  expect(gradeOf(calm, true, level)).toBe(grade)
})

test('nothing that comes is poor where something is sent', () => {
  const silence = { ...calm, arrived: 0, lossIn: undefined, kbpsIn: 0 }
  expect(gradeOf(silence, true, 0)).toBe('poor')
  expect(gradeOf(silence, false, 0)).toBe('good')
})

test('a stream that counts anew, or goes, takes nothing off the others', () => {
  const stream = (id: string, packetsReceived: number, packetsLost: number) => ({
    id,
    type: 'inbound-rtp',
    bytesReceived: packetsReceived * 1_000,
    packetsReceived,
    packetsLost,
  })
  const first = sampleOf([stream('A', 5_000, 10), stream('B', 100, 0)], undefined, 1_000)
  const anew = sampleOf([stream('A', 20, 20), stream('B', 190, 0)], first.counters, 2_000)
  expect(anew.sample).toMatchObject({ arrived: 90, lossIn: 0.1, kbpsIn: 720 })
  const gone = sampleOf([stream('B', 190, 10)], first.counters, 2_000)
  expect(gone.sample).toMatchObject({ arrived: 90, lossIn: 0.1, kbpsIn: 720 })
})

describe('the badge', () => {
  const after = (...moments: Grade[]) =>
    moments.reduce<Badge>((badge, moment) => badgeAfter(badge, moment), firstBadge).grade

  test('does not flicker', () => {
    expect(after('poor', 'good', 'poor', 'good', 'poor')).toBe('good')
  })

  test('follows bad news soon, step by step, and good news later', () => {
    expect(after('poor', 'poor')).toBe('fair')
    expect(after('poor', 'poor', 'poor', 'poor')).toBe('poor')
    const poor: Grade[] = ['poor', 'poor', 'poor', 'poor']
    const good = (count: number) => Array.from({ length: count }, (): Grade => 'good')
    expect(after(...poor, ...good(4))).toBe('poor')
    expect(after(...poor, ...good(5))).toBe('fair')
    expect(after(...poor, ...good(10))).toBe('good')
  })
})

describe('adaptation', () => {
  const seconds = (count: number, sample: Sample, receivers = 1, from = firstAdaptation) =>
    Array.from({ length: count }).reduce<Adaptation>((now) => adaptTo(now, sample, receivers), from)
  const lossy = { ...calm, lossOut: 0.15 }

  test('keeps everything on a calm way', () => {
    expect(seconds(100, calm).level).toBe(0)
  })

  test('gives video up bit by bit under loss, and no further than to a small picture', () => {
    expect(seconds(2, lossy).level).toBe(0)
    expect(seconds(3, lossy).level).toBe(1)
    expect(seconds(100, lossy).level).toBe(videoLevels.length - 1)
  })

  test('gives way where the encoder starves, not where there is little to send', () => {
    const narrow = { ...calm, availableOutKbps: 300 }
    expect(seconds(3, { ...narrow, limited: true }).level).toBe(1)
    expect(seconds(30, narrow).level).toBe(0)
  })

  test('comes back when it is calm, and waits longer after a try that failed', () => {
    const down = seconds(3, lossy)
    const up = seconds(8, calm, 1, down)
    expect(up.level).toBe(0)
    const again = seconds(3, lossy, 1, up)
    expect(again).toMatchObject({ level: 1, patience: 16 })
    expect(seconds(15, calm, 1, again).level).toBe(1)
    expect(seconds(16, calm, 1, again).level).toBe(0)
  })

  test('with several the ladder begins at the share, also after it gave way', () => {
    const five = adaptToReceivers(firstAdaptation, 1, 5)
    expect(five.level).toBe(firstLevel(5))
    expect(seconds(100, calm, 5, five).level).toBe(firstLevel(5))
    const down = seconds(3, lossy, 5, five)
    expect(down.level).toBe(firstLevel(5) + 1)
    expect(seconds(8, calm, 5, down).level).toBe(firstLevel(5))
  })

  test('video that has not given way takes the share of those who are left', () => {
    const five = adaptToReceivers(firstAdaptation, 1, 5)
    expect(adaptToReceivers(five, 5, 1).level).toBe(0)
    const down = seconds(3, lossy, 5, five)
    expect(adaptToReceivers(down, 5, 1).level).toBe(down.level)
    expect(adaptToReceivers(down, 5, 15).level).toBe(down.level)
  })

  test('with several a part of the line is left to others, with one only half a level is too little', () => {
    const five = adaptToReceivers(firstAdaptation, 1, 5)
    // The share is 360: 70 % of 514.
    const narrow = { ...calm, availableOutKbps: 500, limited: true }
    const wide = { ...narrow, availableOutKbps: 530 }
    expect(seconds(3, narrow, 5, five).level).toBe(firstLevel(5) + 1)
    expect(seconds(30, wide, 5, five).level).toBe(firstLevel(5))
    expect(seconds(30, { ...narrow, availableOutKbps: 1_000 }, 1).level).toBe(0)
    // Nothing holds the encoder back: the browser has not tried more.
    expect(seconds(30, { ...narrow, limited: false }, 5, five).level).toBe(firstLevel(5))
  })

  test('every level asks for less than the one before', () => {
    for (const [at, level] of videoLevels.entries()) {
      const next = videoLevels[at + 1]
      if (next) expect(next.maxKbps).toBeLessThan(level.maxKbps)
    }
  })
})

test('a plot ends at the right edge and stays inside', () => {
  expect(pointsOf([], 10)).toBe('')
  expect(pointsOf([5, undefined, 20], 10)).toBe('231.9,35.5 235.9,47.0 240.0,1.0')
})
