import { RegistryLost } from '../../client/registry-client.ts'
import type { WebLimits } from '../../config/web-config.ts'
import { Places } from '../../limits/places.ts'
import { type Rate, TokenBucket } from '../../limits/token-bucket.ts'
import type { WebLimit } from '../../log/log.ts'
import type { Push } from '../../wire/message.ts'
import { isCallPush } from '../calls/call-pushes.ts'
import { CallsBySession } from '../calls/calls-by-session.ts'
import type { CallParts } from '../calls/held-calls.ts'
import type { Farewells } from '../session/farewells.ts'
import type { Ending, Session, Sessions } from '../session/sessions.ts'
import type { WireTabs } from '../wire/wire-tabs.tsx'
import {
  closeAfter,
  dialElsewhere,
  policyViolated,
  restarting,
  sendAway,
  tryAgain,
} from './closing.ts'
import { beatOrEnd } from './heartbeat.ts'
import type { ListUpdates } from './lists/list-updates.ts'
import { noticeHtml } from './notice-html.tsx'
import type { Reach } from './reach.ts'
import {
  costOfMessage,
  maxWaitingWishes,
  parseJson,
  readAsksReach,
  readCallWish,
  readTabView,
  readTakesCalls,
  type TabSocket,
} from './tab.ts'
import type { Unread } from './unread.ts'

export type LiveParts = {
  sessions: Sessions
  updates: ListUpdates
  reach: Reach
  farewells: Farewells
  /** What the operator tells everybody; empty where that is nothing. */
  notice: () => string
  wires: WireTabs
  calls: CallParts
  unread: Unread
  /** Whether a session may say that much more; otherwise in how many milliseconds. */
  waitFor: (of: { id: string; ip: string }, messages: number) => number
  /** A tab did more than it may. */
  onLimit: (limit: WebLimit, ip: string) => void
  /** What one session and one tab may. */
  perTab: Pick<WebLimits, 'socketsPerSession' | 'messagesPerSecond' | 'messageBurst'>
  /** A bug, which has cost one tab its connection. */
  failed: (error: unknown) => void
  now: () => number
  /** The path that all of ours begin with. */
  base: string
  limits: LiveLimits
}

/** All in milliseconds. */
export type LiveLimits = Readonly<{
  /** How often a tab is asked for a sign of life. */
  beatMs: number
  /** Without one for this long it is taken for gone. */
  silenceMs: number
}>

export const defaultLiveLimits: LiveLimits = {
  beatMs: 4_000,
  silenceMs: 12_000,
}

/** The open tabs: which session each belongs to, whether it is still there, and where goes what it says. */
export class Live {
  readonly #parts: LiveParts
  readonly #tabs = new Set<TabSocket>()
  readonly #calls: CallsBySession
  readonly #sockets: Places
  readonly #messageRate: Rate
  readonly #beat: Timer
  #stopping = false

  constructor(parts: LiveParts) {
    this.#parts = parts
    this.#calls = new CallsBySession(parts.calls)
    const { socketsPerSession, messagesPerSecond, messageBurst } = parts.perTab
    this.#sockets = new Places(socketsPerSession)
    this.#messageRate = { perSecond: messagesPerSecond, burst: messageBurst }
    this.#beat = setInterval(() => this.#beatAll(), parts.limits.beatMs)
  }

  get tabs(): number {
    return this.#tabs.size
  }

  /** A tab connected: its session goes on, or begins again after a restart. */
  async open(socket: TabSocket): Promise<void> {
    // It would register with a registry that is about to say goodbye.
    if (this.#stopping) return void socket.close(tryAgain)
    const tab = socket.data
    if (tab.sessionId === '') return sendAway(socket, `${this.#parts.base}/?notice=lost`)
    if (!this.#sockets.take(tab.sessionId)) {
      this.#parts.onLimit('sockets', tab.ip)
      this.#parts.updates.sayTooManyTabs(socket)
      return void socket.close(policyViolated)
    }
    this.#tabs.add(socket)
    tab.heardAt = this.#parts.now()
    const session = this.#parts.sessions.get(tab.sessionId) ?? (await this.#comeBack(socket))
    if (!session) return
    // It closed again while its session was being registered.
    if (!this.#tabs.has(socket)) return
    tab.session = session
    this.#parts.sessions.tabOpened(session)
    this.#calls.of(session).tabOpened(socket)
    if (tab.takesCalls) this.#calls.of(session).takesCalls(socket)
    if (tab.view) this.#parts.updates.show(socket, tab.view)
    this.#parts.wires.sessionBegan(socket)
    if (tab.reachOf) this.#parts.reach.ask(socket, tab.reachOf)
    for (const wish of tab.wishes.splice(0)) this.#calls.of(session).wish(socket, wish)
  }

  message(socket: TabSocket, text: string): void {
    const tab = socket.data
    tab.heardAt = this.#parts.now()
    const cost = costOfMessage(text)
    tab.messages ??= new TokenBucket(this.#messageRate, this.#parts.now)
    if (
      !tab.messages.take(cost) ||
      this.#parts.waitFor({ id: tab.sessionId, ip: tab.ip }, cost) > 0
    ) {
      this.#parts.onLimit('messages', tab.ip)
      return void socket.close(tryAgain)
    }
    const said = parseJson(text)
    const wish = readCallWish(said)
    if (wish) {
      // While its browser is still being registered again, as after a restart, it waits: a page says
      // only once that its call goes on.
      if (tab.session) this.#calls.of(tab.session).wish(socket, wish)
      else if (tab.wishes.length < maxWaitingWishes) tab.wishes.push(wish)
      return
    }
    const able = readTakesCalls(said)
    if (able) {
      tab.takesCalls = true
      tab.page = able.page
      if (tab.session) this.#calls.of(tab.session).takesCalls(socket)
      return
    }
    const asks = readAsksReach(said)
    if (asks) {
      if (tab.session) this.#parts.reach.ask(socket, asks.reachOf)
      else tab.reachOf = asks.reachOf
      return
    }
    if (this.#parts.wires.take(socket, said)) return
    const view = readTabView(said, tab.view)
    if (!view) return
    if (tab.session) this.#parts.updates.show(socket, view)
    else tab.view = view
  }

  /** The tab has read what waited for it. */
  drained(socket: TabSocket): void {
    this.#parts.unread.drained(socket)
    this.#parts.updates.catchUp(socket)
    this.#parts.reach.catchUp(socket)
  }

  heard(socket: TabSocket): void {
    socket.data.heardAt = this.#parts.now()
  }

  close(socket: TabSocket): void {
    if (!this.#tabs.delete(socket)) return
    const { session, sessionId, silent } = socket.data
    this.#sockets.leave(sessionId)
    this.#parts.unread.forget(socket)
    this.#parts.updates.drop(socket)
    this.#parts.wires.drop(socket)
    this.#parts.reach.drop(socket)
    if (!session) return
    this.#calls.known(session)?.tabClosed(socket)
    this.#parts.sessions.tabClosed(session, silent)
  }

  /** The registry told a session something unasked: of its calls. */
  pushed(session: Session, push: Push): void {
    if (isCallPush(push)) this.#calls.of(session).push(push)
    else this.#parts.farewells.heard(session.id, push)
  }

  /** The operator's notice is another one. */
  noticeChanged(): void {
    for (const socket of this.#tabs) this.#tellNotice(socket)
  }

  /** A session is over: its tabs go back to the form, which says why. */
  ended(session: Session, ending: Ending): void {
    this.#calls.end(session)
    if (this.#stopping) return
    for (const tab of this.#tabs) {
      if (tab.data.session === session) closeAfter(ending, tab, this.#parts.base)
    }
  }

  /** The tabs dial again at another server, some at a time. Resolves when the last was told. */
  sendAway(lastsMs: number): Promise<void> {
    this.#stopping = true
    return dialElsewhere([...this.#tabs], lastsMs)
  }

  stop(): void {
    this.#stopping = true
    clearInterval(this.#beat)
    for (const socket of this.#tabs) socket.close(restarting)
  }

  async #comeBack(socket: TabSocket): Promise<Session | undefined> {
    const { sessionId, claim } = socket.data
    if (!claim || this.#parts.farewells.to(sessionId)) {
      return sendAway(socket, `${this.#parts.base}/?notice=lost`)
    }
    if (this.#parts.sessions.isContended(sessionId)) return void socket.close(tryAgain)
    try {
      const begun = await this.#parts.sessions.begin(sessionId, claim)
      if (begun.ok) return begun.value
      return sendAway(socket, `${this.#parts.base}/?refused=${begun.error}`)
    } catch (error) {
      if (!(error instanceof RegistryLost)) this.#parts.failed(error)
      // Where the registry is not there yet, the tab tries again by itself.
      socket.close(tryAgain)
    }
  }

  #tellNotice(socket: TabSocket): void {
    socket.data.knowsNotice = true
    this.#parts.unread.send(socket, noticeHtml(socket.data.language, this.#parts.notice()))
  }

  #beatAll(): void {
    const { now, limits, unread } = this.#parts
    unread.sweep(this.#tabs)
    beatOrEnd(this.#tabs, now() - limits.silenceMs)
    // It may have changed while a tab was away. Not at once: the list comes first.
    for (const socket of this.#tabs) if (!socket.data.knowsNotice) this.#tellNotice(socket)
  }
}
