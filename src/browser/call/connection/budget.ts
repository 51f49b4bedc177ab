/** What video may take. Audio is never made to give way to it. */
export type VideoLevel = { maxKbps: number; scaleDownBy: number; maxFrameRate: number }

/** From all there is to what still shows a face; a screen keeps its sharpness and loses pace. */
export const videoLevels: readonly VideoLevel[] = [
  { maxKbps: 1_800, scaleDownBy: 1, maxFrameRate: 30 },
  { maxKbps: 900, scaleDownBy: 1.5, maxFrameRate: 30 },
  { maxKbps: 450, scaleDownBy: 2, maxFrameRate: 24 },
  { maxKbps: 200, scaleDownBy: 3, maxFrameRate: 15 },
  { maxKbps: 90, scaleDownBy: 4, maxFrameRate: 10 },
]

export const screenLevels: readonly VideoLevel[] = [
  { maxKbps: 2_500, scaleDownBy: 1, maxFrameRate: 30 },
  { maxKbps: 1_200, scaleDownBy: 1, maxFrameRate: 15 },
  { maxKbps: 600, scaleDownBy: 1, maxFrameRate: 8 },
  { maxKbps: 300, scaleDownBy: 1.5, maxFrameRate: 5 },
  { maxKbps: 150, scaleDownBy: 2, maxFrameRate: 3 },
]

export const lowestLevel = videoLevels.length - 1

/** What all receivers together may cost: no more video than the one of a call of two. */
const totalVideoKbps = videoLevels[0]?.maxKbps ?? 0
const totalScreenKbps = screenLevels[0]?.maxKbps ?? 0

/** Sound to one receiver, to all, and what a voice needs at least. Packets carry it twice (RED). */
const maxAudioKbps = 64
const totalAudioKbps = 160
const minAudioKbps = 24

/**
 * How much video may take of what a line is believed to carry, where there are several: their lines are
 * mostly one line out of the house, and if each leaves a part of it to others, all together do.
 */
export const shareOfLine = 0.7

/** Where a share is a little less than the rate of a level, a picture of that size still looks well. */
const enoughForLevel = 0.8

/** How much one of so many receivers may get, when its own line has made nothing give way. */
export function firstLevel(receivers: number): number {
  const wanted = enoughForLevel * (totalVideoKbps / receivers)
  return videoLevels.findLastIndex(({ maxKbps }) => maxKbps >= wanted)
}

/** What is sent to one of so many receivers. */
export function levelFor(level: number, receivers: number, sharing: boolean): VideoLevel {
  const [levels, total] = sharing ? [screenLevels, totalScreenKbps] : [videoLevels, totalVideoKbps]
  const at = Math.min(lowestLevel, Math.max(level, firstLevel(receivers)))
  const own = levels[at]
  if (!own) throw new Error(`bug: no level ${at}`)
  return { ...own, maxKbps: Math.min(own.maxKbps, Math.floor(total / receivers)) }
}

export const audioKbpsFor = (receivers: number): number =>
  Math.round(Math.min(maxAudioKbps, Math.max(minAudioKbps, totalAudioKbps / receivers)))
