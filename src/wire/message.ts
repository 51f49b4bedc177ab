/**
 * The types of the registry's protocol: every request, every reply, and every push. PROTOCOL.md
 * describes the same for authors of clients in other languages.
 */

import type { Endpoint } from '../endpoint.ts'
import type { Block, OperatorRequest } from './operator/message.ts'

/** How messages are told apart on a connection: by `\n`, or one per chunk (the first clients). */
export type Framing = 'lines' | 'bare'

/**
 * Every verb is reserved: no peer may have one as its name, because its four-field registration
 * would be read as a request. `call_request` belongs to a later, unfinished version of the first
 * clients. The registry does not know it.
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
  /**
   * With `claim`, the four-field form `NAME,IP,PORT,CALL_PORT`; without, `register,NAME,CALL_PORT`. With
   * `proof` it takes the place of a registration with the same proof.
   */
  | { verb: 'register'; name: string; callPort: number; claim?: Endpoint; proof?: string }
  | { verb: 'list' }
  | { verb: 'details'; name: string; ip?: string }
  | { verb: 'quit' }
  | { verb: 'ping' }
  | { verb: 'help' }
  /** What this server can do. `hello` is no reserved word: it is a request only as the only field. */
  | { verb: 'hello' }
  | { verb: 'watch' }
  | { verb: 'auth'; secret: string }
  | OperatorRequest
  | CallRequest

/** A request that the switchboard answers. */
export type CallRequest =
  /** This connection takes calls from now on. With `conference` also calls of more than two. */
  | { verb: 'ready'; conference?: true }
  | { verb: 'call'; name: string; ip?: string }
  /** A member of a call that talks rings somebody else, to be a member too. */
  | { verb: 'invite'; id: string; name: string; ip?: string }
  | { verb: 'accept'; id: string; media?: MediaPorts }
  | { verb: 'decline'; id: string }
  /** Ends one's own part in the call; with `invited` only the own invitation of that person. */
  | { verb: 'hangup'; id: string; invited?: Party }
  /**
   * `payload` is base64url: a description or a candidate that only the other end reads. `to` is the
   * member that it is for; in a call of two it may be missing.
   */
  | { verb: 'signal'; id: string; payload: string; to?: Party }
  /**
   * Continues a call whose signalling was lost. In the older form, clients also name the other end. That
   * must be well formed, and decides nothing.
   */
  | { verb: 'resume'; id: string; other?: Party }

/** The name and the IP of one end of a call, as registered. */
export type Party = { name: string; ip: string }

/** Ports where the callee receives audio and video, for clients that send to such ports. */
export type MediaPorts = Readonly<{ audioPort: number; videoPort: number }>

/**
 * Why a call ended, as the registry tells the other end. `hangup`: an end hung up while talking.
 * `cancelled`: the caller gave up while it rang. `timeout`: nobody answered in time. `left`: an end has
 * quit; or, while it rang, its connection ended. `lost`: a talking end's connection ended without
 * `quit`, and it may resume. `moved`: another connection has taken the place of the one that is told.
 */
export const endReasons = ['hangup', 'cancelled', 'timeout', 'left', 'lost', 'moved'] as const

export type EndReason = (typeof endReasons)[number]

/** Why a member is gone from a call that goes on. Only who is `lost` may resume. */
export const goneReasons = ['hangup', 'left', 'lost'] as const

export type GoneReason = (typeof goneReasons)[number]

/** Why an invitation came to nothing. `left`: the invited person is not here any more. */
export const declineReasons = ['declined', 'timeout', 'left'] as const

export type DeclineReason = (typeof declineReasons)[number]

/** A registration as other peers see it. `since` is Unix time in milliseconds. */
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
  | 'call-full'
  | 'already-invited'
  | 'already-member'
  | 'only-two'
  | 'call-of-two'
  | 'member-needed'
  | 'unknown-member'
  | 'bad-signal'
  | 'too-fast'
  | 'unavailable'
  | 'operator-only'
  | 'bad-text'
  | 'bad-seconds'
  | 'not-blockable'
  | 'not-blocked'
  | 'too-many-blocked'
  | 'address-blocked'

export type Reply =
  | { kind: 'registered' }
  | { kind: 'names'; names: string }
  | { kind: 'address'; ip: string; callPort: number }
  | { kind: 'bye' }
  | { kind: 'pong' }
  | { kind: 'help' }
  | { kind: 'authorized' }
  /** The answer to `watch` is the opening state. The server writes it piece by piece, as it is read. */
  | { kind: 'watching' }
  | { kind: 'ready' }
  /** The answer to every other request about a call. After `call` and `invite` with the other end. */
  | { kind: 'call'; id: string; other?: Party }
  | { kind: 'hello'; features: readonly string[] }
  /** The answer to `kick`. */
  | { kind: 'kicked'; name: string; ip: string }
  /** The answer to `block`, which has one, and to `blocked`. */
  | { kind: 'blocks'; blocks: readonly Block[]; counted: boolean }
  | { kind: 'unblocked'; address: string }
  | { kind: 'notified' }
  /** `name` is the name in the refused registration. Some texts repeat it. */
  | { kind: 'refused'; code: RefusalCode; name?: string }

/** Why the registry closes a connection without a `quit`. */
export type ByeCode =
  | 'shutdown'
  | 'sign-in-timeout'
  | 'too-fast'
  | 'displaced'
  /** By the operator, whose text it has. */
  | 'disconnected'
  | 'address-blocked'
  | 'internal-error'

export type Push =
  | ({ kind: 'here' } & Listing)
  | { kind: 'synced'; count: number }
  | ({ kind: 'joined' } & Listing)
  | { kind: 'left'; name: string; ip: string }
  | PresencePush
  | CallPush
  /** From the operator to all people; an empty text takes the last one back. */
  | { kind: 'notice'; text: string }
  | { kind: 'bye'; code: ByeCode; text: string }

/**
 * To watchers: a peer takes calls on its connection (`ready`), is `busy`, or is `free` again. `with` are
 * those with whom a busy peer talks, if the operator shows that.
 */
export type PresencePush =
  | { kind: 'ready' | 'free'; name: string; ip: string }
  | { kind: 'busy'; name: string; ip: string; with?: readonly Party[] }

/**
 * To one end of a call: what the other end did, or that a time limit passed. `missed` is about no call:
 * somebody called while this end was busy.
 */
export type CallPush =
  /** With `others` it is an invitation: the members beside the inviter, who is named. */
  | ({ kind: 'call'; id: string; others?: readonly Party[] } & Party)
  | { kind: 'accepted'; id: string; media?: MediaPorts }
  /** With `invited` the call goes on: this person, whom the told end invited, does not come. */
  | { kind: 'declined'; id: string; invited?: Party & { reason: DeclineReason } }
  /** To each member: this one came. To one that came: this one is there. */
  | ({ kind: 'member'; id: string } & Party)
  /** To the members of a call that goes on. */
  | ({ kind: 'gone'; id: string; reason: GoneReason } & Party)
  | { kind: 'ended'; id: string; reason: EndReason }
  /** `from` is told to those that said `ready,conference`. */
  | { kind: 'signal'; id: string; payload: string; from?: Party }
  /**
   * Signals can pass again. The name and the IP are the other end's. `was` is the member whose place it
   * has taken, told to those that said `ready,conference`; without `was` it came in beside the others.
   */
  | ({ kind: 'resumed'; id: string; was?: Party } & Party)
  | { kind: 'missed'; name: string; ip: string }

/**
 * Bytes of one message, without its line ending, outside of a talking call. The longest legal request
 * is a registration of about 320 bytes: 64 characters of at most 4 bytes, an IPv6 address and two
 * ports. 1,024 leaves room, and is the buffer size of the first clients.
 */
export const maxLineBytes = 1024

/**
 * The same while talking. A session description has several kilobytes, and tens of kilobytes with
 * many codecs and candidates. In base64url it is a third longer.
 */
export const maxSignalLineBytes = 64 * 1024
