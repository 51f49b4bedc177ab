import { fieldsOf } from '../signalling/signal.ts'

/** What this end sends, for the other to show. */
export type Shown = { microphone: boolean; camera: boolean; sharing: boolean }

/** What the two pages say to each other on the call's own data channel, as JSON. */
export type ChannelMessage =
  | { kind: 'chat'; text: string }
  | ({ kind: 'shown' } & Shown)
  /** The call is over: also heard while the server is away. */
  | { kind: 'bye' }
  /** The two steps of agreeing on the safety code. */
  | { kind: 'commit'; commitment: string }
  | { kind: 'reveal'; fingerprints: string[]; nonce: string }

/** Characters of one chat message. */
export const maxChatLength = 2_000

const maxMessageLength = 16_384
const maxFingerprints = 16

export function formatChannelMessage(message: ChannelMessage): string {
  return JSON.stringify(message)
}

/** Reads what came from the other end, which may be anything. */
export function parseChannelMessage(data: unknown): ChannelMessage | undefined {
  if (typeof data !== 'string' || data.length > maxMessageLength) return undefined
  try {
    return readMessage(fieldsOf(JSON.parse(data)))
  } catch {
    return undefined
  }
}

function readMessage(fields: Record<string, unknown>): ChannelMessage | undefined {
  switch (fields.kind) {
    case 'bye':
      return { kind: 'bye' }
    case 'chat': {
      const text = typeof fields.text === 'string' ? chatText(fields.text) : undefined
      return text === undefined ? undefined : { kind: 'chat', text }
    }
    case 'shown': {
      const { microphone, camera, sharing } = fields
      if (typeof microphone !== 'boolean' || typeof camera !== 'boolean') return undefined
      if (typeof sharing !== 'boolean') return undefined
      return { kind: 'shown', microphone, camera, sharing }
    }
    case 'commit': {
      const { commitment } = fields
      return typeof commitment === 'string' ? { kind: 'commit', commitment } : undefined
    }
    case 'reveal': {
      const { fingerprints, nonce } = fields
      if (typeof nonce !== 'string' || !Array.isArray(fingerprints)) return undefined
      if (fingerprints.length > maxFingerprints) return undefined
      if (!fingerprints.every((each): each is string => typeof each === 'string')) return undefined
      return { kind: 'reveal', fingerprints, nonce }
    }
    default:
      return undefined
  }
}

/** What of a typed text is sent; `undefined` where that is nothing, or too much. */
export function chatText(typed: string): string | undefined {
  const text = typed.trim()
  return text === '' || text.length > maxChatLength ? undefined : text
}
