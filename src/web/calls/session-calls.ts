import { type Answer, ignoreLost } from '../../client/registry-client.ts'
import type { CallWish } from '../../page-protocol.ts'
import { ok, type Result, refuse } from '../../result.ts'
import type { CallPush, CallRequest, RefusalCode } from '../../wire/message.ts'
import type { TabSocket } from '../live/tab.ts'
import type { Session } from '../session/sessions.ts'
import { takePush } from './call-pushes.ts'
import { tell } from './call-tabs.ts'
import { type CallParts, HeldCalls } from './held-calls.ts'

type Granted = Extract<Answer, { ok: true }>['value']
type Wish<Kind extends CallWish['kind']> = Extract<CallWish, { kind: Kind }>

/**
 * Calls between the registry, which decides what becomes of each, and the tabs of one browser. An
 * incoming call rings in every tab; the one that answers has it from then on, and only that one
 * hears of it. Nothing of what two pages signal to each other is looked at.
 *
 * What the registry answers is dealt with as it is read, in order with its pushes.
 */
export class SessionCalls {
  readonly #session: Session
  readonly #held: HeldCalls
  #ready = false

  constructor(session: Session, parts: CallParts) {
    this.#session = session
    this.#held = new HeldCalls(session, parts, (id) => void this.#hangUp(id).catch(ignoreLost))
  }

  tabOpened(socket: TabSocket): void {
    this.#held.tabs.opened(socket)
  }

  /** A page that can take calls is open: from the first on, others may call this browser. */
  takesCalls(socket: TabSocket): void {
    this.#held.tabs.takesCalls(socket)
    if (!this.#ready) {
      this.#ready = true
      // Refused or lost, nothing is left to do.
      this.#ask({ verb: 'ready', conference: true }).catch(ignoreLost)
    }
    this.#held.tellWhatRings(socket)
  }

  tabClosed(socket: TabSocket): void {
    this.#held.tabClosed(socket)
  }

  /** The session is over, and with it what the registry knew of its calls. */
  end(): void {
    this.#held.end()
  }

  async wish(socket: TabSocket, wish: CallWish): Promise<void> {
    const answer = await this.#grant(socket, wish).catch(ignoreLost)
    // With the registry lost the session is over, and its tabs have been told.
    if (!answer || answer.ok) return
    const id = 'id' in wish ? { id: wish.id } : {}
    const tag = 'tag' in wish ? { tag: wish.tag } : {}
    tell(socket, { kind: 'refused', wish: wish.kind, ...id, ...tag, code: answer.error })
  }

  push(push: CallPush): void {
    takePush(this.#held, push, this.#session.me)
  }

  async #grant(socket: TabSocket, wish: CallWish): Promise<Result<unknown, RefusalCode>> {
    switch (wish.kind) {
      case 'call':
        return this.#call(socket, wish)
      case 'accept':
        return this.#askToJoin({ verb: 'accept', id: wish.id }, () =>
          this.#answeredBy(socket, wish.id),
        )
      case 'decline':
        return this.#ask({ verb: 'decline', id: wish.id }, () =>
          this.#held.over(wish.id, { kind: 'elsewhere', id: wish.id }, socket),
        )
      case 'hangup': {
        const isOfAnother = this.#held.get(wish.id)?.isOfAnother(socket)
        const isOver = isOfAnother || this.#held.isHungUp(wish.id)
        const hungUp = isOver ? ok(undefined) : this.#hangUp(wish.id, socket)
        // What the registry took to be over may have gone on there, and kept another call from ringing.
        this.#held.tellWhatRings(socket)
        return hungUp
      }
      case 'invite':
        return this.#invite(socket, wish)
      case 'uninvite': {
        const { id, name, ip } = wish
        return this.#ask({ verb: 'hangup', id, invited: { name, ip } }, () =>
          this.#held.get(id)?.people.uninvited(wish),
        )
      }
      case 'signal':
        return this.#signal(wish)
      case 'servers':
        return this.#tellServers(socket, wish.id)
      case 'resume':
        return this.#resume(socket, wish)
    }
  }

  #call(socket: TabSocket, { name, ip, tag }: Wish<'call'>): Promise<Answer> {
    return this.#askToJoin({ verb: 'call', name, ip }, (reply) => {
      if (reply.kind !== 'call') throw new Error('bug: a call was answered without its id')
      const { id } = reply
      // A page that closed, or lost its socket, before its call had an id cannot hang it up.
      if (!this.#held.tabs.has(socket)) {
        this.#hangUp(id, socket).catch(ignoreLost)
        return
      }
      // Both called each other: the registry took this for accepting theirs.
      if (this.#held.get(id)) return this.#answeredBy(socket, id, tag)
      const call = this.#held.remember({ id, direction: 'out', name, ip }, socket)
      tell(socket, { ...this.#held.ringing(call), tag })
    })
  }

  /** Only the page that has the call: it is told what becomes of the invitation. */
  async #invite(socket: TabSocket, wish: Wish<'invite'>): Promise<Result<unknown, RefusalCode>> {
    const { id, name, ip, tag } = wish
    const call = this.#held.get(id)
    if (call?.state !== 'talking' || call.isOfAnother(socket)) return refuse('unknown-call')
    return this.#ask({ verb: 'invite', id, name, ip }, () => {
      call.people.invited(wish, this.#held.ringsUntil, tag)
      call.tell({ kind: 'invited', id, name, ip, ringsForMs: this.#held.ringTimeoutMs, tag })
    })
  }

  /**
   * A page may signal before the registry knows its call, as after a restart. The registry takes a line
   * as long as a session description of a running call alone; for any other it closes the connection, and
   * this browser would no longer be registered.
   */
  async #signal({ id, payload, to }: Wish<'signal'>): Promise<Result<unknown, RefusalCode>> {
    if (this.#held.get(id)?.state !== 'talking') return refuse('unknown-call')
    return this.#ask({ verb: 'signal', id, payload, ...(to ? { to } : {}) })
  }

  async #resume(socket: TabSocket, { id, name, ip }: Wish<'resume'>) {
    const known = this.#held.get(id)
    const outcome = this.#held.outcome(id)
    if (outcome) {
      // It was told while this tab's socket was lost. The registry would have it wait for an end that
      // does not come.
      tell(socket, outcome)
      // Told before, while that tab still took itself for busy.
      this.#held.tellWhatRings(socket)
    } else if (known?.isOfAnother(socket)) {
      // Another page answered in the meantime.
      tell(socket, { kind: 'elsewhere', id })
    } else if (known?.isUnanswered) {
      // It rings in all tabs, also where this one has said already that it answers.
      tell(socket, this.#held.ringing(known))
    } else if (known) {
      // Only the tab's socket was lost; the registry has noticed nothing.
      this.#held.give(known, socket)
      if (known.state === 'talking') this.#held.tellPeople(known)
      else if (known.state === 'ringing') tell(socket, this.#held.ringing(known))
    } else {
      return this.#ask({ verb: 'resume', id }, () => {
        // An invitation into it came and went meanwhile, and the tab was told that this is over.
        if (this.#held.outcome(id)) return void this.#hangUp(id, socket).catch(ignoreLost)
        const call = this.#held.remember({ id, direction: 'out', name, ip }, socket)
        call.state = 'resuming'
        this.#held.give(call, socket)
      })
    }
    return ok(undefined)
  }

  #answeredBy(socket: TabSocket, id: string, tag?: string): void {
    const call = this.#held.get(id)
    if (!call) return
    const tab = this.#held.tabs.current(socket)
    this.#held.tabs.tell({ kind: 'elsewhere', id }, tab)
    this.#held.give(call, tab)
    this.#held.begin(call, tag)
  }

  #tellServers(socket: TabSocket, id: string): Result<unknown, RefusalCode> {
    const call = this.#held.get(id)
    if (call?.tab !== socket || call.state !== 'talking') return refuse('unknown-call')
    tell(socket, { kind: 'servers', id, iceServers: this.#held.iceServers })
    return ok(undefined)
  }

  /** For `by`, or for a tab that never came back. */
  #hangUp(id: string, by?: TabSocket): Promise<Answer> {
    const call = this.#held.forget(id)
    // Where it rings in other tabs as well, this ends it there.
    if (call && !call.tab) this.#held.tabs.tell({ kind: 'elsewhere', id }, by)
    // It may have been said of an earlier stay in the call, before the tab heard of the invitation.
    const over = { kind: 'ended', id, reason: 'cancelled' } as const
    if (by && call?.isUnanswered && call.isInvitation) tell(by, over)
    const heard = () => {
      // An invitation may have come in the meantime, or a `resume` of another page been answered.
      const late = this.#held.forget(id)
      if (late?.isUnanswered) this.#held.tabs.tell(over)
      else if (late?.tab && late.tab !== by) tell(late.tab, { ...over, reason: 'hangup' })
    }
    return this.#session.client.ask({ verb: 'hangup', id }, heard)
  }

  /**
   * For a request that may take an invitation. The registry tells a newcomer who is there right after it
   * has answered. Said in the same moment, a `ping` is answered before anybody else can come: whoever is
   * told of after its answer is a newcomer to this browser.
   */
  #askToJoin(request: CallRequest, granted: (reply: Granted) => void): Promise<Answer> {
    const { invitation } = this.#held
    const answer = this.#ask(request, granted)
    if (invitation) {
      const allTold = () => {
        invitation.isNewcomer = false
      }
      this.#session.client.ask({ verb: 'ping' }, allTold).catch(ignoreLost)
    }
    return answer
  }

  /** `granted` is called with the reply, unless it is a refusal. */
  #ask(request: CallRequest, granted: (reply: Granted) => void = () => {}): Promise<Answer> {
    return this.#session.client.ask(request, (answer) => {
      if (answer.ok) granted(answer.value)
    })
  }
}
