import type { Log } from '../log.ts'
import type { Connection } from './connection.ts'
import type { House } from './conversation.ts'
import type { Held } from './held.ts'
import type { KnownAnswers } from './known-answers.ts'
import type { RegistryLimits } from './limits.ts'
import type { Lock } from './lock.ts'
import type { Snapshots } from './snapshots.ts'

/** What a connection needs of its socket. */
export type Wire = {
  write(bytes: string | Buffer, offset?: number, length?: number): number
  pause(): void
  resume(): void
  /** Sends FIN; what the other end still sends is read. */
  shutdown(): void
  /** Closes both directions, orderly. */
  end(): void
  /** Closes at once: what was not read or written is lost. */
  terminate(): void
}

/** What all connections share. */
export type ConnectionParts = {
  house: House
  knownAnswers: KnownAnswers
  snapshots: Snapshots
  /** The books of what is held for all. */
  held: Held
  limits: RegistryLimits
  log: Log
  /** Unix time, or any clock that only goes forward, in milliseconds. */
  now: () => number
  /** Counts a connection that is closed for meeting a limit. */
  met: (limit: LimitMet) => void
  /** Where the web page is, for browsers that dial the wrong port. */
  webUrl: () => string
  /** Tells the server's books that this connection began or stopped to watch, wait or close. */
  changed: (connection: Connection) => void
  /** Something threw that has to do with this connection: a bug, which is to end it alone. */
  failed: (connection: Connection, error: unknown) => void
}

/** What a connection may do from the beginning. */
export type Welcome = {
  trusted: boolean
  /** It may say nothing of substance before a secret has opened `lock`. */
  locked: boolean
  lock: Lock
}

/** The limits that close a connection, and `tooFast`, which refuses a request. */
export type LimitMet =
  | 'stalled'
  | 'signIn'
  | 'full'
  | 'addressFull'
  | 'addressFast'
  /** Of the last three, those to whom nothing was said: too many were being refused. */
  | 'unsaid'
  | 'slowWatcher'
  | 'lineTooLong'
  | 'wrongSecrets'
  | 'tooFast'
  /** Was too fast again and again. */
  | 'relentless'
  /** Most was held for it, where too much was held for all. */
  | 'heaviest'
