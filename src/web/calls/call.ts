import { addressGroup } from '../../limits/address-group.ts'
import type { CallNews, Member } from '../../page-protocol.ts'
import type { TabSocket } from '../live/tab.ts'
import { CallPeople, restMs } from './call-people.ts'
import { tell } from './call-tabs.ts'

/** What is known of a call from its beginning. */
export type CallFacts = Readonly<{
  id: string
  direction: 'in' | 'out'
  /** The other end, or the inviter. */
  name: string
  ip: string
  /** Of an invitation into a call that runs: who was there beside the inviter. */
  others?: readonly Member[] | undefined
  /** Tells the invitation from an earlier one into the same call. */
  ring?: string | undefined
  /** When it stops ringing, by the clock of the parts. */
  ringsUntil: number
}>

/** A call as the browser of one of its ends knows it: its state, and the tab that has it. */
export class Call {
  readonly facts: CallFacts
  readonly people = new CallPeople()
  /** The registry has not yet told of all that were there before this browser. */
  isNewcomer = false
  /** `resuming`: the registry waits for the other end to say so as well. */
  state: 'ringing' | 'talking' | 'resuming' = 'ringing'
  #tab: TabSocket | undefined
  #orphaned: Timer | undefined

  constructor(facts: CallFacts, tab?: TabSocket) {
    this.facts = facts
    this.#tab = tab
  }

  /** The tab that it belongs to: the one that called, or accepted. */
  get tab(): TabSocket | undefined {
    return this.#tab
  }

  /** It rings here, and no tab has it yet. */
  get isUnanswered(): boolean {
    return this.state === 'ringing' && this.facts.direction === 'in' && this.#tab === undefined
  }

  /** Somebody invites into a call that runs. */
  get isInvitation(): boolean {
    return this.facts.others !== undefined
  }

  /** Tells the tab that has it. */
  tell(news: CallNews): void {
    if (this.#tab) tell(this.#tab, news)
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
    const { id, direction, name, ip, others, ring, ringsUntil } = this.facts
    const ringsForMs = restMs(ringsUntil, now)
    const sharesAddress = addressGroup(ip) === addressGroup(ownIp)
    const shared = direction === 'in' && sharesAddress ? { sharesAddress } : {}
    return { kind: 'ringing', id, direction, name, ip, others, ring, ringsForMs, ...shared }
  }
}
