import type { Endpoint } from '../endpoint.ts'
import type { Deed } from '../operator/deed.ts'
import type { CallRequest } from '../wire/message.ts'
import type { HeldDeeds } from './state/shared-deeds.ts'

/** What a node holds of a registration of its own, to enter it again where the log has lost it. */
export type Held = {
  serial: number
  since: number
  name: string
  ip: string
  port: number
  callPort: number
  proof: string
  ready: Readiness
}

export type Readiness = 'no' | 'ready' | 'conference'

/**
 * A change, as it stands in the log. All nodes apply all commands, in the order of the log, with the same
 * outcome. So nothing may be in a command's outcome that is not in the command, in its place in the log,
 * or in the outcomes before it.
 */
export type Command =
  | { kind: 'register'; name: string; ip: string; port: number; callPort: number; proof: string }
  | { kind: 'leave'; serial: number; how: 'left' | 'lost' }
  /** `id` becomes the id of the call, if there will be a new one. */
  | { kind: 'ask'; serial: number; asked: CallRequest; id: string }
  /** Ends the calls that are overdue at the time of this command. */
  | { kind: 'expire' }
  /** Registrations that the log may have lost. */
  | { kind: 'assert'; held: Held[] }
  | { kind: 'deed'; deed: Deed }
  /** What lasts of deeds, which the log may have lost. */
  | { kind: 'deeds'; held: HeldDeeds }
  /** The node has the whole state, and can tell others. It listens at these endpoints. */
  | { kind: 'loaded'; endpoints: Endpoint[] }
  /** The next three are written by scripts. */
  /** One of the nodes that have the state tells it: the next one at each attempt. */
  | { kind: 'join'; attempt: number }
  | { kind: 'dead'; node: string }
  | { kind: 'recovered' }

/** A command with its place in the log. */
export type LogEntry = {
  /** One more than that of the entry before. */
  rev: number
  /** The node that wrote it. */
  node: string
  /** The engine's time when it was written, in milliseconds of Unix time. It never goes back. */
  time: number
  /** Tells the node which of its requests it was; 0 where nobody waits for the outcome. */
  request: number
  command: Command
}

/** The fields of an entry of the stream. */
export type EntryFields = Readonly<Record<string, string>>

/** Reads an entry of the log. Throws for what no node of this version has written. */
export function readEntry(id: string, { n = '', t = '', q = '', c = '' }: EntryFields): LogEntry {
  return {
    rev: Number.parseInt(id, 10),
    node: n,
    time: Number(t),
    request: Number(q),
    command: JSON.parse(c),
  }
}
