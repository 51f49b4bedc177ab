import { refuse } from '../../result.ts'
import type { GoneReason, Party } from '../../wire/message.ts'
import { type End, isNamed, partyOf, type Talking } from './call.ts'
import { type Exchange, type Granted, granted } from './exchange.ts'
import { LostPlaces } from './lost-places.ts'

/** Bytes of a `*signal` line besides its payload: without its sender, and those of the longest one. */
const signalOverheadBytes = 32
const maxPartyBytes = 304

/** The members of the calls that talk: they come, go, and signal to each other. */
export class Talks {
  readonly #exchange: Exchange

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  begin(id: string, members: [End, End], gathersUntil = 0): Talking {
    const call: Talking = {
      state: 'talking',
      id,
      members,
      invitations: new Set(),
      lost: new LostPlaces({ now: this.#exchange.parts.now, ...this.#exchange.parts.limits }),
      gathersUntil,
    }
    this.#exchange.held.set(id, call)
    for (const end of members) this.#exchange.occupy(end, call)
    this.#exchange.showMembers(call)
    return call
  }

  /** One more member: `member` if it was invited, `resumed` if it comes back. */
  enter(call: Talking, end: End, how: 'member' | 'resumed'): void {
    call.members.push(end)
    this.#exchange.occupy(end, call)
    this.#exchange.showMembers(call)
    this.introduce(call, end, how)
  }

  /** Another connection has the member's place from now on. */
  replace(call: Talking, old: End, end: End, oldLeaves: boolean): void {
    call.members[call.members.indexOf(old)] = end
    for (const each of call.invitations) if (each.caller === old) each.caller = end
    this.#exchange.vacate(old, oldLeaves)
    this.#exchange.occupy(end, call)
    this.#exchange.showMembers(call)
    this.#exchange.freed.add(call.id)
    this.introduce(call, end, 'resumed', old)
  }

  /** Tells the one who is there, and each of these of the one, and whose place it has taken. */
  introduce({ id, members }: Talking, end: End, kind: 'member' | 'resumed', old?: End): void {
    for (const other of members) {
      if (other === end) continue
      const was = old && other.conference ? { was: partyOf(old) } : {}
      this.#exchange.tell(end, { kind, id, ...partyOf(other) })
      this.#exchange.tell(other, { kind, id, ...partyOf(end), ...was })
    }
    if (kind === 'resumed') {
      const others = members.filter((each) => each !== end)
      // Of two that came back, the one who waited is named first.
      const [first] = members
      if (members.length === 2 && first) this.#exchange.log('resumed', first, ...members.slice(1))
      else this.#exchange.log('resumed', end, ...others)
    }
  }

  /** A member of a call of more than two goes, and the call goes on. */
  part(call: Talking, end: End, reason: GoneReason): void {
    const { id, members } = call
    members.splice(members.indexOf(end), 1)
    this.#exchange.vacate(end, reason !== 'hangup')
    this.#exchange.showMembers(call)
    this.#exchange.log(reason === 'lost' ? 'lost' : 'gone', end, ...members)
    if (reason === 'lost') call.lost.keep(end.registration)
    this.#exchange.freed.add(id)
    for (const other of members) {
      this.#exchange.tell(other, { kind: 'gone', id, ...partyOf(end), reason })
    }
  }

  /** One of the last two goes, and the other one is told. */
  finish(call: Talking, end: End, reason: GoneReason): void {
    const { id, members } = call
    this.#exchange.end(call)
    const [first, ...rest] = members
    if (first) this.#exchange.log(reason, first, ...rest)
    for (const each of members) this.#exchange.vacate(each, each === end && reason !== 'hangup')
    for (const each of members) {
      if (each !== end) this.#exchange.tell(each, { kind: 'ended', id, reason })
    }
  }

  signal(call: Talking, end: End, { payload, to }: { payload: string; to?: Party }): Granted {
    const { id, members } = call
    if (!to && members.length > 2) return refuse('member-needed')
    const other = members.find((each) => each !== end && (!to || isNamed(each, to)))
    if (!other) return refuse('unknown-member')
    const from = other.conference ? { from: partyOf(end) } : {}
    const overhead = signalOverheadBytes + (other.conference ? maxPartyBytes : 0)
    // Refused if the other end reads too slowly: else its output would grow until it is closed.
    if (!other.line.hasRoom(payload.length + overhead) || !end.signals.take()) {
      return refuse('too-fast')
    }
    this.#exchange.tell(other, { kind: 'signal', id, payload, ...from })
    return granted(id)
  }
}
