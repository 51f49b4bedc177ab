import type { CallNews, IceServer } from '../../page-protocol.ts'
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

/** The calls of one browser, each with its tab, and what the tabs are told of them. */
export class HeldCalls {
  readonly #session: Session
  readonly #parts: CallParts
  readonly #calls = new Map<string, Call>()
  readonly #finished = new FinishedCalls()
  readonly #abandoned: (id: string) => void
  readonly tabs = new CallTabs()

  /** `abandoned` is called for a call whose tab did not come back. */
  constructor(session: Session, parts: CallParts, abandoned: (id: string) => void) {
    this.#session = session
    this.#parts = parts
    this.#abandoned = abandoned
  }

  get(id: string): Call | undefined {
    return this.#calls.get(id)
  }

  /** How a call ended that this browser has no more. */
  outcome(id: string): CallNews | undefined {
    return this.#finished.get(id)
  }

  /**
   * The registry has told that another hung up. The pages tell each other as well, and the page that hears it first
   * from the other page hangs up, too: the registry would refuse that.
   */
  isHungUp(id: string): boolean {
    const outcome = this.outcome(id)
    return outcome?.kind === 'ended' && outcome.reason === 'hangup'
  }

  /** Somebody invites into a call that runs, and no tab has answered. */
  get invitation(): Call | undefined {
    return [...this.#calls.values()].find((call) => call.isUnanswered && call.isInvitation)
  }

  get ringTimeoutMs(): number {
    return this.#parts.ringTimeoutMs
  }

  /** When something that begins to ring now stops. */
  get ringsUntil(): number {
    return this.#parts.now() + this.#parts.ringTimeoutMs
  }

  remember(facts: Omit<CallFacts, 'ringsUntil'>, tab?: TabSocket): Call {
    const call = new Call({ ...facts, ringsUntil: this.ringsUntil }, tab)
    this.#calls.set(facts.id, call)
    // Somebody may be invited again into a call that was over for this browser.
    this.#finished.delete(facts.id)
    return call
  }

  forget(id: string): Call | undefined {
    const call = this.#calls.get(id)
    call?.keep()
    this.#calls.delete(id)
    return call
  }

  end(): void {
    for (const call of this.#calls.values()) call.keep()
    this.#calls.clear()
  }

  tabClosed(tab: TabSocket): void {
    this.tabs.closed(tab)
    for (const call of this.#calls.values()) {
      const rangHere = call.isUnanswered && this.tabs.noneTakesCalls
      if (call.tab === tab || rangHere) this.orphan(call)
    }
  }

  /** That tab has the call from now on; one whose socket is lost already may still come for it. */
  give(call: Call, tab: TabSocket): void {
    call.give(tab)
    if (!this.tabs.has(tab)) this.orphan(call)
  }

  orphan(call: Call): void {
    call.orphan(() => this.#abandoned(call.facts.id), this.#parts.tabGraceMs)
  }

  /** Tells the tab that has the call, or every tab where it still rings, and forgets it. */
  over(id: string, news: CallNews, but?: TabSocket): void {
    const call = this.forget(id)
    this.#finished.add(id, news)
    if (call?.tab) tell(call.tab, news)
    else this.tabs.tell(news, but)
  }

  ringing(call: Call): Extract<CallNews, { kind: 'ringing' }> {
    return call.ringing(this.#parts.now(), this.#session.me.ip)
  }

  tellWhatRings(tab: TabSocket): void {
    for (const call of this.#calls.values()) {
      if (!call.isUnanswered) continue
      call.keep()
      tell(tab, this.ringing(call))
    }
  }

  begin(call: Call, tag?: string): void {
    const { id, name, ip, direction } = call.facts
    const invitation = call.isInvitation || undefined
    // Whoever comes into a call that runs makes the offers, as a caller does.
    const offers = direction === 'out' || call.isInvitation
    call.state = 'talking'
    call.isNewcomer = call.isInvitation
    const visit = invitation ? undefined : call.people.came({ name, ip }, offers).visit
    const { iceServers } = this
    const how = { polite: !offers, iceServers, invitation, tag }
    call.tell({ kind: 'accepted', id, name, ip, visit, ...how })
  }

  /** Who is in the call, for a tab that may have missed some of it. */
  tellPeople(call: Call): void {
    const known = call.people.news(call.facts.id, this.#parts.now(), this.iceServers)
    for (const news of known) call.tell(news)
  }

  get iceServers(): IceServer[] {
    return this.#parts.iceServersOf(this.#session)
  }
}
