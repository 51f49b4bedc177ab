import { refuse } from '../../result.ts'
import type { EndReason, MediaPorts, RefusalCode } from '../../wire/message.ts'
import type { Registration } from '../directory/registration.ts'
import { type End, otherEnd, partyOf, type Ringing } from './call.ts'
import { type Exchange, type Granted, granted } from './exchange.ts'
import type { Talks } from './talks.ts'

/** The calls that ring at somebody who has no call, until two talk. */
export class FirstCalls {
  readonly #exchange: Exchange
  readonly #talks: Talks

  constructor(exchange: Exchange, talks: Talks) {
    this.#exchange = exchange
    this.#talks = talks
  }

  /** The caller has no call, and `found` is somebody else. */
  call(caller: End, found: Registration): Granted {
    const callee = this.#exchange.ends.get(found)
    if (!callee?.ready) return refuse('not-ready')
    const refusal = refusesRing(this.#exchange, caller, callee)
    return refusal ? refuse(refusal) : granted(this.#ring(caller, callee), found)
  }

  accept(call: Ringing, media?: MediaPorts): void {
    const { id, caller, callee } = call
    callee.patience.welcomed(caller.registration)
    this.#exchange.awaited.delete(call)
    this.#exchange.answered(call)
    this.#talks.begin(id, [caller, callee])
    this.#exchange.log('accepted', caller, callee)
    this.#exchange.tell(caller, { kind: 'accepted', id, ...(media ? { media } : {}) })
  }

  decline(call: Ringing): void {
    const { id, caller, callee } = call
    this.#release(call)
    this.#exchange.log('declined', caller, callee)
    callee.patience.declined(caller.registration)
    this.#exchange.tell(caller, { kind: 'declined', id })
  }

  /** The caller gives up, or one of the two leaves. */
  end(call: Ringing, by: End, reason: 'cancelled' | 'left'): void {
    const { id, caller, callee } = call
    this.#release(call, reason === 'left' ? by : undefined)
    if (caller === by) callee.patience.rangInVain(caller.registration)
    this.#exchange.log(reason, caller, callee)
    this.#exchange.tell(otherEnd(call, by), { kind: 'ended', id, reason })
  }

  timeOut(call: Ringing): void {
    const { id, caller, callee } = call
    this.#release(call)
    this.#exchange.log('timeout', caller, callee)
    callee.patience.rangInVain(caller.registration)
    const reason: EndReason = 'timeout'
    for (const end of [caller, callee]) this.#exchange.tell(end, { kind: 'ended', id, reason })
  }

  #ring(caller: End, callee: End): string {
    const { now, newId, limits } = this.#exchange.parts
    const id = newId()
    const until = now() + limits.ringTimeoutMs
    const call: Ringing = { state: 'ringing', id, caller, callee, until }
    this.#exchange.awaited.add(call)
    this.#exchange.held.set(id, call)
    this.#exchange.occupy(caller, call)
    this.#exchange.occupy(callee, call)
    this.#exchange.log('ringing', caller, callee)
    this.#exchange.tell(callee, { kind: 'call', id, ...partyOf(caller) })
    caller.patience.welcomed(callee.registration)
    return id
  }

  #release(call: Ringing, leaving?: End): void {
    this.#exchange.awaited.delete(call)
    this.#exchange.held.delete(call.id)
    for (const end of [call.caller, call.callee]) this.#exchange.vacate(end, end === leaving)
  }
}

/** Why a call or an invitation cannot ring there now. A busy callee is told who called. */
export function refusesRing(exchange: Exchange, caller: End, callee: End): RefusalCode | undefined {
  if (callee.call) {
    tellMissed(exchange, callee, caller)
    return 'busy'
  }
  if (!callee.patience.mayRing(caller.registration)) return 'too-fast'
  // The caller's bucket first: a caller with an empty bucket must not empty the callee's.
  if (!caller.calls.take() || !callee.ringBucket.take()) return 'too-fast'
  return undefined
}

/** Once for each caller in one call. Not of a caller that has to wait before it may ring again. */
function tellMissed(exchange: Exchange, callee: End, caller: End): void {
  const { patience, turnedAway, missedBucket } = callee
  const { registration } = caller
  if (turnedAway.has(registration) || !patience.mayRing(registration)) return
  if (!missedBucket.take()) return
  turnedAway.add(registration)
  exchange.tell(callee, { kind: 'missed', ...partyOf(caller) })
}
