import { firstLevel, levelFor, lowestLevel, shareOfLine } from './budget.ts'

/** How a call goes, as one look at its statistics tells. Rates are over the time since the last. */
export type Sample = {
  /** Milliseconds; any origin. */
  at: number
  roundTripMs: number | undefined
  /** Packets of sound and picture that came. */
  arrived: number
  /** Of the packets that the other end sent, and of ours: 0 to 1. */
  lossIn: number | undefined
  lossOut: number | undefined
  kbpsIn: number
  kbpsOut: number
  /** What the browser believes the way out can carry. */
  availableOutKbps: number | undefined
  /** Whether the encoder holds back for want of bandwidth. */
  limited: boolean
  frameRateIn: number | undefined
  heightIn: number | undefined
}

export type Grade = 'good' | 'fair' | 'poor'

/** What getStats gives, as far as it is looked at. */
export type StatsEntry = { type: string; id: string } & Record<string, unknown>

/** What one moment counted, from which the next sample takes the differences; by the entries' ids. */
export type Counters = { at: number; entries: ReadonlyMap<string, StatsEntry> }

/** Reads one look at the statistics. */
export function sampleOf(
  entries: Iterable<StatsEntry>,
  before: Counters | undefined,
  now: number,
): { sample: Sample; counters: Counters } {
  const all = [...entries]
  const ofType = (type: string) => all.filter((entry) => entry.type === type)
  const inbound = ofType('inbound-rtp')
  const outbound = ofType('outbound-rtp')
  const echoes = ofType('remote-inbound-rtp')
  const pair = selectedPair(all)
  const video = inbound.find(({ kind }) => kind === 'video')

  const counters: Counters = { at: now, entries: new Map(all.map((entry) => [entry.id, entry])) }
  const seconds = before ? (now - before.at) / 1_000 : 0
  // One by one: a stream that goes, or begins to count anew, takes nothing off the others.
  const grown = (entries: StatsEntry[], field: string): number =>
    entries.reduce((total, entry) => {
      const was = numberOf(before?.entries.get(entry.id)?.[field]) ?? 0
      return total + Math.max(0, (numberOf(entry[field]) ?? 0) - was)
    }, 0)
  const kbps = (bytes: number) => (seconds > 0 ? (bytes * 8) / 1_000 / seconds : 0)
  const arrived = grown(inbound, 'packetsReceived')
  const lost = grown(inbound, 'packetsLost')
  const echoed = echoes.map(({ fractionLost }) => numberOf(fractionLost)).filter(isKnown)
  const trips = [
    numberOf(pair?.currentRoundTripTime),
    ...echoes.map(({ roundTripTime }) => numberOf(roundTripTime)),
  ].filter(isKnown)
  const available = numberOf(pair?.availableOutgoingBitrate)
  return {
    counters,
    sample: {
      at: now,
      arrived,
      roundTripMs: trips[0] === undefined ? undefined : trips[0] * 1_000,
      lossIn: before && arrived + lost > 0 ? lost / (arrived + lost) : undefined,
      lossOut: echoed.length > 0 ? Math.max(...echoed) : undefined,
      kbpsIn: kbps(grown(inbound, 'bytesReceived')),
      kbpsOut: kbps(grown(outbound, 'bytesSent')),
      availableOutKbps: available === undefined ? undefined : available / 1_000,
      limited: outbound.some(({ qualityLimitationReason: why }) => why === 'bandwidth'),
      frameRateIn: numberOf(video?.framesPerSecond),
      heightIn: numberOf(video?.frameHeight),
    },
  }
}

/** The way that media takes: what the transport names, or the pair in use where none is named. */
function selectedPair(all: StatsEntry[]): StatsEntry | undefined {
  const named = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId
  return (
    all.find(({ id, type }) => type === 'candidate-pair' && id === named) ??
    all.find(({ type, nominated, state }) => {
      return type === 'candidate-pair' && nominated === true && state === 'succeeded'
    })
  )
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

const isKnown = (value: number | undefined): value is number => value !== undefined

const grades: readonly Grade[] = ['good', 'fair', 'poor']

/** Of none it is the best. */
export const worstGrade = (all: readonly Grade[]): Grade =>
  grades.findLast((grade) => all.includes(grade)) ?? 'good'

/** From this level on the picture is visibly worse, and a face is hard to make out. */
const blurredLevel = 2

/**
 * How one moment is, by its worst side. `isSent` says that the other end sends sound or picture:
 * where nothing of it comes, there is no loss to count either. `level` is the one to which video
 * has given way, 0 where it has not: on a narrow line nothing is lost, since the picture has given way.
 */
export function gradeOf(sample: Sample, isSent: boolean, level: number): Grade {
  const { arrived, roundTripMs = 0, lossIn = 0, lossOut = 0 } = sample
  if (isSent && arrived === 0) return 'poor'
  const loss = Math.max(lossIn, lossOut)
  if (loss > 0.1 || roundTripMs > 600 || level >= lowestLevel) return 'poor'
  if (loss > 0.03 || roundTripMs > 300 || level >= blurredLevel) return 'fair'
  return 'good'
}

/** The shown grade, and how often in a row the moments spoke for another one. */
export type Badge = { grade: Grade; against: number; towards: Grade }

export const firstBadge: Badge = { grade: 'good', against: 0, towards: 'good' }

/** Seconds of worse, or of better, before the badge follows: bad news travels faster. */
const worseAfter = 2
const betterAfter = 5

/** The badge after one more moment. It goes step by step, and never flickers. */
export function badgeAfter(badge: Badge, moment: Grade): Badge {
  const { grade } = badge
  if (moment === grade) return { grade, against: 0, towards: grade }
  const worse = grades.indexOf(moment) > grades.indexOf(grade)
  const sameWay = badge.against > 0 && isWorse(badge.towards, grade) === worse
  const against = sameWay ? badge.against + 1 : 1
  if (against < (worse ? worseAfter : betterAfter)) return { grade, against, towards: moment }
  const next = grades[grades.indexOf(grade) + (worse ? 1 : -1)] ?? grade
  return { grade: next, against: 0, towards: next }
}

const isWorse = (a: Grade, b: Grade): boolean => grades.indexOf(a) > grades.indexOf(b)
/** Which level is in force, and what speaks against it. */
export type Adaptation = {
  level: number
  bad: number
  good: number
  /** Good seconds before the next try for more; grows with each try that failed. */
  patience: number
  /** Seconds since the last try for more. */
  sinceTry: number
}

export const firstAdaptation: Adaptation = {
  level: 0,
  bad: 0,
  good: 0,
  patience: 8,
  sinceTry: 60,
}

const maxPatience = 60

/** Of what its level may take, an encoder with the line to itself does well with half. */
const enoughForOne = 0.5

/** How many there are to send to has changed: video that has not given way takes the new share. */
export function adaptToReceivers(now: Adaptation, before: number, receivers: number): Adaptation {
  const first = firstLevel(receivers)
  const gaveWay = now.level > firstLevel(before)
  return { ...now, level: gaveWay ? Math.max(now.level, first) : first }
}

/** The level after one more second: down after three bad ones, up again after many good ones. */
export function adaptTo(now: Adaptation, sample: Sample, receivers = 1): Adaptation {
  const { lossOut = 0, roundTripMs = 0 } = sample
  const starved = isStarved(now.level, sample, receivers)
  const isBad = lossOut > 0.06 || roundTripMs > 800 || starved
  const isGood = !isBad && lossOut < 0.02 && roundTripMs < 500
  const bad = isBad ? now.bad + 1 : 0
  const good = isGood ? now.good + 1 : 0
  const sinceTry = now.sinceTry + 1
  if (bad >= 3 && now.level < lowestLevel) {
    const failed = now.sinceTry < 15
    const patience = failed ? Math.min(now.patience * 2, maxPatience) : now.patience
    return { level: now.level + 1, bad: 0, good: 0, patience, sinceTry }
  }
  if (good >= now.patience && now.level > firstLevel(receivers)) {
    return { level: now.level - 1, bad: 0, good: 0, patience: now.patience, sinceTry: 0 }
  }
  return { ...now, bad, good, sinceTry }
}

/**
 * Whether the line carries too little for this level. Where nothing holds the encoder back, the browser
 * believes in little only because it has not tried more.
 */
function isStarved(level: number, sample: Sample, receivers: number): boolean {
  const { availableOutKbps, limited } = sample
  if (!limited || availableOutKbps === undefined) return false
  const { maxKbps } = levelFor(level, receivers, false)
  return maxKbps * (receivers > 1 ? 1 / shareOfLine : enoughForOne) > availableOutKbps
}
