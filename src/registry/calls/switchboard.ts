import type { RegistryLimits } from '../../limits/registry-limits.ts'
import type { CallOutcome, Log } from '../../log/log.ts'
import { ok, type Result, refuse } from '../../result.ts'
import type {
  CallRequest,
  EndReason,
  MediaPorts,
  Party,
  PresencePush,
  RefusalCode,
  Reply,
} from '../../wire/message.ts'
import type { Directory } from '../directory/directory.ts'
import type { Registration } from '../directory/registration.ts'
import {
  type Call,
  type CallRates,
  createEnd,
  type End,
  onlyEndNamed,
  otherEnd,
  type RegisteredPeer,
  type Resuming,
  type Ringing,
  ringsAt,
  type Talking,
} from './call.ts'
import { WaitingEnds } from './waiting-ends.ts'

export type SwitchboardParts = {
  directory: Directory
  limits: CallRates & Pick<RegistryLimits, 'ringTimeoutMs' | 'resumeTimeoutMs'>
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  /** A new call id: 128 random bits in base64url. */
  newId: () => string
  log: Log
  /** Whether watchers are told who talks with whom. */
  showsPartners: boolean
  /** Tells watchers that a peer is ready, busy or free. */
  changed: (push: PresencePush) => void
}

type Granted = Result<Extract<Reply, { kind: 'call' }>, RefusalCode>

const granted = (id: string, other?: Registration): Granted =>
  ok({ kind: 'call', id, ...(other ? { other: partyOf(other) } : {}) })

const partyOf = ({ name, ip }: Party): Party => ({ name, ip })

/** Bytes of a `*signal` line besides its payload. */
const signalOverheadBytes = 32

/**
 * The state of every call. Only this class changes it, and it tells each end what the other end or a
 * time limit did. It is synchronous, like the directory. It knows no socket and has no timer: the
 * server calls `expire` at intervals. It always changes its own state before it tells an end.
 *
 * Longer than other files: each request is checked against all states of a call.
 */
export class Switchboard {
  readonly #parts: SwitchboardParts
  readonly #ends = new Map<Registration, End>()
  /** The calls with a time limit. */
  readonly #awaited = new Set<Ringing | Resuming>()
  /** The calls that ring or talk, by their ids. */
  readonly #held = new Map<string, Ringing | Talking>()
  readonly #waiting = new WaitingEnds()
  #stopping = false

  constructor(parts: SwitchboardParts) {
    this.#parts = parts
  }

  /** Which peers are ready and which are busy, for a watcher's opening state. */
  presence(): { ready: Registration[]; busy: PresencePush[] } {
    const ends = [...this.#ends.values()]
    return {
      ready: ends.filter(({ ready }) => ready).map(({ registration }) => registration),
      busy: ends.filter(({ call }) => call).map((end) => this.#busyPush(end)),
    }
  }

  isBusy(registration: Registration): boolean {
    return this.#ends.get(registration)?.call !== undefined
  }

  answer(asked: CallRequest, peer: RegisteredPeer): Result<Reply, RefusalCode> {
    const end = this.#endOf(peer)
    if (asked.verb === 'ready') {
      this.#ready(end)
      return ok({ kind: 'ready' })
    }
    return this.#decide(asked, end)
  }

  /**
   * The registration ends: by `quit`, or because its connection is `lost`. A lost end may come back, so
   * one that waits to resume its call takes its place. Otherwise the call ends, and the other is told.
   */
  leave(registration: Registration, how: 'left' | 'lost'): void {
    const end = this.#ends.get(registration)
    if (!end || this.#stopping) return
    this.#ends.delete(registration)
    const { call } = end
    if (!call) return
    const [next] = this.#waiting.all(call.id)
    if (call.state !== 'talking' || how === 'left') this.#end(call, end, 'left')
    else if (next) this.#replace(call, end, this.#stopWaiting(next))
    else this.#end(call, end, 'lost')
  }

  /** The registry stops. Everybody hears a goodbye, and nobody that the others are gone. */
  stop(): void {
    this.#stopping = true
  }

  /** Ends the calls whose time limit has passed, and tells their ends. */
  expire(): void {
    const time = this.#parts.now()
    for (const call of this.#awaited) {
      if (call.until > time) continue
      this.#release(call)
      const { id, caller } = call
      if (call.state === 'resuming') {
        caller.line.tell({ kind: 'ended', id, reason: 'lost' })
        continue
      }
      this.#log(call, 'timeout')
      call.callee.patience.rangInVain(caller.registration)
      caller.line.tell({ kind: 'ended', id, reason: 'timeout' })
      call.callee.line.tell({ kind: 'ended', id, reason: 'timeout' })
    }
  }

  #decide(asked: Exclude<CallRequest, { verb: 'ready' }>, end: End): Granted {
    if (asked.verb === 'call') return this.#call(end, asked)
    if (asked.verb === 'resume') return this.#resume(end, asked)
    const { call } = end
    // The other end of this call waits in vain for one that has it no more. The id is the proof.
    if (asked.verb === 'hangup' && !call && this.#endWaiting(asked.id, 'hangup')) {
      return granted(asked.id)
    }
    // The same refusal for a call of others, a call that is over, and a call that never was.
    if (call?.id !== asked.id) return refuse('unknown-call')
    switch (asked.verb) {
      case 'invite':
        return refuse('call-full')
      case 'accept':
        if (!ringsAt(call, end)) return refuse('wrong-state')
        this.#accept(call, asked.media)
        break
      case 'decline':
        if (!ringsAt(call, end)) return refuse('wrong-state')
        this.#decline(call)
        break
      case 'hangup':
        if (call.state !== 'ringing') this.#end(call, end, 'hangup')
        else if (call.caller === end) this.#end(call, end, 'cancelled')
        else this.#decline(call)
        break
      case 'signal':
        return this.#signal(end, call, asked.payload)
    }
    return granted(call.id)
  }

  #ready(end: End): void {
    if (end.ready) return
    end.ready = true
    this.#changed('ready', end)
  }

  #call(end: End, { name, ip }: { name: string; ip?: string }): Granted {
    const found = this.#parts.directory.find(name, ip)
    if (!found) return refuse('unknown-user')
    if (found === end.registration) return refuse('calling-yourself')
    if (end.call) {
      // The callee calls its caller while it rings: that accepts the call.
      if (!ringsAt(end.call, end) || end.call.caller.registration !== found) {
        return refuse('already-in-call')
      }
      this.#accept(end.call)
      return granted(end.call.id, found)
    }
    const callee = this.#ends.get(found)
    if (!callee?.ready) return refuse('not-ready')
    if (callee.call) {
      this.#tellMissed(callee, end.registration)
      return refuse('busy')
    }
    if (!callee.patience.mayRing(end.registration)) return refuse('too-fast')
    // The caller's bucket first: a caller with an empty bucket must not empty the callee's.
    if (!end.calls.take() || !callee.ringBucket.take()) return refuse('too-fast')
    return granted(this.#ring(end, callee), found)
  }

  #ring(caller: End, callee: End): string {
    const { now, newId, limits } = this.#parts
    const id = newId()
    const until = now() + limits.ringTimeoutMs
    const call: Ringing = { state: 'ringing', id, caller, callee, until }
    this.#awaited.add(call)
    this.#held.set(id, call)
    this.#occupy(caller, call)
    this.#occupy(callee, call)
    this.#log(call, 'ringing')
    callee.line.tell({ kind: 'call', id, ...partyOf(caller.registration) })
    caller.patience.welcomed(callee.registration)
    return id
  }

  /** Once for each caller in one call. Not of a caller that has to wait before it may ring again. */
  #tellMissed({ line, patience, turnedAway, missedBucket }: End, caller: Registration): void {
    if (turnedAway.has(caller) || !patience.mayRing(caller) || !missedBucket.take()) return
    turnedAway.add(caller)
    const { name, ip } = caller
    line.tell({ kind: 'missed', name, ip })
  }

  #accept(call: Ringing, media?: MediaPorts): void {
    const { id, caller, callee } = call
    callee.patience.welcomed(caller.registration)
    this.#awaited.delete(call)
    this.#talk({ state: 'talking', id, caller, callee })
    this.#log(call, 'accepted')
    caller.line.tell({ kind: 'accepted', id, ...(media ? { media } : {}) })
  }

  #decline(call: Ringing): void {
    this.#release(call)
    this.#log(call, 'declined')
    call.callee.patience.declined(call.caller.registration)
    call.caller.line.tell({ kind: 'declined', id: call.id })
  }

  /** Ends a call because of the end `by`. The other end is told, and all that wait to resume the call. */
  #end(call: Call, by: End, reason: Exclude<EndReason, 'moved'>): void {
    this.#release(call, reason === 'left' || reason === 'lost' ? by : undefined)
    if (call.state === 'resuming') return
    if (call.state === 'ringing' && call.caller === by) {
      call.callee.patience.rangInVain(by.registration)
    }
    this.#log(call, reason)
    otherEnd(call, by).line.tell({ kind: 'ended', id: call.id, reason })
    this.#endWaiting(call.id, reason)
  }

  #signal(end: End, call: Call, payload: string): Granted {
    if (call.state !== 'talking') return refuse('wrong-state')
    const { id } = call
    const { line } = otherEnd(call, end)
    // Refused if the other end reads too slowly: else its output would grow until it is closed.
    if (!line.hasRoom(payload.length + signalOverheadBytes) || !end.signals.take()) {
      return refuse('too-fast')
    }
    line.tell({ kind: 'signal', id, payload })
    return granted(id)
  }

  /**
   * The id is a secret of the two ends, so two that say it are the two ends. While the call is held, a
   * connection with the name of one end takes that end's place. Any other waits for a place.
   */
  #resume(end: End, { id, other }: { id: string; other?: Party }): Granted {
    const self = end.registration
    if (other?.name === self.name && other.ip === self.ip) return refuse('calling-yourself')
    if (end.call) return refuse('already-in-call')
    if (!end.resumes.take()) return refuse('too-fast')
    const held = this.#held.get(id)
    const mine = held?.state === 'talking' ? onlyEndNamed(held, self.name) : undefined
    const [waiting] = this.#waiting.all(id)
    if (held?.state === 'talking' && mine) this.#move(held, mine, end)
    else if (waiting && !held) this.#meet(waiting, end)
    else this.#awaitOther(end, id)
    return granted(id)
  }

  #awaitOther(end: End, id: string): void {
    const { now, limits } = this.#parts
    const until = now() + limits.resumeTimeoutMs
    const call: Resuming = { state: 'resuming', id, caller: end, until }
    this.#awaited.add(call)
    this.#waiting.add(call)
    this.#occupy(end, call)
  }

  /** An end comes back on another connection, while the old one is not known to be lost. */
  #move(call: Talking, old: End, end: End): void {
    old.call = undefined
    old.turnedAway.clear()
    old.line.talks(false)
    this.#changed('free', old)
    this.#changed('busy', end)
    this.#replace(call, old, end)
    old.line.tell({ kind: 'ended', id: call.id, reason: 'moved' })
  }

  #replace(call: Talking, old: End, end: End): void {
    const isCaller = call.caller === old
    this.#resumed({ ...call, ...(isCaller ? { caller: end } : { callee: end }) })
  }

  #meet(waiting: Resuming, end: End): void {
    const caller = this.#stopWaiting(waiting)
    this.#changed('busy', end)
    this.#resumed({ state: 'talking', id: waiting.id, caller, callee: end })
  }

  #resumed(call: Talking): void {
    this.#talk(call)
    this.#log(call, 'resumed')
    const { id, caller, callee } = call
    callee.line.tell({ kind: 'resumed', id, ...partyOf(caller.registration) })
    caller.line.tell({ kind: 'resumed', id, ...partyOf(callee.registration) })
  }

  #stopWaiting(waiting: Resuming): End {
    this.#awaited.delete(waiting)
    this.#waiting.delete(waiting)
    return waiting.caller
  }

  /** Whether anybody waited. */
  #endWaiting(id: string, reason: EndReason): boolean {
    const waiting = this.#waiting.all(id)
    for (const each of waiting) {
      this.#release(each)
      each.caller.line.tell({ kind: 'ended', id, reason })
    }
    return waiting.length > 0
  }

  #talk(call: Talking): void {
    this.#held.set(call.id, call)
    for (const end of [call.caller, call.callee]) {
      end.call = call
      end.line.talks(true)
      // Busy since it rang; with whom is said from now on.
      if (this.#parts.showsPartners) this.#changed('busy', end)
    }
  }

  #occupy(end: End, call: Call): void {
    end.call = call
    this.#changed('busy', end)
  }

  /** Takes both ends out of the call. No `*free` is sent for `leaving`: its `*left` follows. */
  #release(call: Call, leaving?: End): void {
    if (call.state !== 'talking') this.#awaited.delete(call)
    if (call.state === 'resuming') this.#waiting.delete(call)
    else this.#held.delete(call.id)
    const ends = call.state === 'resuming' ? [call.caller] : [call.caller, call.callee]
    for (const end of ends) {
      end.call = undefined
      end.turnedAway.clear()
      if (call.state === 'talking') end.line.talks(false)
      if (end !== leaving) this.#changed('free', end)
    }
  }

  #endOf(peer: RegisteredPeer): End {
    const known = this.#ends.get(peer.registration)
    if (known) return known
    const end = createEnd(peer, this.#parts.limits, this.#parts.now)
    this.#ends.set(peer.registration, end)
    return end
  }

  #changed(kind: PresencePush['kind'], end: End): void {
    const { name, ip } = end.registration
    this.#parts.changed(kind === 'busy' ? this.#busyPush(end) : { kind, name, ip })
  }

  /** That this end is busy. A call that rings, or waits to resume, has no partner. */
  #busyPush(end: End): PresencePush {
    const { name, ip } = end.registration
    const { call } = end
    if (!this.#parts.showsPartners || call?.state !== 'talking') return { kind: 'busy', name, ip }
    return { kind: 'busy', name, ip, with: partyOf(otherEnd(call, end).registration) }
  }

  #log({ caller, callee }: Ringing | Talking, outcome: CallOutcome): void {
    const [from, to] = [caller.registration.name, callee.registration.name]
    this.#parts.log({ event: 'call', outcome, caller: from, callee: to })
  }
}
