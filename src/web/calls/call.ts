import { addressGroup } from '../../limits/address-group.ts'
import type { CallNews } from '../../page-protocol.ts'
import type { TabSocket } from '../live/tab.ts'

/** What is known of a call from its beginning. */
export type CallFacts = Readonly<{
  id: string
  direction: 'in' | 'out'
  /** The other end. */
  name: string
  ip: string
  /** When it stops ringing, by the clock of the parts. */
  ringsUntil: number
}>

/** A call as the browser of one of its ends knows it: its state, and the tab that has it. */
export class Call {
  #facts: CallFacts
  /** `resuming`: the registry waits for the other end to say so as well. */
  state: 'ringing' | 'talking' | 'resuming' = 'ringing'
  #tab: TabSocket | undefined
  #orphaned: Timer | undefined

  constructor(facts: CallFacts, tab?: TabSocket) {
    this.#facts = facts
    this.#tab = tab
  }

  get facts(): CallFacts {
    return this.#facts
  }

  /** It talks again. The other end may have another name or address than before. */
  resumed({ name, ip }: { name: string; ip: string }): void {
    this.#facts = { ...this.#facts, name, ip }
    this.state = 'talking'
  }

  /** The tab that it belongs to: the one that called, or accepted. */
  get tab(): TabSocket | undefined {
    return this.#tab
  }

  /** It rings here, and no tab has it yet. */
  get isUnanswered(): boolean {
    return this.state === 'ringing' && this.facts.direction === 'in' && this.#tab === undefined
  }

  /** That tab has it from now on. */
  give(tab: TabSocket): void {
    this.keep()
    this.#tab = tab
  }

  /** No tab has it: `lost` is called after so many milliseconds without one. */
  orphan(lost: () => void, graceMs: number): void {
    clearTimeout(this.#orphaned)
    this.#tab = undefined
    this.#orphaned = setTimeout(lost, graceMs)
  }

  /** It is not lost any more, or over. */
  keep(): void {
    clearTimeout(this.#orphaned)
  }

  /** Another page has it. The same page may have two sockets: one that is lost, unnoticed. */
  isOfAnother(tab: TabSocket): boolean {
    const owner = this.#tab
    return owner !== undefined && owner !== tab && owner.data.page !== tab.data.page
  }

  /** What a tab is told in which it rings. `ownIp` is the browser's own address. */
  ringing(now: number, ownIp: string): Extract<CallNews, { kind: 'ringing' }> {
    const { id, direction, name, ip, ringsUntil } = this.facts
    const ringsForMs = Math.max(0, Math.round(ringsUntil - now))
    const sharesAddress = addressGroup(ip) === addressGroup(ownIp)
    const shared = direction === 'in' && sharesAddress ? { sharesAddress } : {}
    return { kind: 'ringing', id, direction, name, ip, ringsForMs, ...shared }
  }
}
