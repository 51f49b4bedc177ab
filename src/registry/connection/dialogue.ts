import type { Endpoint } from '../../endpoint.ts'
import type { LimitHit } from '../../limits/registry-limits.ts'
import type { Log, LogEntry } from '../../log/log.ts'
import type { Framed } from '../../wire/bytes/lines.ts'
import type { Shared } from '../../wire/bytes/shared.ts'
import type { CallPush, Framing, RefusalCode } from '../../wire/message.ts'
import { formatPush } from '../../wire/push.ts'
import { formatReply } from '../../wire/reply.ts'
import { parseRequest } from '../../wire/request.ts'
import type { HolderLine, Soon } from '../changes.ts'
import type { Registration } from '../directory/registration.ts'
import type { Lock, Rights } from '../entrance/lock.ts'
import type { Tally } from '../tally.ts'
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

/** A longer list is sent as shared bytes. A shorter one is faster together with other replies. */
const longNames = 4 * 1024

export type DialogueParts = {
  services: Services
  answerCache: AnswerCache
  snapshots: Snapshots
  log: Log
  /** Called each time a limit is hit, to count it. */
  limitHit: (limit: LimitHit) => void
  tally: Tally
}

/** A message that gets an answer: text, or bytes that are not UTF-8. */
export type Sayable = Exclude<Framed, { kind: 'too-long' }>

/**
 * A conversation in words: one message in, one reply out, as text. Knows no socket. A push about a
 * call that comes while a message is being answered goes out after the answer.
 */
export class Dialogue implements Requester {
  readonly #parts: DialogueParts
  readonly remote: Endpoint
  readonly line: HolderLine
  readonly lock: Lock
  #now: Conversation
  #asksToWatch = false
  #opening: OpeningState | undefined
  #list: Shared<Buffer> | undefined
  /** Pushes that came since a message was decided, until it is answered; `undefined` at other times. */
  #told: string | undefined
  /** The answer to a message comes later. */
  #waits = false

  constructor(remote: Endpoint, line: HolderLine, rights: Rights, parts: DialogueParts) {
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

  get registration(): Registration | undefined {
    return this.#now.state === 'registered' ? this.#now.registration : undefined
  }

  get trusted(): boolean {
    return this.#now.state !== 'over' && this.#now.trusted
  }

  /** Whether `list` and `details` are allowed, and nothing else has to be sent before their answers. */
  get asksFreely(): boolean {
    return this.#now.state === 'registered' && !this.#opening && !this.#waits
  }

  /** Whether it has registered, has asked to watch, or is over. */
  get introduced(): boolean {
    return this.#now.state !== 'anonymous' || this.#now.watching
  }

  /** Whether it has asked to watch, and the opening state has not been made yet. */
  get asksToWatch(): boolean {
    return this.#asksToWatch
  }

  /** The opening state that is being sent, if any. */
  get opening(): OpeningState | undefined {
    return this.#opening
  }

  open(): void {
    const { here, presence: calls } = this.#parts.snapshots
    const notice = this.#parts.services.notice()
    this.#opening = new OpeningState({ here, calls, notice })
    this.#asksToWatch = false
  }

  /** The opening state is sent, or the connection ends. From now on changes are sent as they come. */
  endOpening(): void {
    this.#opening?.end()
    this.#opening = undefined
  }

  /**
   * The reply to one message, followed by the pushes that it caused for this connection. It comes later
   * where a change has to be decided elsewhere: until then no other message may be answered.
   */
  answer(message: Sayable, framing: Framing): Soon<string> {
    this.#told = ''
    try {
      const step = this.#step(message, framing)
      if (step instanceof Promise) return this.#answerLater(step, framing)
      return this.#answer(step, message, framing)
    } finally {
      if (!this.#waits) this.#told = undefined
    }
  }

  async #answerLater(later: Promise<Step>, framing: Framing): Promise<string> {
    this.#waits = true
    // What others do before it is decided comes before the reply.
    this.#told = undefined
    try {
      const step = await later
      if (!this.over) return this.#answer(step, undefined, framing)
      // The connection has ended meanwhile, and nobody would ever end this registration.
      if (step.next.state === 'registered') leave(step.next, this.#parts.services, 'lost')
      return ''
    } finally {
      this.#waits = false
      this.#told = undefined
    }
  }

  #answer({ next, reply, log }: Step, message: Sayable | undefined, framing: Framing): string {
    this.#now = next
    this.#log(log)
    if (reply.kind === 'refused') this.#count(reply.code)
    if (reply.kind === 'watching') this.#asksToWatch = true
    if (reply.kind === 'names' && reply.names.length > longNames) {
      this.#list = this.#parts.snapshots.list
      return ''
    }
    const answer = formatReply(reply, framing)
    if (message && reply.kind === 'address') this.#keep(message, framing, answer)
    return answer + (this.#told ?? '')
  }

  get answersWithList(): boolean {
    return this.#list !== undefined
  }

  /** The long list that answers the last message, as shared bytes. Each list is given once. */
  takeList(framing: Framing): { bytes: Shared<Buffer>; length: number } | undefined {
    const bytes = this.#list
    this.#list = undefined
    if (!bytes) return undefined
    return { bytes, length: bytes.value.length - (framing === 'bare' ? 1 : 0) }
  }

  /** The message that waits for its answer is decided: what is told from now on comes after that. */
  decides(): void {
    if (this.#waits) this.#told ??= ''
  }

  /** The text to send now for this push; empty if it goes out after an answer. Always in lines. */
  tell(push: CallPush): string {
    const line = formatPush(push)
    if (this.#told === undefined) return line
    this.#told += line
    return ''
  }

  /** The text of a refusal, with its log line. */
  refuse(code: RefusalCode, framing: Framing): string {
    const { reply, log } = refused(this.#now, code)
    this.#log(log)
    this.#count(code)
    return formatReply(reply, framing)
  }

  /** Ends the conversation without `quit`: nothing of it stays in the directory or at the switchboard. */
  leave(how: 'left' | 'lost' = 'lost'): void {
    this.#asksToWatch = false
    this.endOpening()
    if (this.#now.state === 'over') return
    const { next, log } = leave(this.#now, this.#parts.services, how)
    this.#now = next
    this.#log(log)
  }

  #count(code: RefusalCode): void {
    if (code === 'too-many-attempts') this.#parts.limitHit('wrongSecrets')
    this.#parts.tally.refused(code, this.remote.ip)
  }

  #keep(message: Sayable, framing: Framing, answer: string): void {
    if (message.kind !== 'text' || framing !== 'lines') return
    this.#parts.answerCache.keep(message.text, answer)
  }

  #step(message: Sayable, framing: Framing): Soon<Step> {
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
