import type { Stranger } from '../../wire/bytes/stranger.ts'
import { formatReply } from '../../wire/reply.ts'
import type { Tally } from '../tally.ts'
import type { Dialogue, DialogueParts } from './dialogue.ts'
import { charactersOf, type Intake } from './intake.ts'
import type { OpeningState } from './opening-state.ts'
import type { Outgoing } from './outgoing.ts'
import type { Turn } from './turn.ts'

/** A batch of replies is sent when it reaches this size. */
const batchCharacters = 64 * 1024
const listLine = Buffer.from('list\n')

/** Replies that go out in one write, and what to do after them. */
export type Batch = {
  text: string
  /** With a promise the next reply comes later, and nothing is answered before it. */
  next: 'go-on' | 'finish' | Stranger | Promise<string>
}

export type AnsweringParts = {
  intake: Intake
  dialogue: Dialogue
  outgoing: Outgoing
  shared: Pick<DialogueParts, 'answerCache' | 'snapshots' | 'limitHit'> & {
    tally: Tally
    now: () => number
  }
  /** Called just before the opening state is made. */
  beforeOpening: () => void
}

/** Answers the messages of one connection, in batches of replies. */
export class Answering {
  readonly #parts: AnsweringParts

  constructor(parts: AnsweringParts) {
    this.#parts = parts
  }

  /** The hot path (answer-cache.ts): answers the first lines, and returns how many bytes these have. */
  answerCached(chunk: Buffer): number {
    const { intake, dialogue, outgoing } = this.#parts
    if (!dialogue.asksFreely || !intake.atLine || outgoing.waiting > 0) return 0
    const { answerCache, snapshots, tally } = this.#parts.shared
    const { trusted } = dialogue
    const allowance = intake.allowance(trusted)
    if (isList(chunk) && allowance > 0) {
      const { list } = snapshots
      intake.spend(1, trusted)
      intake.countReply(list.size, trusted)
      outgoing.sendShared(list)
      tally.requests += 1
      return chunk.length
    }
    const taken = answerCache.take(chunk, allowance)
    if (taken === 0) return 0
    intake.spend(answerCache.lines, trusted)
    tally.requests += answerCache.lines
    outgoing.sendBytes(answerCache.answers, answerCache.written)
    return taken
  }

  /**
   * The next batch of replies. It ends early before a long list, which is sent after it. The text is
   * empty when there is nothing to answer.
   */
  next(turn: Turn): Batch {
    const { intake, dialogue } = this.#parts
    const { limitHit, tally } = this.#parts.shared
    let text = ''
    while (text.length < batchCharacters) {
      if (dialogue.opening) {
        text += this.#nextOfOpening(dialogue.opening)
        continue
      }
      const message = turn.over ? undefined : intake.next(dialogue.trusted)
      if (!message) break
      turn.count(charactersOf(message), message.kind === 'too-fast')
      switch (message.kind) {
        case 'too-fast':
          limitHit('tooFast')
          tally.requests += 1
          tally.refused('too-fast', dialogue.remote.ip)
          text += formatReply({ kind: 'refused', code: 'too-fast' }, intake.framing)
          continue
        case 'stranger':
          return { text, next: message.stranger }
        case 'too-long':
          limitHit('lineTooLong')
          tally.requests += 1
          text += dialogue.refuse('line-too-long', intake.framing)
          return { text, next: 'finish' }
      }
      const answer = dialogue.answer(message, intake.framing)
      if (answer instanceof Promise) return { text, next: this.#answeredLater(answer) }
      tally.requests += 1
      text += answer
      if (dialogue.over) return { text, next: 'finish' }
      if (dialogue.answersWithList) break
      if (dialogue.asksToWatch) {
        this.#parts.beforeOpening()
        dialogue.open()
      }
    }
    return { text, next: 'go-on' }
  }

  async #answeredLater(answer: Promise<string>): Promise<string> {
    const { tally, now } = this.#parts.shared
    const began = now()
    const text = await answer
    tally.requests += 1
    tally.requestSeconds.observe((now() - began) / 1000)
    return text
  }

  #nextOfOpening(opening: OpeningState): string {
    const lines = opening.take(batchCharacters)
    if (opening.done) {
      this.#parts.outgoing.countPush(opening.heldBytes)
      this.#parts.dialogue.endOpening()
    }
    return lines
  }
}

const isList = (chunk: Buffer) => chunk.length === listLine.length && listLine.equals(chunk)
