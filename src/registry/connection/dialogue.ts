import type { Endpoint } from '../../endpoint.ts'
import type { LimitHit } from '../../limits/registry-limits.ts'
import type { Log, LogEntry } from '../../log/log.ts'
import type { Framed } from '../../wire/lines.ts'
import type { CallPush, Framing, RefusalCode } from '../../wire/message.ts'
import { formatPush } from '../../wire/push.ts'
import { formatReply } from '../../wire/reply.ts'
import { parseRequest } from '../../wire/request.ts'
import type { Shared } from '../../wire/shared.ts'
import type { Line } from '../calls/call.ts'
import type { Lock, Rights } from '../entrance/lock.ts'
import type { AnswerCache } from './answer-cache.ts'
import {
  type Conversation,
  leave,
  type Requester,
  refused,
  type Services,
  type Step,
  step,
} from './conversation.ts'
import { OpeningState } from './opening-state.ts'
import type { Snapshots } from './snapshots.ts'

/** Fewer characters of names are faster sent together with other replies. */
const longNames = 4 * 1024

/** What all dialogues share. */
export type DialogueParts = {
  services: Services
  answerCache: AnswerCache
  snapshots: Snapshots
  log: Log
  /** Counts a connection that is closed for meeting a limit. */
  limitHit: (limit: LimitHit) => void
}

/** A message that is text, or bytes that are none. */
export type Sayable = Exclude<Framed, { kind: 'too-long' }>

/**
 * A conversation in words: one message in, one reply out, as they travel. Knows no socket; what is
 * told of a call while a message is answered goes out after the answer.
 */
export class Dialogue implements Requester {
  readonly #parts: DialogueParts
  readonly remote: Endpoint
  readonly line: Line
  readonly lock: Lock
  #now: Conversation
  #asksToWatch = false
  #opening: OpeningState | undefined
  #list: Shared<Buffer> | undefined
  /** What it is told while it is being answered. */
  #told: string | undefined

  constructor(remote: Endpoint, line: Line, rights: Rights, parts: DialogueParts) {
    const { trusted, locked, lock } = rights
    this.#parts = parts
    this.remote = remote
    this.line = line
    this.lock = lock
    this.#now = { state: 'anonymous', trusted, locked, watching: false }
  }

  get over(): boolean {
    return this.#now.state === 'over'
  }

  get watching(): boolean {
    return this.#now.state !== 'over' && this.#now.watching
  }

  get trusted(): boolean {
    return this.#now.state !== 'over' && this.#now.trusted
  }

  /** It may ask for everybody's address, and no opening state goes between two answers. */
  get asksFreely(): boolean {
    return this.#now.state === 'registered' && !this.#opening
  }

  /** It has registered, or asked to watch, or is over. */
  get introduced(): boolean {
    return this.#now.state !== 'anonymous' || this.#now.watching
  }

  /** It has asked to watch, and the opening state is still to be made. */
  get asksToWatch(): boolean {
    return this.#asksToWatch
  }

  /** What it has asked to watch and was not told yet. */
  get opening(): OpeningState | undefined {
    return this.#opening
  }

  open(): void {
    const { switchboard } = this.#parts.services
    this.#opening = new OpeningState({
      here: this.#parts.snapshots.here,
      ...switchboard.presence(),
    })
    this.#asksToWatch = false
  }

  /** Where everything was told, changes are told as they come. */
  endOpening(): void {
    this.#opening?.end()
    this.#opening = undefined
  }

  /** The reply to one message, and what was said because of it. */
  answer(message: Sayable, framing: Framing): string {
    this.#told = ''
    try {
      const { next, reply, log } = this.#step(message, framing)
      this.#now = next
      this.#log(log)
      if (reply.kind === 'refused' && reply.code === 'too-many-attempts') {
        this.#parts.limitHit('wrongSecrets')
      }
      if (reply.kind === 'watching') this.#asksToWatch = true
      if (reply.kind === 'names' && reply.names.length > longNames) {
        this.#list = this.#parts.snapshots.list
        return ''
      }
      const answer = formatReply(reply, framing)
      if (reply.kind === 'address') this.#keep(message, framing, answer)
      return answer + this.#told
    } finally {
      this.#told = undefined
    }
  }

  get answersWithList(): boolean {
    return this.#list !== undefined
  }

  /** What is answered instead of words to the last message, where it is long and others' too. */
  takeList(framing: Framing): { bytes: Shared<Buffer>; length: number } | undefined {
    const bytes = this.#list
    this.#list = undefined
    if (!bytes) return undefined
    return { bytes, length: bytes.value.length - (framing === 'bare' ? 1 : 0) }
  }

  /** What to say of a call now; nothing where it goes out after an answer. Only lines take calls. */
  tell(push: CallPush): string {
    const line = formatPush(push)
    if (this.#told === undefined) return line
    this.#told += line
    return ''
  }

  /** Says no to something that was no request. */
  refuse(code: RefusalCode, framing: Framing): string {
    const { reply, log } = refused(this.#now, code)
    this.#log(log)
    return formatReply(reply, framing)
  }

  /** However it ends: nothing of it remains in the directory or at the switchboard. */
  leave(): void {
    this.#asksToWatch = false
    this.endOpening()
    if (this.#now.state === 'over') return
    const { next, log } = leave(this.#now, this.#parts.services)
    this.#now = next
    this.#log(log)
  }

  #keep(message: Sayable, framing: Framing, answer: string): void {
    if (message.kind !== 'text' || framing !== 'lines') return
    this.#parts.answerCache.keep(message.text, answer)
  }

  #step(message: Sayable, framing: Framing): Step {
    if (message.kind === 'bad-utf8') return refused(this.#now, 'bad-utf8')
    const request = parseRequest(message.text)
    return request.ok
      ? step(this.#now, request.value, framing, this, this.#parts.services)
      : refused(this.#now, request.error)
  }

  #log(entries: LogEntry[] = []): void {
    for (const entry of entries) this.#parts.log(entry)
  }
}
