import type { SharedCalls } from '../../registry/calls/shared-calls.ts'
import type { HolderLine } from '../../registry/changes.ts'
import type { Registration } from '../../registry/directory/registration.ts'
import type { CallPush } from '../../wire/message.ts'
import type { ReplicaState } from '../state/replica-state.ts'

type Signal = Extract<CallPush, { kind: 'signal' }>

/** What nodes tell each other besides the log. */
type Message =
  /** A signal of the peer `from` for the peer `to`. `rev` is what the sender had applied. */
  | { kind: 'signal'; rev: number; from: string; to: number; push: Signal }
  /** That peer reads too slowly for more signals; or it can take some again. */
  | { kind: 'full'; of: number; is: boolean }
  /** A part of the state at `rev`, as JSON. */
  | { kind: 'state'; rev: number; part: number; parts: number; text: string }

/** Characters of the state in one message. */
const partLength = 256 * 1024
/** How often an end that could not take more is looked at again. */
const lookAgainMs = 25
/** Bytes of a `*signal` line besides its payload. */
const overheadBytes = 340

export type InboxParts = {
  me: () => string
  /** The last command that this node has applied. */
  rev: () => number
  calls: () => SharedCalls
  /** A peer of this node. */
  peerOf: (serial: number) => { registration: Registration; line: HolderLine } | undefined
  /** Writes into another node's inbox; what cannot be written is lost. */
  send: (node: string, text: string) => void
  /** This node was told the whole state. */
  told: (state: ReplicaState) => void
}

/**
 * What other nodes tell this one, and it them, in the order in which each says it. A signal waits until
 * all that its sender knew of the call is known here.
 */
export class Inbox {
  readonly #parts: InboxParts
  /** Not taken in yet, in order. */
  #waiting: Message[] = []
  /** Peers of other nodes that can take no more. */
  readonly #full = new Set<number>()
  /** Signals for peers of this node that can take no more. */
  readonly #held = new Map<number, { signals: Signal[]; senders: Set<string> }>()
  #state: { rev: number; texts: string[] } | undefined
  #timer: Timer | undefined

  constructor(parts: InboxParts) {
    this.#parts = parts
  }

  /** Reaches a peer of another node. That tells it everything itself, but signals. */
  lineTo(node: string, serial: number): HolderLine {
    return {
      elsewhere: true,
      tell: (push) => {
        if (push.kind !== 'signal') return
        const { me, rev } = this.#parts
        this.#send(node, { kind: 'signal', rev: rev(), from: me(), to: serial, push })
      },
      hasRoom: () => !this.#full.has(serial),
      talks: () => {},
      decides: () => {},
      displace: () => {},
    }
  }

  tellState(node: string, state: ReplicaState): void {
    const text = JSON.stringify(state)
    const parts = Math.ceil(text.length / partLength)
    for (let part = 0; part < parts; part += 1) {
      const piece = text.slice(part * partLength, (part + 1) * partLength)
      this.#send(node, { kind: 'state', rev: state.rev, part, parts, text: piece })
    }
  }

  take(text: string): void {
    const message: Message = JSON.parse(text)
    if (message.kind === 'state') this.#takeState(message)
    else if (message.kind === 'signal') this.#waiting.push(message)
    else if (message.is) this.#full.add(message.of)
    else this.#full.delete(message.of)
  }

  /** More of the log has been applied: signals may pass now. */
  settle(): void {
    let passed = 0
    for (const message of this.#waiting) {
      if (message.kind !== 'signal' || message.rev > this.#parts.rev()) break
      this.#pass(message)
      passed += 1
    }
    if (passed > 0) this.#waiting = this.#waiting.slice(passed)
  }

  /** The peer is registered no more. */
  forget(serial: number): void {
    this.#full.delete(serial)
  }

  /** Everything from before belongs to a state that is gone. */
  clear(): void {
    this.#waiting = []
    this.#full.clear()
    this.#held.clear()
    this.#state = undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #takeState({ rev, part, parts, text }: Extract<Message, { kind: 'state' }>): void {
    if (part === 0) this.#state = { rev, texts: [] }
    if (this.#state?.rev !== rev) return
    this.#state.texts.push(text)
    if (this.#state.texts.length < parts) return
    const state: ReplicaState = JSON.parse(this.#state.texts.join(''))
    this.#state = undefined
    this.#parts.told(state)
  }

  #pass({ from, to, push }: Extract<Message, { kind: 'signal' }>): void {
    const peer = this.#parts.peerOf(to)
    if (!peer) return
    const held = this.#held.get(to)
    if (!held && peer.line.hasRoom(push.payload.length + overheadBytes)) {
      this.#parts.calls().passSignal(peer.registration, push)
      return
    }
    const { signals, senders } = held ?? { signals: [], senders: new Set() }
    if (!held) this.#held.set(to, { signals, senders })
    signals.push(push)
    if (!senders.has(from)) this.#send(from, { kind: 'full', of: to, is: true })
    senders.add(from)
    this.#timer ??= setTimeout(() => this.#lookAgain(), lookAgainMs)
  }

  #lookAgain(): void {
    this.#timer = undefined
    for (const [serial, { signals, senders }] of this.#held) {
      const peer = this.#parts.peerOf(serial)
      for (let next = signals[0]; next; next = signals[0]) {
        if (peer && !peer.line.hasRoom(next.payload.length + overheadBytes)) break
        signals.shift()
        if (peer) this.#parts.calls().passSignal(peer.registration, next)
      }
      if (signals.length > 0) continue
      this.#held.delete(serial)
      for (const node of senders) this.#send(node, { kind: 'full', of: serial, is: false })
    }
    if (this.#held.size > 0) this.#timer = setTimeout(() => this.#lookAgain(), lookAgainMs)
  }

  #send(node: string, message: Message): void {
    this.#parts.send(node, JSON.stringify(message))
  }
}
