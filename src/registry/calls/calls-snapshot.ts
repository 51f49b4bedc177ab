import type { CallPush, Party, PresencePush } from '../../wire/message.ts'
import type { Registration } from '../directory/registration.ts'
import {
  type Call,
  createEnd,
  type End,
  type Invitation,
  type Line,
  partyOf,
  type Resuming,
  type Ringing,
  type Talking,
} from './call.ts'
import type { BusyPush, Exchange } from './exchange.ts'
import { LostPlaces } from './lost-places.ts'
import type { PatienceCount } from './patience.ts'

type Count = readonly [tokens: number, at: number]
type Waiting = { caller: number; until: number }
type Rings = Waiting & { callee: number }

/** The switchboard's whole state, without the rates of signals. Numbers name registrations. */
export type CallsSnapshot = {
  ends: {
    of: number
    ready: boolean
    conference: boolean
    /** Without it the end has had no calls yet. */
    history?: {
      buckets: readonly [calls: Count, rings: Count, missed: Count, resumes: Count]
      turnedAway: number[]
      patience: PatienceCount
    }
  }[]
  ringing: (Rings & { id: string })[]
  talking: (Pick<Talking, 'id' | 'gathersUntil'> & {
    /** Whoever stands in may be gone, and the place is taken all the same. */
    lost: { name: string; until: number; standIn: number | 'gone' | undefined }[]
    members: number[]
    invitations: Rings[]
  })[]
  resuming: (Waiting & { id: string })[]
}

/** What is known of a registration where the snapshot is read. */
export type KnownPeer = { registration: Registration; line: Line }

/**
 * Takes the state down. `numberOf` gives `undefined` for a registration that is over.
 *
 * Longer than other files: what is taken down and what is read again stand side by side.
 */
export function takeCalls(
  exchange: Exchange,
  numberOf: (registration: Registration) => number | undefined,
): CallsSnapshot {
  const of = ({ registration }: End) => numberOf(registration) ?? -1
  const rings = ({ caller, callee, until }: Ringing | Invitation): Rings => ({
    caller: of(caller),
    callee: of(callee),
    until,
  })
  const held = [...exchange.held.values()]
  return {
    ends: [...exchange.ends.values()].map((end) => ({
      of: of(end),
      ready: end.ready,
      conference: end.conference,
      history: {
        buckets: [end.calls.count, end.ringBucket.count, end.missedBucket.count, end.resumes.count],
        turnedAway: [...end.turnedAway].map(numberOf).filter((each) => each !== undefined),
        patience: end.patience.count,
      },
    })),
    ringing: held
      .filter((call) => call.state === 'ringing')
      .map((call) => ({ ...rings(call), id: call.id })),
    talking: held
      .filter((call) => call.state === 'talking')
      .map(({ id, lost, gathersUntil, members, invitations }) => ({
        ...{ id, gathersUntil },
        lost: lost.all.map(({ name, until, standIn }) => ({
          ...{ name, until },
          standIn: standIn && (standIn === 'gone' ? standIn : (numberOf(standIn) ?? 'gone')),
        })),
        members: members.map(of),
        invitations: [...invitations].map(rings),
      })),
    resuming: [...exchange.awaited]
      .filter((call) => call.state === 'resuming')
      .map(({ id, caller, until }) => ({ id, caller: of(caller), until })),
  }
}

/**
 * Puts the exchange into the state of a snapshot, and tells watchers the difference. Own ends whose call
 * is not in it are told that it is lost. `staying` are the registrations that were there and still are.
 */
export function loadCalls(
  exchange: Exchange,
  snapshot: CallsSnapshot,
  peerOf: (number: number) => KnownPeer | undefined,
  staying: (registration: Registration) => boolean,
): void {
  const before = new Map(exchange.ends)
  exchange.forgetAll()
  new Loader(exchange, snapshot, peerOf).load()
  for (const [registration, was] of before) {
    if (!was.line.elsewhere) endForgotten(exchange, was, exchange.ends.get(registration))
  }
  for (const push of differences(exchange, before, staying)) exchange.changed(push)
  exchange.deliver()
}

function endForgotten(exchange: Exchange, was: End, is: End | undefined): void {
  if (!was.call || is?.call?.id === was.call.id) return
  if (was.call.state === 'talking') was.line.talks(false)
  exchange.tell(is ?? was, endOf(was.call))
}

/** What an end is told whose call is forgotten. A call that rang cannot be resumed. */
export const endOf = ({ id, state }: Call): CallPush => ({
  kind: 'ended',
  id,
  reason: state === 'ringing' || state === 'invited' ? 'left' : 'lost',
})

function* differences(
  exchange: Exchange,
  before: ReadonlyMap<Registration, End>,
  staying: (registration: Registration) => boolean,
): Generator<PresencePush> {
  for (const [registration, was] of before) {
    if (!staying(registration) || !was.call) continue
    if (!exchange.ends.get(registration)?.call) yield { kind: 'free', ...partyOf(was) }
  }
  for (const [registration, end] of exchange.ends) {
    const was = staying(registration) ? before.get(registration) : undefined
    if (end.ready && !was?.ready) yield { kind: 'ready', ...partyOf(end) }
    if (!end.call) continue
    const busy = exchange.busyPush(end)
    if (!was?.call) yield busy
    else if (exchange.parts.showsPartners) yield* otherPartners(was, was.call, busy)
  }
}

/** Of somebody who is busy all the time. */
function* otherPartners(was: End, before: Call, busy: BusyPush): Generator<PresencePush> {
  const known = before.state === 'talking' ? othersOf(before, was) : undefined
  if (JSON.stringify(busy.with) === JSON.stringify(known)) return
  // That somebody talks with nobody any more is not told of one who stays busy.
  if (!busy.with) yield { kind: 'free', ...partyOf(was) }
  yield busy
}

const othersOf = ({ members }: Talking, end: End): Party[] =>
  members.filter((each) => each !== end).map(partyOf)

class Loader {
  readonly #exchange: Exchange
  readonly #snapshot: CallsSnapshot
  readonly #peerOf: (number: number) => KnownPeer | undefined
  readonly #ends = new Map<number, End>()

  constructor(
    exchange: Exchange,
    snapshot: CallsSnapshot,
    peerOf: (number: number) => KnownPeer | undefined,
  ) {
    this.#exchange = exchange
    this.#snapshot = snapshot
    this.#peerOf = peerOf
  }

  load(): void {
    const { ends, ringing, talking, resuming } = this.#snapshot
    for (const each of ends) this.#loadEnd(each)
    for (const { id, ...each } of ringing) {
      const call: Ringing = { state: 'ringing', id, ...this.#rings(each) }
      this.#exchange.held.set(id, call)
      this.#exchange.awaited.add(call)
      for (const end of [call.caller, call.callee]) end.call = call
    }
    for (const each of talking) this.#loadTalking(each)
    for (const { id, caller, until } of resuming) {
      const waiting: Resuming = { state: 'resuming', id, caller: this.#end(caller), until }
      waiting.caller.call = waiting
      this.#exchange.awaited.add(waiting)
      this.#exchange.waiting.add(waiting)
    }
  }

  #loadEnd(known: CallsSnapshot['ends'][number]): void {
    const peer = this.#peerOf(known.of)
    if (!peer) return
    const { parts } = this.#exchange
    const end = createEnd(peer, parts.limits, parts)
    end.ready = known.ready
    end.conference = known.conference
    this.#ends.set(known.of, end)
    this.#exchange.ends.set(peer.registration, end)
    if (known.history) this.#loadHistory(end, known.history)
  }

  #loadHistory(
    end: End,
    { buckets, turnedAway, patience }: NonNullable<CallsSnapshot['ends'][number]['history']>,
  ): void {
    const [calls, rings, missed, resumes] = buckets
    end.calls.restore(calls)
    end.ringBucket.restore(rings)
    end.missedBucket.restore(missed)
    end.resumes.restore(resumes)
    end.patience.restore(patience)
    for (const each of turnedAway) {
      const caller = this.#peerOf(each)
      if (caller) end.turnedAway.add(caller.registration)
    }
  }

  #loadTalking(known: CallsSnapshot['talking'][number]): void {
    const { id, gathersUntil, lost, members, invitations } = known
    const { now, limits } = this.#exchange.parts
    const places = new LostPlaces({ now, ...limits })
    places.restore(
      lost.map(({ standIn, ...place }) => ({
        ...place,
        standIn:
          typeof standIn === 'number' ? (this.#peerOf(standIn)?.registration ?? 'gone') : standIn,
      })),
    )
    const call: Talking = {
      ...{ id, gathersUntil, lost: places },
      state: 'talking',
      members: members.map((each) => this.#end(each)),
      invitations: new Set(),
    }
    this.#exchange.held.set(call.id, call)
    for (const end of call.members) {
      end.call = call
      end.line.talks(true)
    }
    for (const each of invitations) {
      const invitation: Invitation = { state: 'invited', id: call.id, call, ...this.#rings(each) }
      call.invitations.add(invitation)
      this.#exchange.awaited.add(invitation)
      invitation.callee.call = invitation
    }
  }

  #rings({ caller, callee, until }: Rings): { caller: End; callee: End; until: number } {
    return { caller: this.#end(caller), callee: this.#end(callee), until }
  }

  #end(number: number): End {
    const end = this.#ends.get(number)
    if (!end) throw new Error('bug: a call of somebody that the snapshot does not know')
    return end
  }
}
