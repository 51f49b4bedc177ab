import { ignoreLost } from '../../client/registry-client.ts'
import { addressGroup } from '../../limits/address-group.ts'
import type { CallNews, CallWish, IceServer } from '../../page-protocol.ts'
import { ok, type Result, refuse } from '../../result.ts'
import type { CallPush, CallRequest, Push, RefusalCode, Reply } from '../../wire/message.ts'
import type { Session } from '../session/sessions.ts'
import { FinishedCalls } from './finished-calls.ts'
import type { TabSocket } from './tab.ts'

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

/** A call as one of its ends' browser knows it. */
type Call = {
  readonly id: string
  readonly direction: 'in' | 'out'
  readonly name: string
  readonly ip: string
  /** `resuming`: the registry waits for the other end to say so as well. */
  state: 'ringing' | 'talking' | 'resuming'
  readonly ringsUntil: number
  /** The tab that it belongs to: the one that called, or accepted. */
  tab: TabSocket | undefined
  orphaned: Timer | undefined
}

const callPushes: ReadonlySet<string> = new Set<CallPush['kind']>([
  'call',
  'accepted',
  'declined',
  'ended',
  'signal',
  'resumed',
])

export const isCallPush = (push: Push): push is CallPush => callPushes.has(push.kind)

/**
 * Calls between the registry, which decides what becomes of each, and the tabs of one browser. An
 * incoming call rings in every tab; the one that answers has it from then on, and only that one
 * hears of it. Nothing of what two pages signal to each other is looked at.
 *
 * Longer than other files, since what tabs wish and what the registry tells meet in one call.
 */
export class SessionCalls {
  readonly #session: Session
  readonly #parts: CallParts
  readonly #calls = new Map<string, Call>()
  readonly #tabs = new Set<TabSocket>()
  /** Those of them that can take calls. */
  readonly #taking = new Set<TabSocket>()
  readonly #finished = new FinishedCalls()
  /** Pushes that came with the piece that is being read. */
  readonly #untaken: CallPush[] = []
  #ready = false

  constructor(session: Session, parts: CallParts) {
    this.#session = session
    this.#parts = parts
  }

  tabOpened(socket: TabSocket): void {
    this.#tabs.add(socket)
  }

  /** A page that can take calls is open: from the first on, others may call this browser. */
  takesCalls(socket: TabSocket): void {
    this.#taking.add(socket)
    if (!this.#ready) {
      this.#ready = true
      this.#say({ verb: 'ready' })
    }
    this.#tellWhatRings(socket)
  }

  tabClosed(socket: TabSocket): void {
    this.#tabs.delete(socket)
    this.#taking.delete(socket)
    for (const call of this.#calls.values()) {
      const rangHere = isUnanswered(call) && this.#taking.size === 0
      if (call.tab === socket || rangHere) this.#orphan(call)
    }
  }

  /** The session is over, and with it what the registry knew of its calls. */
  end(): void {
    for (const { orphaned } of this.#calls.values()) clearTimeout(orphaned)
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
    // A reply and the push that follows it may come in one piece; whoever awaits the reply goes on
    // only after this piece is read.
    this.#untaken.push(push)
    if (this.#untaken.length === 1) setImmediate(() => this.#takeUntil(this.#untaken.at(-1)))
  }

  async #grant(socket: TabSocket, wish: CallWish): Promise<Result<unknown, RefusalCode>> {
    switch (wish.kind) {
      case 'call':
        return this.#call(socket, wish)
      case 'accept':
        return this.#accept(socket, wish.id)
      case 'decline': {
        const answer = await this.#ask({ verb: 'decline', id: wish.id })
        if (answer.ok) this.#over(wish.id, { kind: 'elsewhere', id: wish.id }, socket)
        return answer
      }
      case 'hangup':
        return this.#isOfAnother(wish.id, socket) ? ok(undefined) : this.#hangUp(wish.id, socket)
      case 'signal':
        return this.#signal(wish)
      case 'servers':
        return this.#tellServers(socket, wish.id)
      case 'resume':
        return this.#resume(socket, wish)
    }
  }

  async #call(socket: TabSocket, { name, ip, tag }: CallWish & { kind: 'call' }) {
    const answer = await this.#ask({ verb: 'call', name, ip })
    if (!answer.ok) return answer
    if (answer.value.kind !== 'call') throw new Error('bug: a call was answered without its id')
    const { id } = answer.value
    // Theirs may have come in the same piece, before this answer.
    this.#takeUntil(this.#untaken.find((push) => push.kind === 'call' && push.id === id))
    // A page that closed, or lost its socket, before its call had an id cannot hang it up.
    if (!this.#tabs.has(socket)) return this.#hangUp(id, socket)
    if (this.#calls.has(id)) {
      // Both called each other: the registry took this for accepting theirs.
      this.#answeredBy(socket, id, tag)
      return answer
    }
    const call = this.#remember({ id, direction: 'out', name, ip, tab: socket })
    tell(socket, { ...this.#ringing(call), tag })
    return answer
  }

  async #accept(socket: TabSocket, id: string) {
    const answer = await this.#ask({ verb: 'accept', id })
    if (answer.ok) this.#answeredBy(socket, id)
    return answer
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

  #answeredBy(socket: TabSocket, id: string, tag?: string): void {
    const call = this.#calls.get(id)
    if (!call) return
    this.#tellTabs({ kind: 'elsewhere', id }, socket)
    this.#give(call, socket)
    this.#begin(call, tag)
  }

  /** That tab has the call from now on; one whose socket is lost already may still come for it. */
  #give(call: Call, socket: TabSocket): void {
    clearTimeout(call.orphaned)
    call.tab = socket
    if (!this.#tabs.has(socket)) this.#orphan(call)
  }

  #orphan(call: Call): void {
    clearTimeout(call.orphaned)
    call.tab = undefined
    call.orphaned = setTimeout(() => {
      this.#hangUp(call.id).catch(ignoreLost)
    }, this.#parts.tabGraceMs)
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
      return ok(undefined)
    }
    if (this.#isOfAnother(id, socket)) {
      // Another page answered in the meantime.
      tell(socket, { kind: 'elsewhere', id })
      return ok(undefined)
    }
    if (known) {
      // Only the tab's socket was lost; the registry has noticed nothing.
      this.#give(known, socket)
      if (known.state === 'talking') this.#tellResumed(known)
      else if (known.state === 'ringing') tell(socket, this.#ringing(known))
      return ok(undefined)
    }
    const answer = await this.#ask({ verb: 'resume', id, name, ip })
    if (answer.ok) {
      const call = this.#remember({ id, direction: 'out', name, ip, tab: socket })
      call.state = 'resuming'
      this.#give(call, socket)
    }
    return answer
  }

  #takeUntil(last: CallPush | undefined): void {
    const count = last ? this.#untaken.indexOf(last) + 1 : 0
    for (const push of this.#untaken.splice(0, count)) this.#take(push)
  }

  #take(push: CallPush): void {
    if (push.kind === 'call') {
      const { id, name, ip } = push
      const call = this.#remember({ id, direction: 'in', name, ip, tab: undefined })
      this.#tellTabs(this.#ringing(call))
      // The registry knows no way back from `ready`. A page that can take calls may come; if none
      // does, nobody here can answer.
      if (this.#taking.size === 0) this.#orphan(call)
      return
    }
    const call = this.#calls.get(push.id)
    if (!call) return
    const { id } = call
    switch (push.kind) {
      case 'accepted':
        return this.#begin(call)
      case 'signal':
        return this.#tellOwner(call, { kind: 'signal', id, payload: push.payload })
      case 'resumed':
        call.state = 'talking'
        return this.#tellResumed(call)
      case 'declined':
        return this.#over(id, { kind: 'declined', id })
      case 'ended':
        return this.#over(id, { kind: 'ended', id, reason: push.reason })
    }
  }

  #begin(call: Call, tag?: string): void {
    call.state = 'talking'
    const { id, name, ip, direction } = call
    const polite = direction === 'in'
    this.#tellOwner(call, {
      kind: 'accepted',
      id,
      name,
      ip,
      polite,
      iceServers: this.#servers(),
      tag,
    })
  }

  #tellResumed(call: Call): void {
    this.#tellOwner(call, {
      kind: 'resumed',
      id: call.id,
      iceServers: this.#servers(),
    })
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

  /** Another page has the call. The same page may have two sockets: one that is lost, unnoticed. */
  #isOfAnother(id: string, socket: TabSocket): boolean {
    const owner = this.#calls.get(id)?.tab
    return owner !== undefined && owner !== socket && owner.data.page !== socket.data.page
  }

  /** For `by`, or for a tab that never came back. */
  async #hangUp(id: string, by?: TabSocket): Promise<Result<unknown, RefusalCode>> {
    const call = this.#forget(id)
    // Where it rings in other tabs as well, this ends it there.
    if (call && !call.tab) this.#tellTabs({ kind: 'elsewhere', id }, by)
    const answer = await this.#ask({ verb: 'hangup', id })
    // A `resume` may have been answered in the meantime, perhaps another page's.
    const resumed = this.#forget(id)?.tab
    if (resumed && resumed !== by) tell(resumed, { kind: 'ended', id, reason: 'hangup' })
    return answer
  }

  #remember(call: Pick<Call, 'id' | 'direction' | 'name' | 'ip' | 'tab'>): Call {
    const ringsUntil = this.#parts.now() + this.#parts.ringTimeoutMs
    const known: Call = { ...call, state: 'ringing', ringsUntil, orphaned: undefined }
    this.#calls.set(call.id, known)
    return known
  }

  #forget(id: string): Call | undefined {
    const call = this.#calls.get(id)
    clearTimeout(call?.orphaned)
    this.#calls.delete(id)
    return call
  }

  /** Tells whoever has the call, or every tab where it still rings, and forgets it. */
  #over(id: string, news: CallNews, but?: TabSocket): void {
    const call = this.#forget(id)
    this.#finished.add(id, news)
    if (call?.tab) tell(call.tab, news)
    else this.#tellTabs(news, but)
  }

  #ringing({ id, direction, name, ip, ringsUntil }: Call) {
    const ringsForMs = Math.max(0, Math.round(ringsUntil - this.#parts.now()))
    const sharesAddress = addressGroup(ip) === addressGroup(this.#session.me.ip)
    const shared = direction === 'in' && sharesAddress ? { sharesAddress } : {}
    return { kind: 'ringing', id, direction, name, ip, ringsForMs, ...shared } as const
  }

  #tellWhatRings(socket: TabSocket): void {
    for (const call of this.#calls.values()) {
      if (!isUnanswered(call)) continue
      clearTimeout(call.orphaned)
      tell(socket, this.#ringing(call))
    }
  }

  #tellOwner({ tab }: Call, news: CallNews): void {
    if (tab) tell(tab, news)
  }

  #tellTabs(news: CallNews, but?: TabSocket): void {
    for (const tab of this.#taking) if (tab !== but) tell(tab, news)
  }

  #ask(request: CallRequest): Promise<Result<Reply, RefusalCode>> {
    return this.#session.client.ask(request)
  }

  /** For what nobody waits for: refused or lost, nothing is left to do. */
  #say(request: CallRequest): void {
    this.#ask(request).catch(ignoreLost)
  }
}

/** It rings here, and no tab has it yet. */
const isUnanswered = ({ state, direction, tab }: Call): boolean =>
  state === 'ringing' && direction === 'in' && tab === undefined

const tell = (socket: TabSocket, call: CallNews): void => void socket.send(JSON.stringify({ call }))
