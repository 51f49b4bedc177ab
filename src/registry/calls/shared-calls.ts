import type { CallPush } from '../../wire/message.ts'
import type { Registration } from '../directory/registration.ts'
import {
  type CallsSnapshot,
  endOf,
  type KnownPeer,
  loadCalls,
  takeCalls,
} from './calls-snapshot.ts'
import type { Exchange } from './exchange.ts'

/** What several processes need that hold the same state of all calls. */
export class SharedCalls {
  readonly #exchange: Exchange

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  /** Whether a call's time limit has passed at that time. */
  isOverdue(time: number): boolean {
    for (const { until } of this.#exchange.awaited) if (until <= time) return true
    return false
  }

  /** Watchers are told what had to wait. */
  tellWatchers(): void {
    this.#exchange.deliver()
  }

  /** Whether the peer has asked anything about calls yet. */
  knows(registration: Registration): boolean {
    return this.#exchange.ends.has(registration)
  }

  /** What the peer is to be told if its call is forgotten; `undefined` if it has none. */
  farewellOf(registration: Registration): CallPush | undefined {
    const call = this.#exchange.ends.get(registration)?.call
    return call && endOf(call)
  }

  isInCall(registration: Registration, id: string): boolean {
    return this.#exchange.ends.get(registration)?.call?.id === id
  }

  /** A signal that another process let pass to an end here. Dropped where that is out of the call. */
  passSignal(to: Registration, push: Extract<CallPush, { kind: 'signal' }>): void {
    const end = this.#exchange.ends.get(to)
    if (end?.call?.state !== 'talking' || end.call.id !== push.id) return
    this.#exchange.tell(end, push)
    this.#exchange.deliver()
  }

  /** The whole state, for another process. */
  snapshot(numberOf: (registration: Registration) => number | undefined): CallsSnapshot {
    return takeCalls(this.#exchange, numberOf)
  }

  /** Takes over the state of another process (`loadCalls`). */
  load(
    snapshot: CallsSnapshot,
    peerOf: (number: number) => KnownPeer | undefined,
    staying: (registration: Registration) => boolean,
  ): void {
    loadCalls(this.#exchange, snapshot, peerOf, staying)
  }
}
