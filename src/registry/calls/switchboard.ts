import { ok, type Result, refuse } from '../../result.ts'
import type { CallRequest, MediaPorts, RefusalCode, Reply } from '../../wire/message.ts'
import type { Registration } from '../directory/registration.ts'
import {
  type Call,
  type End,
  type Invitation,
  type RegisteredPeer,
  type Ringing,
  ringsAt,
  type Talking,
} from './call.ts'
import { Comebacks } from './comebacks.ts'
import {
  type CallPresence,
  Exchange,
  type Granted,
  granted,
  type SwitchboardParts,
} from './exchange.ts'
import { FirstCalls } from './first-calls.ts'
import { Invitations } from './invitations.ts'
import { SharedCalls } from './shared-calls.ts'
import { Talks } from './talks.ts'

type Asked<Verb extends CallRequest['verb']> = Extract<CallRequest, { verb: Verb }>

/**
 * The state of every call. Only this class and its parts change it, and they tell each end what the
 * other ends or a time limit did. It is synchronous, like the directory. It knows no socket and has no
 * timer: the server calls `expire` at intervals. It always changes its own state before it tells an end.
 */
export class Switchboard {
  readonly #exchange: Exchange
  readonly #talks: Talks
  readonly #firstCalls: FirstCalls
  readonly #invitations: Invitations
  readonly #comebacks: Comebacks
  /** For calls whose ends are at several processes. */
  readonly shared: SharedCalls
  #stopping = false

  constructor(parts: SwitchboardParts) {
    this.#exchange = new Exchange(parts)
    this.#talks = new Talks(this.#exchange)
    this.#firstCalls = new FirstCalls(this.#exchange, this.#talks)
    this.#invitations = new Invitations(this.#exchange, this.#talks)
    this.#comebacks = new Comebacks(this.#exchange, this.#talks)
    this.shared = new SharedCalls(this.#exchange)
  }

  /** For a watcher's opening state. The same object until something changes. */
  get presence(): CallPresence {
    return this.#exchange.presence
  }

  /** How many calls there are in each state. One that resumes has as many as it has ends that wait. */
  get counts(): Record<'ringing' | 'talking' | 'invited' | 'waiting', number> {
    const held = [...this.#exchange.held.values()]
    const awaited = [...this.#exchange.awaited]
    const ringing = held.filter(({ state }) => state === 'ringing').length
    return {
      ringing,
      talking: held.length - ringing,
      invited: awaited.filter(({ state }) => state === 'invited').length,
      waiting: awaited.filter(({ state }) => state === 'resuming').length,
    }
  }

  isBusy(registration: Registration): boolean {
    return this.#exchange.ends.get(registration)?.call !== undefined
  }

  answer(asked: CallRequest, peer: RegisteredPeer): Result<Reply, RefusalCode> {
    const end = this.#exchange.endOf(peer)
    const reply = this.#decide(asked, end)
    this.#settle()
    return reply
  }

  /**
   * The registration ends: by `quit`, or because its connection is `lost`. A lost end may come back, so
   * one that waits to resume its call takes its place. Otherwise the others are told.
   */
  leave(registration: Registration, how: 'left' | 'lost'): void {
    const end = this.#exchange.ends.get(registration)
    if (!end) return
    this.#exchange.silent = this.#stopping
    this.#exchange.remove(end)
    const { call } = end
    if (call?.state === 'talking') this.#part(call, end, how)
    else if (call) this.#giveUp(call, end, 'left')
    this.#settle()
    this.#exchange.silent = false
  }

  /**
   * The registry stops. Everybody hears a goodbye, and nobody that the others are gone. The state still
   * follows: another process may be told it.
   */
  stop(): void {
    this.#stopping = true
  }

  /** Ends the calls whose time limit has passed, and tells their ends. */
  expire(): void {
    const time = this.#exchange.parts.now()
    for (const call of this.#exchange.awaited) {
      if (call.until > time) continue
      if (call.state === 'resuming') this.#comebacks.timeOut(call)
      else if (call.state === 'invited') this.#invitations.timeOut(call)
      else this.#firstCalls.timeOut(call)
    }
    this.#settle()
  }

  /** Readiness that a peer has declared before, where this switchboard does not know of it. */
  restoreReadiness(peer: RegisteredPeer, readiness: { conference: boolean }): void {
    this.#ready(this.#exchange.endOf(peer), {
      verb: 'ready',
      ...(readiness.conference ? { conference: true } : {}),
    })
    this.#settle()
  }

  #settle(): void {
    this.#comebacks.settle()
    this.#exchange.deliver()
  }

  #decide(asked: CallRequest, end: End): Result<Reply, RefusalCode> {
    switch (asked.verb) {
      case 'ready':
        this.#ready(end, asked)
        return ok({ kind: 'ready' })
      case 'call':
        return this.#call(end, asked)
      case 'resume':
        return this.#comebacks.resume(end, asked)
      default:
        return this.#aboutCall(asked, end)
    }
  }

  #aboutCall(asked: Exclude<CallRequest, Asked<'ready' | 'call' | 'resume'>>, end: End): Granted {
    const { call } = end
    // Another member waits in vain for one that has the call no more. The id is the proof.
    if (asked.verb === 'hangup' && !asked.invited && !call) {
      const waited = this.#comebacks.hangUp(asked.id)
      if (waited) return granted(asked.id)
    }
    // The same refusal for a call of others, a call that is over, and a call that never was.
    if (call?.id !== asked.id) return refuse('unknown-call')
    switch (asked.verb) {
      case 'invite':
        if (call.state !== 'talking') return refuse('wrong-state')
        return this.#invitations.invite(call, end, asked)
      case 'signal':
        if (call.state !== 'talking') return refuse('wrong-state')
        return this.#talks.signal(call, end, asked)
      case 'accept':
        if (!ringsAt(call, end)) return refuse('wrong-state')
        this.#accept(call, asked.media)
        return granted(call.id)
      case 'decline':
        if (!ringsAt(call, end)) return refuse('wrong-state')
        this.#decline(call)
        return granted(call.id)
      case 'hangup':
        return this.#hangUp(call, end, asked)
    }
  }

  #ready(end: End, { conference }: Asked<'ready'>): void {
    if (!end.ready) this.#exchange.makeReady(end)
    if (!conference || end.conference) return
    end.conference = true
    // One that waits may have had to wait for this word alone.
    if (end.call) this.#exchange.freed.add(end.call.id)
  }

  #call(end: End, { name, ip }: Asked<'call'>): Granted {
    const found = this.#exchange.parts.directory.find(name, ip)
    if (!found) return refuse('unknown-user')
    if (found === end.registration) return refuse('calling-yourself')
    const { call } = end
    if (!call) return this.#firstCalls.call(end, found)
    // The callee calls its caller while it rings: that accepts the call.
    if (!ringsAt(call, end) || call.caller.registration !== found) return refuse('already-in-call')
    this.#accept(call)
    return granted(call.id, found)
  }

  #accept(call: Ringing | Invitation, media?: MediaPorts): void {
    if (call.state === 'ringing') this.#firstCalls.accept(call, media)
    else this.#invitations.accept(call)
  }

  #decline(call: Ringing | Invitation): void {
    if (call.state === 'ringing') this.#firstCalls.decline(call)
    else this.#invitations.decline(call)
  }

  #hangUp(call: Call, end: End, { invited }: Asked<'hangup'>): Granted {
    if (invited) {
      return call.state === 'talking'
        ? this.#invitations.withdraw(call, end, invited)
        : refuse('unknown-member')
    }
    if (call.state === 'talking') this.#part(call, end, 'hangup')
    else if (ringsAt(call, end)) this.#decline(call)
    else this.#giveUp(call, end, 'cancelled')
    return granted(call.id)
  }

  /** An end that does not talk is out of its call. */
  #giveUp(call: Exclude<Call, Talking>, end: End, reason: 'cancelled' | 'left'): void {
    if (call.state === 'resuming') this.#comebacks.giveUp(call, reason === 'left')
    else if (call.state === 'invited') this.#invitations.leave(call)
    else {
      this.#firstCalls.end(call, end, reason)
      this.#comebacks.endWaiting(call.id, reason)
    }
  }

  /** A member is out of its call. */
  #part(call: Talking, end: End, reason: 'hangup' | 'left' | 'lost'): void {
    const { id, members } = call
    const isLastPair = members.length === 2
    if (isLastPair && reason === 'lost' && this.#comebacks.isTaken(call, end)) return
    this.#invitations.endThoseOf(end, call, reason === 'hangup' ? 'cancelled' : 'left')
    if (isLastPair) {
      this.#invitations.endAll(call)
      this.#talks.finish(call, end, reason)
      this.#comebacks.endWaiting(id, reason)
    } else {
      this.#talks.part(call, end, reason)
    }
  }
}
