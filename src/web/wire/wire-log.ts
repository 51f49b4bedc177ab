import type { ShownLine } from '../../../views/wire/wire.tsx'
import type { Tap } from '../../client/registry-client.ts'
import { pushMark } from '../../wire/push.ts'

/** One line of a registry connection: at most `maxTextLength` characters of it, and its end. */
export type WireLine = Readonly<
  Omit<ShownLine, 'meaning'> & {
    /** Of a request: its first field. Of a reply: that of the request that it answers. */
    verb: string
  }
>

/** Room for every line but a long list and a signal, which explain themselves by their beginning. */
const maxTextLength = 240

/** Enough for what somebody wants to look up, and at most 24,000 characters for each session. */
export const maxLines = 100

/** A name of 64 characters and the longest IP, each after a comma. */
const maxEndLength = 64 + 45 + 2

/** Longer than every verb. What is longer is none. */
const maxVerbLength = 16

/** Requests that wait for their answers: more than a person pastes at once. */
const maxOpen = 2_000

/** What stands for a secret. No line that is kept holds one. */
const hidden = '…'

/** Whether a line holds a secret: also where it is written in a way that the registry does not take. */
export const saysSecret = (line: string): boolean => /^\s*auth\b/i.test(line)

/** The proof of a registration is the browser's alone. */
const withoutProof = (line: string): string =>
  line.replace(/^(register(?:,[^,]*){4},)[\w-]+$/, `$1${hidden}`)

/**
 * The last lines of one registry connection, each reply with the request that it answers. It keeps no
 * secret: what follows `auth,` is hidden before it is kept.
 */
export class WireLog implements Tap {
  readonly #lines: WireLine[] = []
  #number = 0
  /** Requests without an answer, oldest first. */
  readonly #open: { number: number; verb: string }[] = []
  readonly #followers = new Set<(line: WireLine) => void>()

  /** The number of the last line; 0 before there is one. */
  get last(): number {
    return this.#number
  }

  /** The lines after that number, as far as they are kept. */
  after(number: number): readonly WireLine[] {
    return this.#lines.filter((line) => line.number > number)
  }

  /** Called with every line from now on, until what it returns is called. */
  follow(follower: (line: WireLine) => void): () => void {
    this.#followers.add(follower)
    return () => void this.#followers.delete(follower)
  }

  said(line: string): void {
    const [first = ''] = line.split(',', 1)
    const isSecret = saysSecret(line)
    const verb = isSecret ? 'auth' : copyOf(first.trim(), maxVerbLength)
    const text = isSecret ? `auth,${hidden}` : withoutProof(line)
    const number = this.#add({ sender: 'client', kind: 'request', text, verb, answers: 0 })
    this.#open.push({ number, verb })
    // What is never answered must not fill the memory.
    if (this.#open.length > maxOpen) this.#open.shift()
  }

  heard(line: string): void {
    const [oldest] = this.#open
    if (line.startsWith(pushMark)) {
      this.#add({ sender: 'registry', kind: 'push', text: line, verb: '', answers: 0 })
      // The beginning of the opening state answers `watch`.
      if (oldest?.verb === 'watch' && /^\*(here|synced),/.test(line)) this.#open.shift()
      return
    }
    const { number: answers = 0, verb = '' } = oldest ?? {}
    this.#add({ sender: 'registry', kind: 'reply', text: line, verb, answers })
    // The answer to `help` has several lines, and its end is a line of its own.
    if (verb !== 'help' || line === '.' || line.startsWith('error,')) this.#open.shift()
  }

  #add(line: Pick<WireLine, 'sender' | 'kind' | 'text' | 'verb' | 'answers'>): number {
    const { text } = line
    const end = text.length > maxTextLength ? memberAtEnd(text) : ''
    const rest = text.length - end.length
    this.#number += 1
    const kept: WireLine = {
      ...line,
      number: this.#number,
      at: Date.now(),
      text: copyOf(text, Math.min(rest, maxTextLength)),
      cut: Math.max(0, rest - maxTextLength),
      end,
    }
    this.#lines.push(kept)
    if (this.#lines.length > maxLines) this.#lines.shift()
    for (const follower of this.#followers) follower(kept)
    return kept.number
  }
}

/** The name and the IP at the end of a long signal, which is in a call of several. */
function memberAtEnd(line: string): string {
  if (!/^\*?signal,/.test(line)) return ''
  const afterId = line.indexOf(',', line.indexOf(',') + 1)
  const afterPayload = line.indexOf(',', afterId + 1)
  const last = line.lastIndexOf(',')
  // Five fields, with a name between the last two commas.
  const isOfFive = afterPayload >= 0 && line.lastIndexOf(',', last - 1) === afterPayload
  const isShort = line.length - afterPayload <= maxEndLength
  return isOfFive && isShort ? copyOf(line.slice(afterPayload), maxEndLength) : ''
}

/** A part of a string keeps the whole of it in memory; a copy does not. */
const copyOf = (text: string, maxLength: number): string =>
  Buffer.from(text.slice(0, maxLength)).toString()
