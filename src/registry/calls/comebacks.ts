import { refuse } from '../../result.ts'
import type { EndReason, Party } from '../../wire/message.ts'
import { admits, type End, type Resuming, type Talking } from './call.ts'
import { type Exchange, type Granted, granted } from './exchange.ts'
import type { Talks } from './talks.ts'

/**
 * Ends come back into their calls. The id is a secret of the members, so an end that says it is one.
 * While there is no place for it, it waits (decisions/041).
 */
export class Comebacks {
  readonly #exchange: Exchange
  readonly #talks: Talks

  constructor(exchange: Exchange, talks: Talks) {
    this.#exchange = exchange
    this.#talks = talks
  }

  resume(end: End, { id, other }: { id: string; other?: Party }): Granted {
    const self = end.registration
    if (other?.name === self.name && other.ip === self.ip) return refuse('calling-yourself')
    if (end.call) return refuse('already-in-call')
    if (!end.resumes.take()) return refuse('too-fast')
    if (!this.#comesIn(end, id) && !this.#meets(end, id)) this.#wait(end, id)
    return granted(id)
  }

  /** Lets in those for whom there is a place now. One that comes in may make another one fit. */
  settle(): void {
    const { freed, waiting } = this.#exchange
    for (const id of freed) {
      while (waiting.all(id).some(({ caller }) => this.#comesIn(caller, id)));
      freed.delete(id)
    }
  }

  /** The member is lost. Whether one that waits took its place. */
  isTaken(call: Talking, lost: End): boolean {
    const { waiting, parts } = this.#exchange
    const next = waiting
      .all(call.id)
      .find(({ caller }) => admits(call, caller, parts.limits.maxCallMembers, lost))
    if (!next) return false
    const { registration } = next.caller
    const place = call.lost.keep(lost.registration)
    call.lost.take(call.lost.own(registration.name) ?? place, registration)
    this.#stopWaiting(next.caller)
    this.#talks.replace(call, lost, next.caller, true)
    return true
  }

  giveUp({ caller }: Resuming, leaving = false): void {
    this.#stopWaiting(caller)
    this.#exchange.vacate(caller, leaving)
  }

  /** Nobody came. */
  timeOut(waiting: Resuming): void {
    this.#end(waiting, 'lost')
  }

  /** By an end that has no call, for those that wait in vain. Beside a call that goes on nobody does. */
  hangUp(id: string): boolean {
    return !this.#exchange.held.has(id) && this.endWaiting(id, 'hangup')
  }

  /** Whether anybody waited. */
  endWaiting(id: string, reason: EndReason): boolean {
    const waiting = this.#exchange.waiting.all(id)
    for (const each of waiting) this.#end(each, reason)
    return waiting.length > 0
  }

  /** Whether the call talks and has a place for this end: its own, one of a lost member, or a new one. */
  #comesIn(end: End, id: string): boolean {
    const call = this.#exchange.held.get(id)
    if (call?.state !== 'talking') return false
    const { now, limits } = this.#exchange.parts
    const { name } = end.registration
    const [member, another] = call.members.filter((each) => each.registration.name === name)
    const own = call.lost.own(name)
    if (member && !another && !own) {
      if (!admits(call, end, limits.maxCallMembers, member)) return false
      this.#move(call, member, end)
      return true
    }
    const place = own ?? call.lost.open()
    if (!place && call.gathersUntil <= now()) return false
    if (!admits(call, end, limits.maxCallMembers)) return false
    if (place) call.lost.take(place, end.registration)
    this.#stopWaiting(end)
    this.#talks.enter(call, end, 'resumed')
    return true
  }

  /** An end comes back on another connection, while the old one is not known to be lost. */
  #move(call: Talking, old: End, end: End): void {
    this.#stopWaiting(end)
    call.lost.move(old.registration, end.registration)
    this.#talks.replace(call, old, end, false)
    this.#exchange.tell(old, { kind: 'ended', id: call.id, reason: 'moved' })
  }

  /** Whether one waits for a call that the registry does not hold: the two put it together. */
  #meets(end: End, id: string): boolean {
    const { held, waiting, parts } = this.#exchange
    const [first] = waiting.all(id)
    if (held.has(id) || !first) return false
    this.#stopWaiting(first.caller)
    const gathersUntil = parts.now() + parts.limits.placeKeptMs
    const call = this.#talks.begin(id, [first.caller, end], gathersUntil)
    this.#talks.introduce(call, end, 'resumed')
    // More may wait, if they came while a call with this id rang.
    this.#exchange.freed.add(id)
    return true
  }

  #wait(end: End, id: string): void {
    const { now, limits } = this.#exchange.parts
    const until = now() + limits.resumeTimeoutMs
    const waiting: Resuming = { state: 'resuming', id, caller: end, until }
    this.#exchange.awaited.add(waiting)
    this.#exchange.waiting.add(waiting)
    this.#exchange.occupy(end, waiting)
  }

  /** It stays busy: it is about to have another call, or to be vacated. */
  #stopWaiting(end: End): void {
    if (end.call?.state !== 'resuming') return
    this.#exchange.awaited.delete(end.call)
    this.#exchange.waiting.delete(end.call)
  }

  #end(waiting: Resuming, reason: EndReason): void {
    this.giveUp(waiting)
    this.#exchange.tell(waiting.caller, { kind: 'ended', id: waiting.id, reason })
  }
}
