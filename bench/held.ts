import { connectionsFor, descriptorLimit } from '../src/host/descriptors.ts'
import type { Contestant } from './contestants/contestants.ts'
import { type Load, openLoad } from './load-control.ts'
import { peers, registrationOf, sourceOf } from './peers.ts'
import type { Pace } from './work.ts'

/** The most that are held: what the usual 20,000 descriptors allow. */
const mostHeld = 15_000

/** How many connections are held where many are: fewer where this machine allows no more. */
export const manyOf = ({ size }: Pace): number =>
  size === 'full' ? Math.min(mostHeld, connectionsFor(descriptorLimit())) : 200

/** Registers so many peers, who then say nothing more and stay until it is stopped. */
export const hold = ({ port }: Contestant, count: number): Promise<Load> =>
  openLoad({
    port,
    firstSource: sourceOf(0),
    greetings: peers(count).map(registrationOf),
    lines: 1,
  })
