import { refuse } from '../../result.ts'
import type { DeclineReason, Party, RefusalCode } from '../../wire/message.ts'
import { type End, type Invitation, isNamed, partyOf, type Talking } from './call.ts'
import { type Exchange, type Granted, granted } from './exchange.ts'
import { refusesRing } from './first-calls.ts'
import type { Talks } from './talks.ts'

/** A member of a running call calls somebody into it. The invited end has a place from then on. */
export class Invitations {
  readonly #exchange: Exchange
  readonly #talks: Talks

  constructor(exchange: Exchange, talks: Talks) {
    this.#exchange = exchange
    this.#talks = talks
  }

  invite(call: Talking, end: End, { name, ip }: { name: string; ip?: string }): Granted {
    const { directory, limits } = this.#exchange.parts
    if (!call.members.every(({ conference }) => conference)) return refuse('call-of-two')
    if (call.members.length + call.invitations.size >= limits.maxCallMembers) {
      return refuse('call-full')
    }
    const found = directory.find(name, ip)
    if (!found) return refuse('unknown-user')
    if (found === end.registration) return refuse('calling-yourself')
    const callee = this.#exchange.ends.get(found)
    if (!callee) return refuse('not-ready')
    const refusal = whyNot(call, callee) ?? refusesRing(this.#exchange, end, callee)
    if (refusal) return refuse(refusal)
    this.#ring(call, end, callee)
    return granted(call.id, found)
  }

  accept(invitation: Invitation): void {
    const { call, caller, callee } = invitation
    callee.patience.welcomed(caller.registration)
    this.#forget(invitation)
    this.#exchange.answered(invitation)
    this.#exchange.log('joined', callee, ...call.members)
    this.#talks.enter(call, callee, 'member')
  }

  decline(invitation: Invitation): void {
    const { caller, callee } = invitation
    this.#release(invitation)
    this.#exchange.log('declined', caller, callee)
    callee.patience.declined(caller.registration)
    this.#tellInVain(invitation, 'declined')
  }

  /** The invited one leaves. */
  leave(invitation: Invitation): void {
    this.#release(invitation, true)
    this.#exchange.log('left', invitation.caller, invitation.callee)
    this.#tellInVain(invitation, 'left')
  }

  timeOut(invitation: Invitation): void {
    const { id, caller, callee } = invitation
    this.#release(invitation)
    this.#exchange.log('timeout', caller, callee)
    callee.patience.rangInVain(caller.registration)
    this.#tellInVain(invitation, 'timeout')
    this.#exchange.tell(callee, { kind: 'ended', id, reason: 'timeout' })
  }

  /** The inviter takes one back. */
  withdraw(call: Talking, end: End, invited: Party): Granted {
    for (const each of call.invitations) {
      if (each.caller !== end || !isNamed(each.callee, invited)) continue
      this.#end(each, 'cancelled')
      return granted(call.id)
    }
    return refuse('unknown-member')
  }

  /** The inviter is a member no more. */
  endThoseOf(end: End, call: Talking, reason: 'cancelled' | 'left'): void {
    for (const each of call.invitations) if (each.caller === end) this.#end(each, reason)
  }

  /** The call is over. */
  endAll({ invitations }: Talking): void {
    for (const each of invitations) this.#end(each, 'cancelled')
  }

  #ring(call: Talking, caller: End, callee: End): void {
    const { now, limits } = this.#exchange.parts
    const { id } = call
    const until = now() + limits.ringTimeoutMs
    const invitation: Invitation = { state: 'invited', id, call, caller, callee, until }
    call.invitations.add(invitation)
    this.#exchange.awaited.add(invitation)
    this.#exchange.occupy(callee, invitation)
    this.#exchange.log('invited', caller, callee)
    const others = call.members.filter((each) => each !== caller).map(partyOf)
    this.#exchange.tell(callee, { kind: 'call', id, ...partyOf(caller), others })
    caller.patience.welcomed(callee.registration)
  }

  #end(invitation: Invitation, reason: 'cancelled' | 'left'): void {
    const { id, caller, callee } = invitation
    this.#release(invitation)
    this.#exchange.log(reason, caller, callee)
    callee.patience.rangInVain(caller.registration)
    this.#exchange.tell(callee, { kind: 'ended', id, reason })
  }

  #tellInVain({ id, caller, callee }: Invitation, reason: DeclineReason): void {
    const invited = { ...partyOf(callee), reason }
    this.#exchange.tell(caller, { kind: 'declined', id, invited })
  }

  #release(invitation: Invitation, leaving = false): void {
    this.#forget(invitation)
    this.#exchange.freed.add(invitation.id)
    this.#exchange.vacate(invitation.callee, leaving)
  }

  #forget(invitation: Invitation): void {
    invitation.call.invitations.delete(invitation)
    this.#exchange.awaited.delete(invitation)
  }
}

function whyNot(call: Talking, callee: End): RefusalCode | undefined {
  if (callee.call === call) return 'already-member'
  if (callee.call?.state === 'invited' && callee.call.call === call) return 'already-invited'
  if (!callee.ready) return 'not-ready'
  return callee.conference ? undefined : 'only-two'
}
