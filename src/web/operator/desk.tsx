/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import * as v from 'valibot'
import { type DeskPart, NewParts } from '../../../views/operator/desk.tsx'
import { TokenBucket } from '../../limits/token-bucket.ts'
import type { Turns } from '../../limits/turns.ts'
import type { Language } from '../../text/languages.ts'
import { policyViolated, restarting, sendAway } from '../live/closing.ts'
import { beatOrEnd } from '../live/heartbeat.ts'
import { costOfMessage, parseJson, type TabSocket } from '../live/tab.ts'
import { commonHtml, type DeskSource, peopleHtml } from './desk-html.tsx'

export type DeskParts = {
  source: DeskSource
  /** The path that all of ours begin with. */
  base: string
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  turns: Pick<Turns, 'add'>
  limits: DeskLimits
}

export type DeskLimits = Readonly<{
  /** How often open pages are brought up to date, in milliseconds. */
  updateMs: number
  /** Open pages at a time: each may look through everybody by a filter of its own. */
  mostTabs: number
}>

export const defaultDeskLimits: DeskLimits = { updateMs: 1_000, mostTabs: 20 }

const beatMs = 4_000
const silenceMs = 12_000
/** What a person types, and no more. */
const messageRate = { perSecond: 10, burst: 30 }

const message = v.object({ filter: v.pipe(v.string(), v.maxLength(200)) })

/**
 * The open pages of the operator, kept up to date. A page is sent the parts that are not as it shows them. What several
 * show alike is made once, and each page in its turn: a thousand blocked addresses take ten milliseconds, and
 * a look through ten thousand people takes two.
 */
export class Desk {
  readonly #parts: DeskParts
  readonly #tabs = new Set<TabSocket>()
  /** Those that wait for their turn. */
  readonly #waiting = new Set<TabSocket>()
  readonly #common = new Map<Language, ReturnType<typeof commonHtml>>()
  readonly #people = new Map<string, string>()
  #timer: Timer | undefined
  #beatAt = 0

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  open(socket: TabSocket): void {
    const { limits, now } = this.#parts
    if (this.#tabs.size >= limits.mostTabs) return void socket.close(policyViolated)
    this.#tabs.add(socket)
    socket.data.heardAt = now()
    this.#timer ??= setInterval(() => this.#updateAll(), limits.updateMs)
    // The page that it belongs to may be newer than what others were sent last.
    this.#forget()
    this.#update(socket)
  }

  message(socket: TabSocket, text: string): void {
    const tab = socket.data
    tab.heardAt = this.#parts.now()
    tab.messages ??= new TokenBucket(messageRate, this.#parts.now)
    if (!tab.operator || !tab.messages.take(costOfMessage(text))) return
    const said = v.safeParse(message, parseJson(text))
    if (!said.success) return
    tab.operator.filter = said.output.filter.trim()
    this.#update(socket)
  }

  close(socket: TabSocket): void {
    this.#tabs.delete(socket)
    if (this.#tabs.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#forget()
  }

  /** Ends the pages of the browser whose cookie, until that moment, is the operator's no more. */
  signedOut(until: number): void {
    for (const socket of this.#tabs) {
      if (socket.data.operator?.until === until) this.#sendAway(socket)
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const socket of this.#tabs) socket.close(restarting)
  }

  #updateAll(): void {
    const time = this.#parts.now()
    if (time >= this.#beatAt) {
      this.#beatAt = time + beatMs
      beatOrEnd(this.#tabs, time - silenceMs)
    }
    this.#forget()
    for (const socket of this.#tabs) this.#update(socket)
  }

  /** What is shown from now on is made anew. */
  #forget(): void {
    this.#common.clear()
    this.#people.clear()
  }

  #update(socket: TabSocket): void {
    if (this.#waiting.has(socket)) return
    this.#waiting.add(socket)
    this.#parts.turns.add('operator', () => {
      this.#waiting.delete(socket)
      if (this.#tabs.has(socket)) this.#send(socket)
      return true
    })
  }

  #send(socket: TabSocket): void {
    const { operator } = socket.data
    if (!operator) return
    if (Date.now() >= operator.until) return this.#sendAway(socket)
    // One that reads too slowly is sent what is true by then.
    if (socket.getBufferedAmount() > 0) return
    const parts = Object.entries(this.#partsFor(socket.data.language, operator.filter))
    const changed = parts.filter(([id, html]) => operator.shown.get(id) !== html)
    if (changed.length === 0) return
    for (const [id, html] of changed) operator.shown.set(id, html)
    const fresh = Object.fromEntries(changed) as Partial<Record<DeskPart, string>>
    socket.send(String(<NewParts parts={fresh} />))
  }

  #partsFor(language: Language, filter: string): Record<DeskPart, string> {
    const { base, source, limits } = this.#parts
    const look = { language, base, filter }
    const common = this.#common.getOrInsertComputed(language, () => commonHtml(source, look))
    const key = `${language} ${filter}`
    // Some of so many are shown by nobody any more: somebody types.
    if (this.#people.size >= limits.mostTabs && !this.#people.has(key)) this.#people.clear()
    const people = this.#people.getOrInsertComputed(key, () => peopleHtml(source, look))
    return { ...common, 'op-people': people }
  }

  /** To the form. */
  #sendAway(socket: TabSocket): void {
    sendAway(socket, `${this.#parts.base}/operator`)
  }
}
