import type { RegistryLimits } from '../../limits/registry-limits.ts'
import { aMinute, TokenBucket } from '../../limits/token-bucket.ts'
import type { CallPush } from '../../wire/message.ts'
import type { Registration } from '../directory/registration.ts'
import { Patience, type PatienceLimits } from './patience.ts'

/** How the switchboard reaches the connection of one end. */
export type Line = {
  /** Says something at once; where the end is being answered, right after that answer. */
  tell(push: CallPush): void
  /** Whether so many bytes more may wait to be read. */
  hasRoom(bytes: number): boolean
  /** It talks from now on, or no more: signals are longer than other messages. */
  talks(on: boolean): void
}

/** A peer as the switchboard meets it: it may become one end of a call. */
export type RegisteredPeer = { registration: Registration; line: Line }

/** A registered peer that has asked something about calls, for as long as its registration lasts. */
export type End = RegisteredPeer & {
  ready: boolean
  /** At most one: an end with a call is busy. */
  call: Call | undefined
  readonly calls: TokenBucket
  readonly ringBucket: TokenBucket
  /** With its callers. */
  readonly patience: Patience
  readonly resumes: TokenBucket
  readonly signals: TokenBucket
}

export type Call = Ringing | Talking | Resuming
export type Ringing = { state: 'ringing'; id: string; caller: End; callee: End; until: number }
export type Talking = { state: 'talking'; id: string; caller: End; callee: End }
/** One end has come back to it and waits for the other. `key` is what the other has to say. */
export type Resuming = { state: 'resuming'; id: string; caller: End; key: string; until: number }

/** How much one end may ask of the others. */
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

export function createEnd(peer: RegisteredPeer, limits: CallRates, now: () => number): End {
  const calling = aMinute(limits.callsPerMinute, limits.callBurst)
  const ringing = aMinute(limits.ringsPerMinute, limits.ringBurst)
  const signalling = { perSecond: limits.signalsPerSecond, burst: limits.signalBurst }
  return {
    ...peer,
    ready: false,
    call: undefined,
    calls: new TokenBucket(calling, now),
    ringBucket: new TokenBucket(ringing, now),
    patience: new Patience(limits, now),
    resumes: new TokenBucket(calling, now),
    signals: new TokenBucket(signalling, now),
  }
}

/** Whether the call rings at this end. */
export const ringsAt = (call: Call, end: End): call is Ringing =>
  call.state === 'ringing' && call.callee === end

export const otherEnd = ({ caller, callee }: Ringing | Talking, end: End): End =>
  end === caller ? callee : caller

type Named = { name: string; ip: string }

/** What an end says by `resume`: neither a name nor an IP holds a comma. */
export const keyOf = (id: string, from: Named, to: Named): string =>
  `${id},${from.name},${from.ip},${to.name},${to.ip}`
