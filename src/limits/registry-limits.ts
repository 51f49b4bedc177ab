import { maxSignalLineBytes } from '../wire/message.ts'

/**
 * What one peer may cost the others. All are parameters, so that a test can meet each exactly; the
 * operator sets those that `config.ts` names.
 */
export type RegistryLimits = Readonly<{
  /** Bytes of one request, its line ending not counted. Over it: `line-too-long`, and closed. */
  maxLineBytes: number
  /** Connections at a time; one of the web's counts as three. Over it: `too-many-connections`, and closed. */
  maxConnections: number
  /** The same from one address (IPv6: one /64). Over it: `too-many-from-address`, and closed. */
  maxConnectionsPerAddress: number
  /** New ones from one address. Over it: `connecting-too-fast`, and closed. */
  connectionsPerSecond: number
  connectionBurst: number
  /** Addresses without a connection that are remembered, for what they did lately. */
  maxKnownAddresses: number
  /** Refused connections that may wait to be closed. Over it: closed at once, unsaid. */
  maxRefusedConnections: number
  /** Requests of one connection. Over it: `too-fast`, and a rest after so many of these. */
  requestsPerSecond: number
  requestBurst: number
  /** Bytes of a long list that count as one of these requests: what costs much is to count for much. */
  bytesPerRequest: number
  /** Characters of a long message that count as one of them. */
  charactersPerRequest: number
  refusalsBeforeRest: number
  restMs: number
  /** How often one connection may have to rest. Over it: `*bye,too-fast`. */
  restsPerMinute: number
  restBurst: number
  /** Messages, and characters of them and of replies, for one connection before the others have their turn. */
  messagesPerTurn: number
  charactersPerTurn: number
  /** Wrong secrets on one connection. Over it: `too-many-attempts`, and closed. */
  maxWrongSecrets: number
  /** How long a machine may acknowledge nothing (see silence.ts). Over it: closed by the kernel. */
  silenceTimeoutMs: number
  /** Time to the first registration, `watch` or nothing. Over it: `*bye,sign-in-timeout`. */
  signInTimeoutMs: number
  /** How long a first client's bytes must be quiet to be taken for one whole message. */
  bareQuietMs: number
  /** How long a connection may take nothing of what waits for it. Over it: closed, unsaid. */
  stallTimeoutMs: number
  /** Bytes of changes that may wait for one watcher. Over it: closed, unsaid. */
  maxWaitingPushBytes: number
  /** Bytes that are held for all connections. Over it: those with most bytes are closed, unsaid. */
  maxHeldBytes: number
  /** How long a connection that was told goodbye has to close its own end. */
  closeGraceMs: number
  /** Bytes of one request while its connection talks. Over it: `line-too-long`, and closed. */
  maxSignalLineBytes: number
  /** How long after a call a signal may still be as long: it was under way when the call ended. */
  lateSignalMs: number
  /** Bytes that may wait for one end when a signal comes for it. Over it: `too-fast` to the other. */
  maxWaitingSignalBytes: number
  /** How long a call rings. Over it: `*ended,…,timeout` to both ends. */
  ringTimeoutMs: number
  /** How long one end of a call that is resumed waits for the other. Over it: `*ended,…,lost`. */
  resumeTimeoutMs: number
  /** How long a member that was lost may come back into its call, and others into one that was resumed. */
  placeKeptMs: number
  /** Members of one call, and those that are invited. Over it: `call-full`. */
  maxCallMembers: number
  /** Addresses that the operator may have blocked at a time: they are told in one line. Over it: `too-many-blocked`. */
  maxBlocked: number
  /** Characters of who talks with whom, to each watcher. Over it: told later, once for all changes. */
  partnerCharactersPerSecond: number
  partnerCharacterBurst: number
  /** Calls that one connection may begin, and as many that it may resume. Over it: `too-fast`. */
  callsPerMinute: number
  callBurst: number
  /** Calls from everybody together that may ring at one connection. Over it: `too-fast` to the caller. */
  ringsPerMinute: number
  ringBurst: number
  /**
   * Calls in a row that one declines, from one person and from one address; one that rings in vain
   * counts half. Over it: `too-fast` to the caller, until its wait is over.
   */
  callsNotTakenByPerson: number
  callsNotTakenByAddress: number
  /** How long such a caller waits before the next call may ring; twice as long each time. */
  firstRedialWaitMs: number
  maxRedialWaitMs: number
  /** People, and addresses, that one end remembers for that. Over it the oldest is forgotten. */
  maxKnownCallers: number
  /** Signals of one connection. Over it: `too-fast`. */
  signalsPerSecond: number
  signalBurst: number
}>

/** The limits that close a connection, and `tooFast`, which refuses a request. */
export type LimitHit =
  | 'stalled'
  | 'signIn'
  | 'full'
  | 'addressFull'
  | 'addressFast'
  /** By the operator. */
  | 'blocked'
  /** Of the last four, the connections to which nothing was said: too many were being refused. */
  | 'unsaid'
  | 'slowWatcher'
  | 'lineTooLong'
  | 'wrongSecrets'
  | 'tooFast'
  /** Was too fast again and again. */
  | 'relentless'
  /** Most was held for it, where too much was held for all. */
  | 'heaviest'

/** How often each limit was met at the start. */
export const noHits: Readonly<Record<LimitHit, number>> = {
  stalled: 0,
  signIn: 0,
  full: 0,
  addressFull: 0,
  addressFast: 0,
  blocked: 0,
  unsaid: 0,
  slowWatcher: 0,
  lineTooLong: 0,
  wrongSecrets: 0,
  tooFast: 0,
  relentless: 0,
  heaviest: 0,
}

/** The most members that an operator may allow: a line that names all of them has to have an end. */
export const mostCallMembers = 16

/** The limits that no setting changes. */
export const fixedLimits = {
  maxKnownAddresses: 10_000,
  maxRefusedConnections: 256,
  bytesPerRequest: 16 * 1024,
  charactersPerRequest: 4 * 1024,
  refusalsBeforeRest: 50,
  restMs: 500,
  restsPerMinute: 6,
  restBurst: 20,
  messagesPerTurn: 250,
  charactersPerTurn: 256 * 1024,
  maxWrongSecrets: 5,
  closeGraceMs: 1_000,
  maxSignalLineBytes,
  lateSignalMs: 10_000,
  maxWaitingSignalBytes: 1024 * 1024,
  resumeTimeoutMs: 30_000,
  placeKeptMs: 120_000,
  partnerCharactersPerSecond: 8 * 1024,
  partnerCharacterBurst: 32 * 1024,
  callsPerMinute: 6,
  callBurst: 6,
  ringsPerMinute: 12,
  ringBurst: 12,
  callsNotTakenByPerson: 2,
  callsNotTakenByAddress: 6,
  firstRedialWaitMs: 15_000,
  maxRedialWaitMs: 15 * 60_000,
  maxKnownCallers: 100,
  maxBlocked: 1_000,
  signalsPerSecond: 100,
  signalBurst: 300,
} satisfies Partial<RegistryLimits>
