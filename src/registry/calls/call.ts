import type { RegistryLimits } from '../../limits/registry-limits.ts'
import { aMinute, TokenBucket } from '../../limits/token-bucket.ts'
import type { CallPush, Party } from '../../wire/message.ts'
import type { Registration } from '../directory/registration.ts'
import type { LostPlaces } from './lost-places.ts'
import { Patience, type PatienceLimits } from './patience.ts'

/** How the switchboard reaches the connection of one end. */
export type Line = {
  /** The connection is another process's. That tells it everything but signals. */
  readonly elsewhere?: boolean
  /** Sends a push at once; if a request of this end is being answered, right after the answer. */
  tell(push: CallPush): void
  /** Whether so many more bytes may wait to be read. */
  hasRoom(bytes: number): boolean
  /** Talking begins or ends. While talking, a message may be as long as a signal. */
  talks(on: boolean): void
}

/** A peer that asks the switchboard. It may become one end of a call. */
export type RegisteredPeer = { registration: Registration; line: Line }

/** The switchboard's state of a peer, from its first request about calls until it leaves. */
export type End = RegisteredPeer & {
  ready: boolean
  /** It said `ready,conference`. No other end is ever in a call of more than two. */
  conference: boolean
  /** An end has at most one call. With a call it is busy. */
  call: Call | undefined
  readonly calls: TokenBucket
  readonly ringBucket: TokenBucket
  /** The callers that it was told of in its present call, and how often it may be told of one. */
  readonly turnedAway: Set<Registration>
  readonly missedBucket: TokenBucket
  /** How long each caller must wait before it may ring here again. */
  readonly patience: Patience
  readonly resumes: TokenBucket
  readonly signals: TokenBucket
}

export type Call = Ringing | Invitation | Talking | Resuming
/** A first call: it rings at the callee. */
export type Ringing = { state: 'ringing'; id: string; caller: End; callee: End; until: number }
/** A member of a running call, the caller, calls somebody into it. It is the callee's call alone. */
export type Invitation = Omit<Ringing, 'state'> & { state: 'invited'; call: Talking }
export type Talking = {
  state: 'talking'
  id: string
  /** At least two. The oldest first: in a call of two the caller, then the callee. */
  readonly members: End[]
  /** They count as members: there is a place for each. */
  readonly invitations: Set<Invitation>
  readonly lost: LostPlaces
  /** Until when others may come in with the id alone: two that came back put this call together. */
  gathersUntil: number
}
/** One end waits for the other to resume too, or for a place in a call that talks. */
export type Resuming = { state: 'resuming'; id: string; caller: End; until: number }

export type CallRates = PatienceLimits &
  Pick<
    RegistryLimits,
    | 'callsPerMinute'
    | 'callBurst'
    | 'ringsPerMinute'
    | 'ringBurst'
    | 'signalsPerSecond'
    | 'signalBurst'
  >

export function createEnd(
  peer: RegisteredPeer,
  limits: CallRates,
  { now, localClock = now }: { now: () => number; localClock?: () => number },
): End {
  const calling = aMinute(limits.callsPerMinute, limits.callBurst)
  const ringing = aMinute(limits.ringsPerMinute, limits.ringBurst)
  const signalling = { perSecond: limits.signalsPerSecond, burst: limits.signalBurst }
  return {
    ...peer,
    ready: false,
    conference: false,
    call: undefined,
    calls: new TokenBucket(calling, now),
    ringBucket: new TokenBucket(ringing, now),
    turnedAway: new Set(),
    missedBucket: new TokenBucket(ringing, now),
    patience: new Patience(limits, now),
    resumes: new TokenBucket(calling, now),
    signals: new TokenBucket(signalling, localClock),
  }
}

/** Whether the call rings at this end. */
export const ringsAt = (call: Call, end: End): call is Ringing | Invitation =>
  (call.state === 'ringing' || call.state === 'invited') && call.callee === end

export const otherEnd = ({ caller, callee }: Ringing, end: End): End =>
  end === caller ? callee : caller

export const partyOf = ({ registration: { name, ip } }: End): Party => ({ name, ip })

export const isNamed = ({ registration }: End, { name, ip }: Party): boolean =>
  registration.name === name && registration.ip === ip

/** Whether one more end may come in, in the place of `old` if that is given. */
export function admits(call: Talking, end: End, maxMembers: number, old?: End): boolean {
  const staying = call.members.filter((member) => member !== old)
  const size = staying.length + 1 + call.invitations.size
  return size <= 2 || (size <= maxMembers && [end, ...staying].every((each) => each.conference))
}
