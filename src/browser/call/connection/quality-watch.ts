import { firstLevel } from './budget.ts'
import {
  type Adaptation,
  adaptTo,
  adaptToReceivers,
  type Badge,
  badgeAfter,
  type Counters,
  firstAdaptation,
  firstBadge,
  type Grade,
  gradeOf,
  type Sample,
  type StatsEntry,
  sampleOf,
} from './quality.ts'

export type Look = {
  sample: Sample
  grade: Grade
  /** At which video is to go out from now on. */
  level: number
}

/** Follows a call by its statistics, one look a second. */
export class QualityWatch {
  #counters: Counters | undefined
  #badge: Badge = firstBadge
  #adaptation: Adaptation = firstAdaptation
  #receivers = 1

  /** Whether there was a look: then there is something to say also while the connection is down. */
  get begun(): boolean {
    return this.#counters !== undefined
  }

  get receivers(): number {
    return this.#receivers
  }

  get level(): number {
    return this.#adaptation.level
  }

  setReceivers(count: number): void {
    const receivers = Math.max(1, count)
    this.#adaptation = adaptToReceivers(this.#adaptation, this.#receivers, receivers)
    this.#receivers = receivers
  }

  /** `isSent` says that the other end sends sound or picture. The first look has nothing to say. */
  look(entries: Iterable<StatsEntry>, isUp: boolean, isSent: boolean): Look | undefined {
    const { sample, counters } = sampleOf(entries, this.#counters, performance.now())
    const first = !this.begun
    this.#counters = counters
    if (first) return undefined
    const { level } = this.#adaptation
    const givenWay = level > firstLevel(this.#receivers) ? level : 0
    const moment = isUp ? gradeOf(sample, isSent, givenWay) : 'poor'
    this.#badge = badgeAfter(this.#badge, moment)
    if (isUp) this.#adaptation = adaptTo(this.#adaptation, sample, this.#receivers)
    return { sample, grade: this.#badge.grade, level: this.#adaptation.level }
  }
}
