/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import * as v from 'valibot'
import { type DeskPart, NewParts } from '../../../views/operator/desk.tsx'
import { TokenBucket } from '../../limits/token-bucket.ts'
import { policyViolated, restarting, sendAway } from '../live/closing.ts'
import { beatOrEnd } from '../live/heartbeat.ts'
import { parseJson, type TabSocket } from '../live/tab.ts'
import { type DeskSource, deskHtml } from './desk-html.tsx'

export type DeskParts = {
  source: DeskSource
  /** The path that all of ours begin with. */
  base: string
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  limits: DeskLimits
}

export type DeskLimits = Readonly<{
  /** How often open pages are brought up to date, in milliseconds. */
  updateMs: number
  /** Open pages at a time: each is rendered by itself. */
  mostTabs: number
}>

export const defaultDeskLimits: DeskLimits = { updateMs: 1_000, mostTabs: 20 }

const beatMs = 4_000
const silenceMs = 12_000
/** What a person types, and no more. */
const messageRate = { perSecond: 10, burst: 30 }

const message = v.object({ filter: v.pipe(v.string(), v.maxLength(200)) })

/** The open pages of the operator, kept up to date. A page is sent the parts that are not as it shows them. */
export class Desk {
  readonly #parts: DeskParts
  readonly #tabs = new Set<TabSocket>()
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
    this.#update(socket)
  }

  message(socket: TabSocket, text: string): void {
    const tab = socket.data
    tab.heardAt = this.#parts.now()
    tab.messages ??= new TokenBucket(messageRate, this.#parts.now)
    const said = v.safeParse(message, parseJson(text))
    if (!tab.operator || !said.success || !tab.messages.take()) return
    tab.operator.filter = said.output.filter.trim()
    this.#update(socket)
  }

  close(socket: TabSocket): void {
    this.#tabs.delete(socket)
    if (this.#tabs.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
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
    for (const socket of this.#tabs) this.#update(socket)
  }

  #update(socket: TabSocket): void {
    const { operator, language } = socket.data
    const { base, source } = this.#parts
    if (!operator) return
    if (Date.now() >= operator.until) return this.#sendAway(socket)
    // One that reads too slowly is sent what is true by then.
    if (socket.getBufferedAmount() > 0) return
    const parts = deskHtml(source, { language, base, filter: operator.filter })
    const changed = Object.entries(parts).filter(([id, html]) => operator.shown.get(id) !== html)
    if (changed.length === 0) return
    for (const [id, html] of changed) operator.shown.set(id, html)
    const fresh = Object.fromEntries(changed) as Partial<Record<DeskPart, string>>
    socket.send(String(<NewParts parts={fresh} />))
  }

  /** To the form. */
  #sendAway(socket: TabSocket): void {
    sendAway(socket, `${this.#parts.base}/operator`)
  }
}
