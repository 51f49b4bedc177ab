import type { Endpoint } from '../../endpoint.ts'
import type { RegistryLimits } from '../../limits/registry-limits.ts'
import type { Sink } from '../../wire/bytes/outbox.ts'
import type { Shared } from '../../wire/bytes/shared.ts'
import { type Stranger, strangerAnswer } from '../../wire/bytes/stranger.ts'
import type { CallPush, Push, RefusalCode } from '../../wire/message.ts'
import { formatPush } from '../../wire/push.ts'
import { byeText } from '../../wire/refusal.ts'
import type { HolderLine } from '../changes.ts'
import type { Registration } from '../directory/registration.ts'
import type { Rights } from '../entrance/lock.ts'
import { Answering } from './answering.ts'
import { Dialogue, type DialogueParts } from './dialogue.ts'
import type { Held } from './held-bytes.ts'
import { Intake } from './intake.ts'
import { Outgoing } from './outgoing.ts'
import { type Rest, rest, Turn } from './turn.ts'

export type ConnectionSocket = Sink & {
  pause(): void
  resume(): void
  /** Sends FIN. Input is still read. */
  shutdown(): void
  /** Closes both directions in good order. */
  end(): void
  /** Closes at once. Bytes that were not read or written are lost. */
  terminate(): void
}

export type ConnectionParts = DialogueParts & {
  /** Counts the bytes that are held for all connections. */
  held: Held
  limits: RegistryLimits
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  /** URL of the web page, for browsers that dial the wrong port; `undefined` if there is no page. */
  webUrl: () => string | undefined
  /** Called when `waitingFor`, `watching` or `trusted` has changed. */
  changed: (connection: Connection) => void
  /** Called for a bug that this connection met. It has to end this connection, and only this one. */
  failed: (connection: Connection, error: unknown) => void
}

/**
 * One connection: bytes in, dialogue, bytes out. The replies to all requests of one `data` event go
 * out together. While replies wait to be read, the socket is paused and no request is read: a slow
 * reader delays nobody else, and costs bounded memory. After a long turn the other connections are
 * served first. After requests that came too fast there is a rest.
 *
 * Everything thrown in here is a bug, and ends only this connection.
 *
 * Longer than other files: reading, pausing and closing depend on one phase.
 */
export class Connection implements HolderLine {
  readonly remote: Endpoint
  readonly #socket: ConnectionSocket
  readonly #parts: ConnectionParts
  readonly #intake: Intake
  readonly #dialogue: Dialogue
  readonly #outgoing: Outgoing
  readonly #answering: Answering
  /** `closing`: everything is sent, also FIN. We wait for the other end to close. */
  #phase: 'open' | 'saying-goodbye' | 'closing' | 'closed' = 'open'
  #inputEnded = false
  #paused = false
  /** While it is set, no request is read. */
  #rest: Rest | undefined
  /** Likewise. The answer to a request comes later. */
  #waits = false
  readonly #openedAt: number
  /** The last state that the server was told. */
  #reported: Standing
  #reportedBytes = 0

  constructor(socket: ConnectionSocket, remote: Endpoint, rights: Rights, parts: ConnectionParts) {
    this.remote = remote
    this.#socket = socket
    this.#parts = parts
    this.#intake = new Intake(parts, this)
    this.#outgoing = new Outgoing(socket, parts.now)
    this.#dialogue = new Dialogue(remote, this, rights, parts)
    this.#answering = new Answering({
      intake: this.#intake,
      dialogue: this.#dialogue,
      outgoing: this.#outgoing,
      shared: parts,
      // Sends the changes that wait, while this connection is not yet a watcher. They are part of the
      // opening state, and would otherwise be told twice.
      beforeOpening: () => this.#report(),
    })
    this.#openedAt = parts.now()
    this.#reported = rights.trusted ? trustedNewcomer : newcomer
  }

  /** What the server waits for with a time limit. */
  get waitingFor(): 'sign-in' | 'reader' | 'close' | undefined {
    if (this.#phase === 'closed') return undefined
    if (this.#phase === 'closing') return 'close'
    if (this.#outgoing.waiting > 0) return 'reader'
    return this.#dialogue.introduced ? undefined : 'sign-in'
  }

  /** End of that time limit, on the clock of `now`. */
  get deadline(): number {
    const { limits } = this.#parts
    switch (this.waitingFor) {
      case 'sign-in':
        return this.#openedAt + limits.signInTimeoutMs
      case 'reader':
        return this.#outgoing.progressAt + limits.stallTimeoutMs
      case 'close':
        return this.#outgoing.progressAt + limits.closeGraceMs
      default:
        return Number.POSITIVE_INFINITY
    }
  }

  /** Bytes that are held for this connection, with its share of bytes that several hold. */
  get weight(): number {
    const opening = this.#dialogue.opening?.sharedBytes ?? 0
    return this.#ownBytes + this.#outgoing.sharedBytes + opening
  }

  get open(): boolean {
    return this.#phase === 'open'
  }

  get watching(): boolean {
    return this.#dialogue.watching
  }

  get registration(): Registration | undefined {
    return this.#dialogue.registration
  }

  get trusted(): boolean {
    return this.#dialogue.trusted
  }

  data(chunk: Buffer): void {
    this.#shielded(() => {
      if (this.#phase !== 'open') return
      // One that says more than one thing at a time waits to be read, or it could fill our memory.
      if (this.#waits) this.#pause()
      const answered = this.#rest ? 0 : this.#answering.answerCached(chunk)
      if (answered === chunk.length && this.#outgoing.waiting === 0) return
      const stranger = this.#intake.push(answered === 0 ? chunk : chunk.subarray(answered))
      if (stranger) this.#turnAway(stranger)
      else this.#process()
    })
  }

  /** The input so far is a whole bare message. */
  settled(): void {
    this.#shielded(() => this.#process())
  }

  /** The other end has sent FIN. Its earlier requests are answered, then the connection is closed. */
  inputEnd(): void {
    this.#shielded(() => {
      this.#inputEnded = true
      this.#intake.end()
      if (this.#phase === 'closing') this.#close()
      else this.#process()
    })
  }

  /** The socket takes bytes again. */
  drain(): void {
    this.#shielded(() => {
      this.#outgoing.drain()
      if (this.#outgoing.waiting === 0) this.#process()
      else this.#report()
    })
  }

  /** Sends changes to a watcher. Closes the connection if more than `maxWaitingPushBytes` wait. */
  push(lines: Shared<Buffer>): void {
    this.#shielded(() => {
      if (this.#phase !== 'open') return
      const { opening } = this.#dialogue
      if (opening) opening.hold(lines)
      else this.#outgoing.sendPush(lines)
      this.#report()
      const waiting = (opening?.heldBytes ?? 0) + this.#outgoing.waitingPushBytes
      if (waiting <= this.#parts.limits.maxWaitingPushBytes) return
      this.#parts.limitHit('slowWatcher')
      this.#parts.log({ event: 'watcher.slow', ...this.remote, bytes: waiting })
      this.abandon()
    })
  }

  /** Sends a push about its call: at once, also during the opening state. Not counted as a change. */
  tell(push: CallPush): void {
    this.#shielded(() => {
      if (this.#phase !== 'open') return
      this.#outgoing.send(this.#dialogue.tell(push))
      this.#report()
    })
  }

  hasRoom(bytes: number): boolean {
    return this.#outgoing.waiting + bytes <= this.#parts.limits.maxWaitingSignalBytes
  }

  talks(on: boolean): void {
    this.#intake.talks(on)
  }

  decides(): void {
    this.#dialogue.decides()
  }

  displace(): void {
    const push = { kind: 'bye', code: 'displaced', text: byeText.displaced } as const
    this.#shielded(() => this.sayGoodbye(push))
  }

  /** The operator ends it. The others in its call need not wait for it. */
  disconnect(bye: Extract<Push, { kind: 'bye' }>): void {
    this.#shielded(() => {
      if (this.#phase === 'open') this.#dialogue.leave('left')
      this.sayGoodbye(bye)
    })
  }

  /** Closes for a reason of the server, after all waiting bytes and one last line. */
  sayGoodbye(push: Extract<Push, { kind: 'bye' }>): void {
    if (this.#phase !== 'open') return
    this.#parts.tally.byes[push.code] += 1
    this.#finish(formatPush(push, this.#intake.framing))
  }

  /** Refuses the connection as a whole and closes it. */
  refuseAndClose(code: RefusalCode): void {
    if (this.#phase === 'open') this.#finish(this.#dialogue.refuse(code, this.#intake.framing))
  }

  /** Closes at once. Waiting bytes are lost. */
  abandon(): void {
    try {
      this.gone()
    } finally {
      this.#socket.terminate()
    }
  }

  /** For when `abandon` throws: only closes the socket. `gone` is called when it is closed. */
  cut(): void {
    this.#phase = 'closed'
    this.#socket.terminate()
  }

  /** The socket is closed, or about to be: removes everything of this connection. */
  gone(): void {
    this.#intake.close()
    this.#rest?.cancel()
    try {
      this.#dialogue.leave()
    } finally {
      this.#phase = 'closed'
      this.#outgoing.clear()
      this.#report()
    }
  }

  #process(): void {
    const turn = new Turn(this.#parts.limits)
    while (this.#answers && this.#outgoing.waiting === 0) {
      const { text, next } = this.#answering.next(turn)
      if (next === 'finish') this.#finish(text)
      else if (next instanceof Promise) this.#wait(text, next)
      else if (next !== 'go-on') this.#turnAway(next)
      if (next !== 'go-on') break
      const list = this.#dialogue.takeList(this.#intake.framing)
      if (text === '' && !list) break
      this.#outgoing.send(text)
      if (list) {
        this.#intake.countReply(list.length, this.trusted)
        this.#outgoing.sendShared(list.bytes, list.length)
      }
      turn.countReplies(text.length + (list?.length ?? 0))
      this.#restAfter(turn)
    }
    if (this.#outgoing.waiting > 0) this.#pause()
    else if (this.#phase === 'saying-goodbye') this.#shutdown()
    else if (this.#rest && this.#phase === 'open') this.#pause()
    else if (!this.#waits || this.#phase !== 'open') this.#readOn()
    this.#report()
  }

  #readOn(): void {
    if (this.#inputEnded && this.#phase === 'open') this.#finish('')
    else this.#unpause()
  }

  get #answers(): boolean {
    return this.#phase === 'open' && !this.#rest && !this.#waits
  }

  /** Sends what is there so far. The next reply comes later, and no request is read before it. */
  #wait(text: string, reply: Promise<string>): void {
    this.#waits = true
    this.#outgoing.send(text)
    const go = (text: string) => {
      this.#waits = false
      if (this.#phase !== 'open') return
      if (this.#dialogue.over) this.#finish(text)
      else this.#outgoing.send(text)
      this.#process()
    }
    reply.then(
      (text) => this.#shielded(() => go(text)),
      (error) => this.#parts.failed(this, error),
    )
  }

  /** After a long turn, lets the other connections go first; after requests too fast, rests. */
  #restAfter(turn: Turn): void {
    if (this.#phase !== 'open') return
    const more = this.#intake.holdsMessages || this.#dialogue.opening !== undefined
    const milliseconds = turn.restMs(more)
    if (milliseconds === undefined) return
    if (milliseconds > 0 && !this.#intake.mayRest()) {
      this.#parts.limitHit('relentless')
      this.#parts.log({ event: 'connection.relentless', ...this.remote })
      this.sayGoodbye({ kind: 'bye', code: 'too-fast', text: byeText['too-fast'] })
      return
    }
    this.#rest = rest(milliseconds, () => {
      this.#rest = undefined
      this.#shielded(() => this.#process())
    })
  }

  /** Sends the last words. When they are sent, waits for the other end to close. */
  #finish(lastWords: string): void {
    this.#dialogue.leave()
    this.#intake.close()
    this.#phase = 'saying-goodbye'
    this.#outgoing.send(lastWords)
    if (this.#outgoing.waiting === 0) this.#shutdown()
    this.#report()
  }

  #shutdown(): void {
    if (this.#inputEnded) {
      this.#close()
      return
    }
    // Not both directions yet: if the other end still sends, the kernel would answer with a reset. That
    // can overtake the last reply, and destroy it.
    this.#phase = 'closing'
    this.#outgoing.saidGoodbye()
    this.#unpause()
    this.#socket.shutdown()
  }

  #close(): void {
    this.gone()
    this.#socket.end()
  }

  /** Gives a stranger one answer, in HTTP, and closes. */
  #turnAway(protocol: Stranger): void {
    this.#parts.log({ event: 'stranger.refused', ...this.remote, protocol })
    this.#finish(strangerAnswer(this.#parts.webUrl()))
  }

  #shielded(act: () => void): void {
    try {
      act()
      // If the peer resets while the socket is paused, a failed write may be all that Bun tells us.
      if (this.#outgoing.lost && this.#phase !== 'closed') this.abandon()
    } catch (error) {
      this.#parts.failed(this, error)
    }
  }

  get #ownBytes(): number {
    return this.#intake.heldBytes + this.#outgoing.ownBytes
  }

  /** Tells the server of changes. Called after every request, though nearly none changes anything. */
  #report(): void {
    const held = this.#ownBytes
    if (held !== this.#reportedBytes) {
      this.#parts.held.add(held - this.#reportedBytes)
      this.#reportedBytes = held
    }
    const { waitingFor, watching, trusted } = this
    const known = this.#reported
    if (
      waitingFor === known.waitingFor &&
      watching === known.watching &&
      trusted === known.trusted
    ) {
      return
    }
    this.#reported = { waitingFor, watching, trusted }
    this.#parts.changed(this)
  }

  #pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#socket.pause()
  }

  #unpause(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#socket.resume()
  }
}

type Standing = Pick<Connection, 'waitingFor' | 'watching' | 'trusted'>

/** One object for all connections that have not changed since they opened. */
const newcomer: Standing = { waitingFor: 'sign-in', watching: false, trusted: false }
const trustedNewcomer: Standing = { ...newcomer, trusted: true }
