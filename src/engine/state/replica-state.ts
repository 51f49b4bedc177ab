import type { Endpoint } from '../../endpoint.ts'
import type { CallsSnapshot } from '../../registry/calls/calls-snapshot.ts'
import type { HolderLine } from '../../registry/changes.ts'
import type { Conflict } from '../../registry/directory/directory.ts'
import type { Entry, Registration } from '../../registry/directory/registration.ts'
import type { Result } from '../../result.ts'
import type { RefusalCode, Reply } from '../../wire/message.ts'
import type { Held } from '../command.ts'
import type { HeldDeeds } from './shared-deeds.ts'

/** What a command has led to, for the one that waits for it. */
export type Outcome =
  | Result<Registration, Conflict | 'unavailable'>
  | Result<Reply, RefusalCode>
  | undefined

export type HeldAt = Held & { node: string }
/** The whole state at one revision of the log. */
export type ReplicaState = {
  rev: number
  time: number
  nodes: [name: string, endpoints: Endpoint[], loaded: boolean][]
  held: HeldAt[]
  calls: CallsSnapshot
  deeds: HeldDeeds
}

export type Kept = { entry: Entry; node: string; proof: string; line: HolderLine }

export const heldAt = ({ entry, node, proof }: Kept): HeldAt => {
  const { serial, since, name, ip, port, callPort } = entry
  // Whether it is ready stands in the state of the calls.
  return { serial, since, name, ip, port, callPort, proof, ready: 'no', node }
}

/** Where all calls are forgotten, peers are as ready as they were. */
export const callsOf = (held: Iterable<HeldAt>): CallsSnapshot => ({
  ...{ ringing: [], talking: [], resuming: [] },
  ends: [...held]
    .filter(({ ready }) => ready !== 'no')
    .map(({ serial, ready }) => ({ of: serial, ready: true, conference: ready === 'conference' })),
})
