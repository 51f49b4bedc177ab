/**
 * The vocabulary of the registry's protocol: what a client may ask, what the registry answers,
 * and what it sends unasked. PROTOCOL.md is the same for authors of clients in other languages.
 */

import type { Endpoint } from '../endpoint.ts'

/** How messages are told apart on a connection: by `\n`, or one per chunk (the first clients). */
export type Framing = 'lines' | 'bare'

/**
 * Every verb is reserved: no peer may be called by one, or its registration would be a request.
 * The last is of a later, unfinished version of the first clients, and unknown here.
 */
export const verbs = [
  'register',
  'list',
  'details',
  'quit',
  'ping',
  'help',
  'watch',
  'auth',
  'ready',
  'call',
  'accept',
  'decline',
  'hangup',
  'signal',
  'resume',
  'call_request',
] as const

export type Request =
  /** With `claim`, the four-field form `NAME,IP,PORT,CALL_PORT`; without, `register,NAME,CALL_PORT`. */
  | { verb: 'register'; name: string; callPort: number; claim?: Endpoint }
  | { verb: 'list' }
  | { verb: 'details'; name: string; ip?: string }
  | { verb: 'quit' }
  | { verb: 'ping' }
  | { verb: 'help' }
  | { verb: 'watch' }
  | { verb: 'auth'; secret: string }
  | CallRequest

/** What is asked of the switchboard. */
export type CallRequest =
  /** This connection takes calls from now on. */
  | { verb: 'ready' }
  | { verb: 'call'; name: string; ip?: string }
  | { verb: 'accept'; id: string; media?: MediaPorts }
  | { verb: 'decline'; id: string }
  | { verb: 'hangup'; id: string }
  /** `payload` is base64url: a description or a candidate that only the other end reads. */
  | { verb: 'signal'; id: string; payload: string }
  /** Takes up a running call whose signalling was lost; `name` and `ip` are the other end's. */
  | { verb: 'resume'; id: string; name: string; ip: string }

/** Where the callee takes sound and picture, for ends that are dialled there. */
export type MediaPorts = Readonly<{ audioPort: number; videoPort: number }>

/**
 * Why a call is over, as the other end is told it: hung up while talking, taken back while it rang,
 * not answered in time, or its end is gone. The last, in a running call, means only that the
 * registry cannot carry signals any more.
 */
export const endReasons = ['hangup', 'cancelled', 'timeout', 'left'] as const

export type EndReason = (typeof endReasons)[number]

/** One entry of the directory as others see it. `since` is Unix time in milliseconds. */
export type Listing = { name: string; ip: string; callPort: number; since: number }

/** Codes are for programs and never change; `refusal.ts` has the text for people. */
export type RefusalCode =
  | 'already-registered'
  | 'call-port-taken'
  | 'server-port'
  | 'same-port'
  | 'malformed-request'
  | 'unknown-request'
  | 'bad-utf8'
  | 'bad-name'
  | 'bad-ip'
  | 'bad-port'
  | 'not-your-ip'
  | 'not-registered'
  | 'registered-here'
  | 'unknown-user'
  | 'already-watching'
  | 'lines-only'
  | 'bad-secret'
  | 'line-too-long'
  | 'too-many-connections'
  | 'too-many-from-address'
  | 'connecting-too-fast'
  | 'too-many-attempts'
  | 'access-code-needed'
  | 'busy'
  | 'not-ready'
  | 'unknown-call'
  | 'wrong-state'
  | 'already-in-call'
  | 'calling-yourself'
  | 'bad-signal'
  | 'too-fast'

export type Reply =
  | { kind: 'registered' }
  | { kind: 'names'; names: string }
  | { kind: 'address'; ip: string; callPort: number }
  | { kind: 'bye' }
  | { kind: 'pong' }
  | { kind: 'help' }
  | { kind: 'authorized' }
  /** `watch` is answered by the opening state, which the server writes as the reader takes it. */
  | { kind: 'watching' }
  | { kind: 'ready' }
  /** To every other request about a call. */
  | { kind: 'call'; id: string }
  /** `name` is the one that was being registered, for the texts that repeat it. */
  | { kind: 'refused'; code: RefusalCode; name?: string }

/** Why the registry closes a connection that did not ask for it. */
export type ByeCode = 'shutdown' | 'sign-in-timeout' | 'too-fast' | 'internal-error'

export type Push =
  | ({ kind: 'here' } & Listing)
  | { kind: 'synced'; count: number }
  | ({ kind: 'joined' } & Listing)
  | { kind: 'left'; name: string; ip: string }
  | PresencePush
  | CallPush
  | { kind: 'bye'; code: ByeCode; text: string }

/** To watchers: takes calls here; rings, is rung or talks; does so no more. */
export type PresencePush = { kind: 'ready' | 'busy' | 'free'; name: string; ip: string }

/** To one end of a call: what the other end, or the clock, did. */
export type CallPush =
  | { kind: 'call'; id: string; name: string; ip: string }
  | { kind: 'accepted'; id: string; media?: MediaPorts }
  | { kind: 'declined'; id: string }
  | { kind: 'ended'; id: string; reason: EndReason }
  | { kind: 'signal'; id: string; payload: string }
  | { kind: 'resumed'; id: string }

/**
 * Bytes of one message, its line ending not counted. The longest legal request today is a
 * registration: 64 characters of at most 4 bytes, an IPv6 address and two ports, so about 320
 * bytes; 1,024 leaves room and is what the first clients read at once.
 */
export const maxLineBytes = 1024

/**
 * The same while talking: a session description has several kilobytes, tens with many codecs and
 * candidates, and a third more in base64url.
 */
export const maxSignalLineBytes = 64 * 1024
