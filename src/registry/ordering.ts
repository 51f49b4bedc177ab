import type { Endpoint } from '../endpoint.ts'
import { randomText } from '../secrets.ts'
import { type Changes, LocalChanges, type RegistryState } from './changes.ts'
import type { Deeds } from './operator/deeds.ts'
import type { OfficeParts } from './operator/office.ts'

/** In which order changes are made, and by which clock. */
export type Ordering = {
  /** The clock of every time limit that a change depends on, in milliseconds. It only goes forward. */
  now: () => number
  /** A new call id: 128 random bits in base64url. */
  newId: () => string
  /** Called once, before anybody connects. */
  begin(state: RegistryState, deeds: Deeds): Changes
  /** Has a deed of the operator's done at all processes. */
  order?: OfficeParts['order']
  /** Where other processes listen that share the directory. */
  readonly endpointsElsewhere?: readonly Endpoint[]
}

/** All is decided in this process, at once. */
export const decidedHere = (now: () => number): Ordering => ({
  now,
  // So that an id tells nobody of another.
  newId: () => randomText(16),
  begin: (state) => new LocalChanges(state),
})
