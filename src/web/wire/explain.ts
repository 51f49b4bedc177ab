import type { ShownLine } from '../../../views/wire/wire.tsx'
import { type Language, wireTexts } from '../../text/languages.ts'
import type { WireText } from '../../text/wire-pt.ts'
import type { Push, RefusalCode, Request } from '../../wire/message.ts'
import { parsePush } from '../../wire/push.ts'
import { isRefusalCode } from '../../wire/refusal.ts'
import { parseRequest } from '../../wire/request.ts'
import type { WireLine } from './wire-log.ts'

/** A sentence for everything that can be said. What is new on the wire does not compile without one. */
export type WireWords = WireText & {
  requests: Record<Request['verb'], string>
  replies: Record<Exclude<Request['verb'], 'watch'>, string>
  refusals: Record<RefusalCode, string>
  pushes: Record<Push['kind'], string>
}

export const wireWords: Readonly<Record<Language, WireWords>> = wireTexts

/** What a line means, in a sentence. */
export function explain(line: WireLine, words: WireWords): string {
  switch (line.kind) {
    case 'request': {
      const request = parseRequest(line.text + line.end)
      return request.ok ? explainRequest(request.value, words) : words.noRequest
    }
    case 'push': {
      const push = parsePush(line.text + line.end)
      return push ? explainPush(push, words) : words.unknownPush
    }
    case 'reply':
      return explainReply(line, words)
  }
}

/** Some requests say more where a call may have more than two members. */
function explainRequest(request: Request, { requests, ofSeveral }: WireWords): string {
  if (request.verb === 'ready' && request.conference) return ofSeveral.ready
  if (request.verb === 'hangup' && request.invited) return ofSeveral.hangup
  if (request.verb === 'signal' && request.to) return ofSeveral.signal
  return requests[request.verb]
}

function explainPush(push: Push, { pushes, ofSeveral }: WireWords): string {
  if (push.kind === 'call' && push.others) return ofSeveral.call
  if (push.kind === 'declined' && push.invited) return ofSeveral.declined
  if (push.kind === 'signal' && push.from) return ofSeveral.signalFrom
  return pushes[push.kind]
}

/** Lines as a page shows them. */
export const shownLines = (lines: readonly WireLine[], words: WireWords): ShownLine[] =>
  lines.map((line) => ({ ...line, meaning: explain(line, words) }))

function explainReply({ text, verb, answers }: WireLine, words: WireWords): string {
  if (text.startsWith('error,')) {
    const [, , code] = text.split(',')
    if (code === undefined) return words.bareReply
    const why = isRefusalCode(code) ? words.refusals[code] : words.unknownRefusal
    return words.refused(why)
  }
  if (answers === 0) return words.unasked
  const asked = Object.hasOwn(words.replies, verb)
    ? (verb as keyof WireWords['replies'])
    : undefined
  // A registration with four fields begins with a name.
  return words.replies[asked ?? 'register']
}
