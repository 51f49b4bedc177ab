import { maxLineBytes } from '../wire/message.ts'

/**
 * What one peer may cost the others. All are parameters, so that a test can meet each exactly; the
 * operator sets those that `config.ts` names.
 */
export type RegistryLimits = Readonly<{
  /** Bytes of one request, its line ending not counted. Over it: `line-too-long`, and closed. */
  maxLineBytes: number
  /** Connections at a time. Over it: `too-many-connections`, and closed. */
  maxConnections: number
  /** Time to the first registration, `watch` or nothing. Over it: `*bye,sign-in-timeout`. */
  signInTimeoutMs: number
  /** How long a first client's bytes must be quiet to be taken for one whole message. */
  bareQuietMs: number
  /** How long a connection may take nothing of what waits for it. Over it: closed, unsaid. */
  stallTimeoutMs: number
  /** Bytes of changes that may wait for one watcher. Over it: closed, unsaid. */
  maxWaitingPushBytes: number
  /** How long a connection that was told goodbye has to close its own end. */
  closeGraceMs: number
}>

export const defaultLimits: RegistryLimits = {
  maxLineBytes,
  maxConnections: 15_000,
  signInTimeoutMs: 60_000,
  bareQuietMs: 50,
  stallTimeoutMs: 10_000,
  maxWaitingPushBytes: 256 * 1024,
  closeGraceMs: 1_000,
}
