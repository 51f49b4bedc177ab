import type { Registration } from '../directory/registration.ts'

export type LostPlace = {
  readonly name: string
  until: number
  /** Came in under another name for the lost one; `gone` if it has left since and is forgotten. */
  standIn: Registration | 'gone' | undefined
}

export type LostPlacesParts = {
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  placeKeptMs: number
  maxCallMembers: number
}

/**
 * The places of members of one call whose connections were lost while it went on. A place is good for
 * the name of its owner until its time is over, whoever has come in for it: an id that was stolen, or
 * kept by one who declined, shuts no member out (decisions/041).
 */
export class LostPlaces {
  readonly #parts: LostPlacesParts
  /** The oldest first. */
  #all: LostPlace[] = []

  constructor(parts: LostPlacesParts) {
    this.#parts = parts
  }

  /**
   * The member is lost. One that stood in for another leaves that one's place open, and gets none of its
   * own: else a few that come in and are lost, one for the other, would push every owner out of here.
   * There are as many places as a call has members at most.
   */
  keep(lost: Registration): LostPlace {
    const { now, placeKeptMs, maxCallMembers } = this.#parts
    const until = now() + placeKeptMs
    const stoodIn = this.#kept().find(({ standIn }) => standIn === lost)
    if (stoodIn) return Object.assign(stoodIn, { until, standIn: undefined })
    const place: LostPlace = { name: lost.name, until, standIn: undefined }
    this.#all.push(place)
    if (this.#all.length > maxCallMembers) this.#all.shift()
    return place
  }

  /** All places, for another process. */
  get all(): readonly LostPlace[] {
    return this.#all
  }

  restore(all: readonly LostPlace[]): void {
    this.#all = [...all]
  }

  own(name: string): LostPlace | undefined {
    return this.#kept().find((place) => place.name === name)
  }

  /** The oldest place for which nobody has come in yet. */
  open(): LostPlace | undefined {
    return this.#kept().find(({ standIn }) => !standIn)
  }

  /** Its owner comes back, or somebody else stands in for it. */
  take(place: LostPlace, comer: Registration): void {
    if (place.name === comer.name) this.#all = this.#all.filter((each) => each !== place)
    else place.standIn = comer
  }

  /** A member goes on with another connection. */
  move(old: Registration, now: Registration): void {
    for (const place of this.#all) if (place.standIn === old) place.standIn = now
  }

  #kept(): LostPlace[] {
    const { now } = this.#parts
    this.#all = this.#all.filter(({ until }) => until > now())
    return this.#all
  }
}
