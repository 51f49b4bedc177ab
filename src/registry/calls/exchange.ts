import type { RegistryLimits } from '../../limits/registry-limits.ts'
import type { CallOutcome, Log } from '../../log/log.ts'
import type { Histogram } from '../../metrics/histogram.ts'
import { ok, type Result } from '../../result.ts'
import type { CallPush, Party, PresencePush, RefusalCode, Reply } from '../../wire/message.ts'
import type { Directory } from '../directory/directory.ts'
import type { Registration } from '../directory/registration.ts'
import {
  type Call,
  type CallRates,
  createEnd,
  type End,
  type Invitation,
  partyOf,
  type RegisteredPeer,
  type Resuming,
  type Ringing,
  type Talking,
} from './call.ts'
import { ShownPartners, type ShownPartnersParts } from './shown-partners.ts'
import { WaitingEnds } from './waiting-ends.ts'

export type SwitchboardParts = {
  directory: Directory
  limits: CallRates &
    Pick<RegistryLimits, 'ringTimeoutMs' | 'resumeTimeoutMs' | 'placeKeptMs' | 'maxCallMembers'> &
    ShownPartnersParts['limits']
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  /** The same for what is no state of a call: signals, and when watchers are told. By default `now`. */
  localClock?: () => number
  /** A new call id: 128 random bits in base64url. */
  newId: () => string
  log: Log
  /** Whether watchers are told who talks with whom. */
  showsPartners: boolean
  /** Tells watchers that a peer is ready, busy or free. */
  changed: (push: PresencePush) => void
  /** How long calls and invitations rang until they were accepted. */
  ringSeconds?: Histogram
}

export type BusyPush = Extract<PresencePush, { kind: 'busy' }>

/** Which peers take calls on their connection, and a push for each that is in a call. */
export type CallPresence = {
  readonly ready: readonly Registration[]
  readonly busy: readonly BusyPush[]
}

/** What a request about a call is answered. */
export type Granted = Result<Extract<Reply, { kind: 'call' }>, RefusalCode>

export const granted = (id: string, other?: Party): Granted =>
  ok({ kind: 'call', id, ...(other ? { other: { name: other.name, ip: other.ip } } : {}) })

/**
 * What the parts of the switchboard share: which end has which call, and what ends and watchers are
 * told of it.
 */
export class Exchange {
  readonly parts: SwitchboardParts
  readonly ends = new Map<Registration, End>()
  /** The calls with a time limit. */
  readonly awaited = new Set<Ringing | Invitation | Resuming>()
  /** The calls that ring or talk, by their ids. */
  readonly held = new Map<string, Ringing | Talking>()
  readonly waiting = new WaitingEnds()
  /** The calls in which there may be a place now for one that waits. */
  readonly freed = new Set<string>()
  readonly #partners: ShownPartners
  #presence: CallPresence | undefined
  readonly #untold: [End, CallPush][] = []
  /** Whether nobody is told what happens now, and nobody logs it. */
  silent = false
  #delivers = false

  constructor(parts: SwitchboardParts) {
    this.parts = parts
    const tell = (call: Talking) => {
      for (const end of call.members) this.changed(this.busyPush(end))
    }
    this.#partners = new ShownPartners({ ...parts, now: parts.localClock ?? parts.now, tell })
  }

  endOf(peer: RegisteredPeer): End {
    const known = this.ends.get(peer.registration)
    if (known) return known
    const end = createEnd(peer, this.parts.limits, this.parts)
    this.ends.set(peer.registration, end)
    return end
  }

  tell(end: End, push: CallPush): void {
    if (!this.silent) this.#untold.push([end, push])
  }

  /**
   * Sends what is to be told, when all state is changed. An end may be lost while it is told. Then the
   * others learn it after all that came before.
   */
  deliver(): void {
    this.#partners.tell()
    if (this.#delivers) return
    this.#delivers = true
    try {
      for (let next = this.#untold.shift(); next; next = this.#untold.shift()) {
        const [end, push] = next
        end.line.tell(push)
      }
    } finally {
      this.#delivers = false
    }
  }

  /** The call or the invitation rings no more: it is accepted. */
  answered({ until, caller }: Ringing | Invitation): void {
    if (caller.line.elsewhere) return
    const { now, limits, ringSeconds } = this.parts
    ringSeconds?.observe((now() - (until - limits.ringTimeoutMs)) / 1000)
  }

  /** The end has this call from now on. Who talks with whom is told by `showMembers`. */
  occupy(end: End, call: Call): void {
    const wasBusy = end.call !== undefined
    end.call = call
    if (call.state === 'talking') end.line.talks(true)
    this.#presence = undefined
    if (!wasBusy) this.changed({ kind: 'busy', ...partyOf(end) })
  }

  /** The end has no call any more. No `*free` is sent for one that is `leaving`: its `*left` follows. */
  vacate(end: End, leaving = false): void {
    if (end.call?.state === 'talking') end.line.talks(false)
    end.call = undefined
    end.turnedAway.clear()
    this.#presence = undefined
    if (!leaving) this.changed({ kind: 'free', ...partyOf(end) })
  }

  /** It takes calls from now on. */
  makeReady(end: End): void {
    end.ready = true
    this.changed({ kind: 'ready', ...partyOf(end) })
  }

  /** The peer is no end any more. */
  remove(end: End): void {
    this.ends.delete(end.registration)
    this.#presence = undefined
  }

  /** The members of a call have changed. Who talks with whom is told in time. */
  showMembers(call: Talking): void {
    this.#presence = undefined
    if (this.parts.showsPartners) this.#partners.changed(call)
  }

  /** A call that talked is over. */
  end(call: Talking): void {
    this.held.delete(call.id)
    this.#partners.over(call)
  }

  /** The same object until something changes. */
  get presence(): CallPresence {
    if (!this.#presence) {
      const ends = [...this.ends.values()]
      this.#presence = {
        ready: ends.filter(({ ready }) => ready).map(({ registration }) => registration),
        busy: ends.filter(({ call }) => call).map((end) => this.busyPush(end)),
      }
    }
    return this.#presence
  }

  /** That this end is busy. A call that rings, or waits to resume, has no partners. */
  busyPush(end: End): BusyPush {
    const { call } = end
    const busy = { kind: 'busy' as const, ...partyOf(end) }
    if (!this.parts.showsPartners || call?.state !== 'talking') return busy
    return { ...busy, with: call.members.filter((each) => each !== end).map(partyOf) }
  }

  /** All state is gone: another will be put in its place. Nobody is told. */
  forgetAll(): void {
    for (const call of this.held.values()) if (call.state === 'talking') this.#partners.over(call)
    for (const all of [this.ends, this.awaited, this.held, this.waiting, this.freed]) all.clear()
    this.#presence = undefined
  }

  changed(push: PresencePush): void {
    this.#presence = undefined
    if (!this.silent) this.parts.changed(push)
  }

  log(outcome: CallOutcome, from: End, ...to: End[]): void {
    // Each process logs what its own peers do.
    if (from.line.elsewhere || this.silent) return
    const callee = to.map(({ registration }) => registration.name).join(', ')
    this.parts.log({ event: 'call', outcome, caller: from.registration.name, callee })
  }
}
