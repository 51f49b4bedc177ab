import { type Answer, ignoreLost } from '../../client/registry-client.ts'
import type { CallNews, CallWish, IceServer } from '../../page-protocol.ts'
import { ok, type Result, refuse } from '../../result.ts'
import type { CallPush, CallRequest, Push, RefusalCode } from '../../wire/message.ts'
import type { TabSocket } from '../live/tab.ts'
import type { Session } from '../session/sessions.ts'
import { Call, type CallFacts } from './call.ts'
import { CallTabs, tell } from './call-tabs.ts'
import { FinishedCalls } from './finished-calls.ts'

export type CallParts = {
  /** How long a call rings, in milliseconds; the registry ends it, the page only counts down. */
  ringTimeoutMs: number
  /** How long a call outlives the tab that it belongs to, for a tab that only lost its socket. */
  tabGraceMs: number
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  /** For a call of that session that runs. */
  iceServersOf: (session: Session) => IceServer[]
}

const callPushes: ReadonlySet<string> = new Set<CallPush['kind']>([
  'call',
  'accepted',
  'declined',
  'ended',
  'signal',
  'resumed',
  'missed',
])

export const isCallPush = (push: Push): push is CallPush => callPushes.has(push.kind)

/**
 * Calls between the registry, which decides what becomes of each, and the tabs of one browser. An
 * incoming call rings in every tab; the one that answers has it from then on, and only that one
 * hears of it. Nothing of what two pages signal to each other is looked at.
 *
 * What the registry answers is dealt with as it is read, in order with its pushes.
 *
 * Longer than other files, since what tabs wish and what the registry tells meet in one call.
 */
export class SessionCalls {
  readonly #session: Session
  readonly #parts: CallParts
  readonly #calls = new Map<string, Call>()
  readonly #tabs = new CallTabs()
  readonly #finished = new FinishedCalls()
  #ready = false

  constructor(session: Session, parts: CallParts) {
    this.#session = session
    this.#parts = parts
  }

  tabOpened(socket: TabSocket): void {
    this.#tabs.opened(socket)
  }

  /** A page that can take calls is open: from the first on, others may call this browser. */
  takesCalls(socket: TabSocket): void {
    this.#tabs.takesCalls(socket)
    if (!this.#ready) {
      this.#ready = true
      // Refused or lost, nothing is left to do.
      this.#ask({ verb: 'ready' }).catch(ignoreLost)
    }
    this.#tellWhatRings(socket)
  }

  tabClosed(socket: TabSocket): void {
    this.#tabs.closed(socket)
    for (const call of this.#calls.values()) {
      const rangHere = call.isUnanswered && this.#tabs.noneTakesCalls
      if (call.tab === socket || rangHere) this.#orphan(call)
    }
  }

  /** The session is over, and with it what the registry knew of its calls. */
  end(): void {
    for (const call of this.#calls.values()) call.keep()
    this.#calls.clear()
  }

  async wish(socket: TabSocket, wish: CallWish): Promise<void> {
    const answer = await this.#grant(socket, wish).catch(ignoreLost)
    // With the registry lost the session is over, and its tabs have been told.
    if (!answer || answer.ok) return
    const which = 'id' in wish ? { id: wish.id } : { tag: wish.tag }
    tell(socket, { kind: 'refused', wish: wish.kind, ...which, code: answer.error })
  }

  push(push: CallPush): void {
    if (push.kind === 'call') return this.#rings(push)
    if (push.kind === 'missed') return this.#missed(push)
    const call = this.#calls.get(push.id)
    if (!call) return
    const { id } = push
    switch (push.kind) {
      case 'accepted':
        return this.#begin(call)
      case 'signal':
        return tellOwner(call, { kind: 'signal', id, payload: push.payload })
      case 'resumed':
        call.resumed(push)
        return this.#tellResumed(call)
      case 'declined':
        return this.#over(id, { kind: 'declined', id })
      case 'ended':
        return this.#over(id, { kind: 'ended', id, reason: push.reason })
    }
  }

  async #grant(socket: TabSocket, wish: CallWish): Promise<Result<unknown, RefusalCode>> {
    switch (wish.kind) {
      case 'call':
        return this.#call(socket, wish)
      case 'accept':
        return this.#ask({ verb: 'accept', id: wish.id }, () => this.#answeredBy(socket, wish.id))
      case 'decline':
        return this.#ask({ verb: 'decline', id: wish.id }, () =>
          this.#over(wish.id, { kind: 'elsewhere', id: wish.id }, socket),
        )
      case 'hangup': {
        const isOfAnother = this.#calls.get(wish.id)?.isOfAnother(socket)
        return isOfAnother ? ok(undefined) : this.#hangUp(wish.id, socket)
      }
      case 'signal':
        return this.#signal(wish)
      case 'invite':
        return this.#ask({ verb: 'invite', id: wish.id, name: wish.name, ip: wish.ip })
      case 'uninvite': {
        const { id, name, ip } = wish
        return this.#ask({ verb: 'hangup', id, invited: { name, ip } })
      }
      case 'servers':
        return this.#tellServers(socket, wish.id)
      case 'resume':
        return this.#resume(socket, wish)
    }
  }

  #call(socket: TabSocket, { name, ip, tag }: CallWish & { kind: 'call' }): Promise<Answer> {
    return this.#ask({ verb: 'call', name, ip }, (reply) => {
      if (reply.kind !== 'call') throw new Error('bug: a call was answered without its id')
      const { id } = reply
      // A page that closed, or lost its socket, before its call had an id cannot hang it up.
      if (!this.#tabs.has(socket)) {
        this.#hangUp(id, socket).catch(ignoreLost)
        return
      }
      // Both called each other: the registry took this for accepting theirs.
      if (this.#calls.has(id)) return this.#answeredBy(socket, id, tag)
      const call = this.#remember({ id, direction: 'out', name, ip }, socket)
      tell(socket, { ...this.#ringing(call), tag })
    })
  }

  /**
   * A page may signal before the registry knows its call, as after a restart. The registry takes a line
   * as long as a session description of a running call alone; for any other it closes the connection, and
   * this browser would no longer be registered.
   */
  async #signal({
    id,
    payload,
  }: CallWish & { kind: 'signal' }): Promise<Result<unknown, RefusalCode>> {
    if (this.#calls.get(id)?.state !== 'talking') return refuse('unknown-call')
    return this.#ask({ verb: 'signal', id, payload })
  }

  async #resume(socket: TabSocket, { id, name, ip }: { id: string; name: string; ip: string }) {
    const known = this.#calls.get(id)
    const outcome = this.#finished.get(id)
    if (outcome) {
      // It was told while this tab's socket was lost. The registry would have it wait for an end that
      // does not come.
      tell(socket, outcome)
      // Told before, while that tab still took itself for busy.
      this.#tellWhatRings(socket)
    } else if (known?.isOfAnother(socket)) {
      // Another page answered in the meantime.
      tell(socket, { kind: 'elsewhere', id })
    } else if (known) {
      // Only the tab's socket was lost; the registry has noticed nothing.
      this.#give(known, socket)
      if (known.state === 'talking') this.#tellResumed(known)
      else if (known.state === 'ringing') tell(socket, this.#ringing(known))
    } else {
      return this.#ask({ verb: 'resume', id }, () => {
        const call = this.#remember({ id, direction: 'out', name, ip }, socket)
        call.state = 'resuming'
        this.#give(call, socket)
      })
    }
    return ok(undefined)
  }

  #rings({ id, name, ip }: CallPush & { kind: 'call' }): void {
    const call = this.#remember({ id, direction: 'in', name, ip })
    this.#tabs.tell(this.#ringing(call))
    // The registry knows no way back from `ready`. A page that can take calls may come; if none does,
    // nobody here can answer.
    if (this.#tabs.noneTakesCalls) this.#orphan(call)
  }

  /** Somebody called while this browser was busy. The id is for the tabs alone, which keep one list. */
  #missed({ name, ip }: CallPush & { kind: 'missed' }): void {
    this.#tabs.tell({ kind: 'missed', id: crypto.randomUUID(), name, ip })
  }

  #answeredBy(socket: TabSocket, id: string, tag?: string): void {
    const call = this.#calls.get(id)
    if (!call) return
    this.#tabs.tell({ kind: 'elsewhere', id }, socket)
    this.#give(call, socket)
    this.#begin(call, tag)
  }

  /** That tab has the call from now on; one whose socket is lost already may still come for it. */
  #give(call: Call, socket: TabSocket): void {
    call.give(socket)
    if (!this.#tabs.has(socket)) this.#orphan(call)
  }

  #orphan(call: Call): void {
    const hangUp = () => this.#hangUp(call.facts.id).catch(ignoreLost)
    call.orphan(hangUp, this.#parts.tabGraceMs)
  }

  #begin(call: Call, tag?: string): void {
    call.state = 'talking'
    const { id, name, ip, direction } = call.facts
    const polite = direction === 'in'
    const iceServers = this.#servers()
    tellOwner(call, { kind: 'accepted', id, name, ip, polite, iceServers, tag })
  }

  #tellResumed(call: Call): void {
    const { id, name, ip } = call.facts
    tellOwner(call, { kind: 'resumed', id, name, ip, iceServers: this.#servers() })
  }

  #tellServers(socket: TabSocket, id: string): Result<unknown, RefusalCode> {
    const call = this.#calls.get(id)
    if (call?.tab !== socket || call.state !== 'talking') return refuse('unknown-call')
    tell(socket, { kind: 'servers', id, iceServers: this.#servers() })
    return ok(undefined)
  }

  #servers(): IceServer[] {
    return this.#parts.iceServersOf(this.#session)
  }

  /** For `by`, or for a tab that never came back. */
  #hangUp(id: string, by?: TabSocket): Promise<Answer> {
    const call = this.#forget(id)
    // Where it rings in other tabs as well, this ends it there.
    if (call && !call.tab) this.#tabs.tell({ kind: 'elsewhere', id }, by)
    const heard = () => {
      // A `resume` may have been answered in the meantime, perhaps another page's.
      const resumed = this.#forget(id)?.tab
      if (resumed && resumed !== by) tell(resumed, { kind: 'ended', id, reason: 'hangup' })
    }
    return this.#session.client.ask({ verb: 'hangup', id }, heard)
  }

  #remember(facts: Omit<CallFacts, 'ringsUntil'>, tab?: TabSocket): Call {
    const ringsUntil = this.#parts.now() + this.#parts.ringTimeoutMs
    const call = new Call({ ...facts, ringsUntil }, tab)
    this.#calls.set(facts.id, call)
    return call
  }

  #forget(id: string): Call | undefined {
    const call = this.#calls.get(id)
    call?.keep()
    this.#calls.delete(id)
    return call
  }

  /** Tells the tab that has the call, or every tab where it still rings, and forgets it. */
  #over(id: string, news: CallNews, but?: TabSocket): void {
    const call = this.#forget(id)
    this.#finished.add(id, news)
    if (call?.tab) tell(call.tab, news)
    else this.#tabs.tell(news, but)
  }

  #ringing(call: Call) {
    return call.ringing(this.#parts.now(), this.#session.me.ip)
  }

  #tellWhatRings(socket: TabSocket): void {
    for (const call of this.#calls.values()) {
      if (!call.isUnanswered) continue
      call.keep()
      tell(socket, this.#ringing(call))
    }
  }

  /** `granted` is called with the reply, unless it is a refusal. */
  #ask(
    request: CallRequest,
    granted: (reply: Extract<Answer, { ok: true }>['value']) => void = () => {},
  ): Promise<Answer> {
    return this.#session.client.ask(request, (answer) => {
      if (answer.ok) granted(answer.value)
    })
  }
}

const tellOwner = ({ tab }: Call, news: CallNews): void => {
  if (tab) tell(tab, news)
}
